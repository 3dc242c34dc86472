"""The signatures themselves, each an incremental update: certification, people, seal, lock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO

from asn1crypto import crl, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import general
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.stamp import BaseStampStyle

from reports.signing.errors import SigningError, TimeStampError
from reports.signing.loops import finish
from reports.signing.providers import Credential
from reports.signing.timestamps import NO_ANSWER
from reports.signing.writer import QuietWriter


@dataclass(frozen=True)
class Request:
    """One signature to be made in ``field``; ``reason`` and ``contact`` are signed with the file.

    ``contact`` is the address at which the file can be verified.
    """

    field: str
    name: str
    reason: str
    contact: str = ""
    appearance: BaseStampStyle | None = None
    time_stamper: TimeStamper | None = None


def certify(pdf: bytes, request: Request, credential: Credential) -> bytes:
    """The first signature: from now on nothing but signing is allowed."""
    metadata = replace(
        _metadata(request, credential), certify=True, docmdp_permissions=MDPPerm.FILL_FORMS
    )
    return _sign(QuietWriter(pdf), metadata, request, credential)


def sign(pdf: bytes, request: Request, credential: Credential) -> bytes:
    writer = QuietWriter(pdf)
    return _sign(writer, _metadata(request, credential), request, credential)


def lock(pdf: bytes, request: Request, credential: Credential) -> bytes:
    """The last signature: nothing may change any more.

    With it go everybody's certificates and the revocation lists, to be checked by for a long time.
    """
    writer = QuietWriter(pdf)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=_certificates(writer.prev.embedded_signatures, credential),
        crls=[crl.CertificateList.load(content) for content in credential.revocations],
    )
    metadata = replace(_metadata(request, credential), docmdp_permissions=MDPPerm.NO_CHANGES)
    return _sign(writer, metadata, request, credential)


def _certificates(
    signatures: Iterable[EmbeddedPdfSignature], credential: Credential
) -> list[x509.Certificate]:
    """Everybody's, each once, in an order that does not change."""
    found = [credential.certificate, *credential.chain]
    for signature in signatures:
        found += [signature.signer_cert, *signature.other_embedded_certs]
    by_fingerprint = {certificate.sha256: certificate for certificate in found}
    return [by_fingerprint[key] for key in sorted(by_fingerprint)]


def _metadata(request: Request, credential: Credential) -> PdfSignatureMetadata:
    return PdfSignatureMetadata(
        field_name=request.field,
        md_algorithm=credential.digest,
        subfilter=SigSeedSubFilter.PADES,
        name=request.name,
        reason=request.reason,
        contact_info=request.contact or None,
    )


def _sign(
    writer: QuietWriter,
    metadata: PdfSignatureMetadata,
    request: Request,
    credential: Credential,
) -> bytes:
    signer = PdfSigner(
        metadata,
        signer=credential.signer,
        timestamper=request.time_stamper,
        stamp_style=request.appearance,
    )
    output = BytesIO()
    try:
        finish(signer.async_sign_pdf(writer, existing_fields_only=True, output=output))
    except TimestampRequestError as error:
        raise TimeStampError(NO_ANSWER) from error
    except (general.SigningError, PdfError) as error:
        raise SigningError(f"签名没有做成（{error}）。请稍后再试，或请管理员检查。") from error
    return output.getvalue()
