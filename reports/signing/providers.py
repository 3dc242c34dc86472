"""Where signatures come from: the embedded authority, the office's certificate, or from outside.

A provider hands out a credential for one signature. SM2, or a key that stays on a desk, comes in
as a class of somebody's own that is named in the settings and does what ``Provider`` says.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509 import load_pem_x509_certificates
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports.signing.authority import Authority, open_authority, read_revocations
from reports.signing.errors import KeyFolderError, SigningError
from reports.signing.names import Identity

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Configuration:
    """What the settings say; paths and passwords a provider does not need stay empty."""

    keys: Path
    passphrase: str
    name: str
    organisation: str
    crl_url: str
    pkcs12: Path | None = None
    pkcs11_module: str = ""
    pkcs11_token: str = ""
    pkcs11_label: str = ""
    chain: Path | None = None


@dataclass(frozen=True)
class Credential:
    """What one signature is made with.

    ``chain`` are the certificates above the signer's, the root last; ``revocations`` (DER) go
    into the file, so that it can be checked when nobody answers any more.
    """

    signer: Signer
    chain: tuple[x509.Certificate, ...]
    revocations: tuple[bytes, ...] = ()
    digest: str = "sha256"

    @property
    def certificate(self) -> x509.Certificate:
        certificate = self.signer.signing_cert
        if certificate is None:
            raise SigningError("签名证书没有读到。")
        return certificate

    @property
    def root(self) -> x509.Certificate:
        return self.chain[-1] if self.chain else self.certificate

    @property
    def key_id(self) -> str:
        """The SHA-256 of the signer's certificate, in hex."""
        return bytes(self.certificate.sha256).hex()

    @property
    def algorithm(self) -> str:
        """Such as ``ecdsa secp256r1 sha256``."""
        key = self.certificate.public_key
        kind: str = key.curve[1] if key.algorithm == "ec" else str(key.bit_size)
        scheme: str = self.signer.get_signature_mechanism_for_digest(self.digest).signature_algo
        return f"{scheme} {kind} {self.digest}"


class Provider(Protocol):
    """``name`` is stored with each signature; ``is_office`` when all are by the office's key."""

    name: str
    is_office: bool

    def credential(self, identity: Identity) -> AbstractContextManager[Credential]:
        """For one signature of ``identity``; raises SigningError."""

    def revocations(self) -> tuple[bytes, ...]:
        """Revocation lists (DER) as they stand now; none where somebody else keeps them."""


class KeySigner(Signer):
    """Signs with a key in memory that is parsed once, not for every signature."""

    def __init__(
        self, key: PrivateKey, certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]
    ) -> None:
        super().__init__(signing_cert=certificate, cert_registry=registry(chain))
        self._key = key

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
    ) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


def registry(certificates: tuple[x509.Certificate, ...]) -> SimpleCertificateStore:
    store = SimpleCertificateStore()
    store.register_multiple(certificates)
    return store


class EmbeddedProvider:
    """A certificate for each signature, from the authority in the keys folder."""

    name = "embedded"
    is_office = False

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    @contextmanager
    def credential(self, identity: Identity) -> Iterator[Credential]:
        authority = self._authority
        issued, chain = authority.issue(identity), (_asn1(authority.root.certificate),)
        signer = KeySigner(issued.key, _asn1(issued.certificate), chain)
        yield Credential(signer, chain, self.revocations())

    def revocations(self) -> tuple[bytes, ...]:
        content = read_revocations(self._folder)
        return (content,) if content else ()

    def renew_system(self) -> int:
        """A new key for the system; returns the serial number of the certificate it revokes."""
        return self._authority.renew_system()

    @property
    def _authority(self) -> Authority:
        wanted = self._configuration
        return open_authority(
            self._folder,
            wanted.passphrase,
            name=wanted.name,
            organisation=wanted.organisation,
            crl_url=wanted.crl_url,
        )

    @property
    def _folder(self) -> Path:
        return self._configuration.keys / "authority"


class Pkcs12Provider:
    """The office's certificate and key in a PKCS#12 file; every signature is by that key."""

    name = "pkcs12"
    is_office = True

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._credential: Credential | None = None

    @contextmanager
    def credential(self, identity: Identity) -> Iterator[Credential]:
        self._credential = self._credential or self._read()
        yield self._credential

    def revocations(self) -> tuple[bytes, ...]:
        return ()

    def _read(self) -> Credential:
        file = self._configuration.pkcs12
        if file is None:
            raise KeyFolderError("没有设置证书文件（EVALSYS_PKCS12）。")
        try:
            key, certificate, others = pkcs12.load_key_and_certificates(
                file.read_bytes(), self._configuration.passphrase.encode()
            )
        except OSError as error:
            raise KeyFolderError(f"读不到证书文件 {file}：{error.strerror}。") from error
        except ValueError as error:
            raise KeyFolderError(f"证书文件 {file} 打不开：口令不对，或文件已损坏。") from error
        if certificate is None or not isinstance(key, PrivateKey):
            raise KeyFolderError(f"证书文件 {file} 里没有可用的密钥（要 RSA 或椭圆曲线）。")
        own = _asn1(certificate)
        chain = chain_of(own, (*map(_asn1, others), *chain_file(self._configuration.chain)))
        return Credential(KeySigner(key, own, chain), chain)


class Pkcs11Provider:
    """The office's key in a token that the server reaches; it never leaves the token."""

    name = "pkcs11"
    is_office = True

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration

    @contextmanager
    def credential(self, identity: Identity) -> Iterator[Credential]:
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415  only where a token is used
        from pyhanko.config.pkcs11 import TokenCriteria  # noqa: PLC0415
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session  # noqa: PLC0415

        wanted = self._configuration
        try:
            session = open_pkcs11_session(
                wanted.pkcs11_module,
                token_criteria=TokenCriteria(label=wanted.pkcs11_token),
                user_pin=wanted.passphrase,
            )
            with session:
                signer = PKCS11Signer(
                    session,
                    cert_label=wanted.pkcs11_label,
                    key_label=wanted.pkcs11_label,
                    ca_chain=chain_file(wanted.chain),
                    use_raw_mechanism=True,
                )
                own = signer.signing_cert
                yield Credential(signer, chain_of(own, chain_file(wanted.chain)))
        except (PKCS11Error, PyHankoSigningError, RuntimeError, OSError) as error:
            raise KeyFolderError(
                f"签名设备用不了（{type(error).__name__}）。请检查设备、口令和证书标签。"
            ) from error

    def revocations(self) -> tuple[bytes, ...]:
        return ()


PROVIDERS: dict[str, type[Provider]] = {
    provider.name: provider for provider in (EmbeddedProvider, Pkcs12Provider, Pkcs11Provider)
}


def chain_file(path: Path | None) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file; none without a file. Raises KeyFolderError."""
    if path is None:
        return ()
    try:
        return tuple(_asn1(one) for one in load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise KeyFolderError(f"上级证书文件 {path} 读不出来。") from error


def chain_of(
    own: x509.Certificate, others: tuple[x509.Certificate, ...]
) -> tuple[x509.Certificate, ...]:
    """The certificates above ``own`` among ``others``, its issuer first, the root last."""
    by_subject = {one.subject.hashable: one for one in others}
    chain: list[x509.Certificate] = []
    current = own
    while current.self_issued is False and (issuer := by_subject.get(current.issuer.hashable)):
        if issuer in chain:
            break
        chain.append(issuer)
        current = issuer
    return tuple(chain)


def _asn1(certificate: Any) -> x509.Certificate:
    """A certificate of ``cryptography`` as pyHanko takes it."""
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
