"""The embedded authority: a root and a system certificate, made once, and what they issue.

A person's key is made for one signature and forgotten: there is nothing to steal and nothing to
keep. What is kept is in one folder, encrypted, readable by its owner only, outside the database.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from stringprep import in_table_a1

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from reports.signing.errors import KeyFolderError
from reports.signing.names import Identity, Role

ORGANISATION = NameOID.ORGANIZATION_NAME
ROOT, SYSTEM, CRL = "root", "system", "revoked.crl"
LIFETIME = timedelta(days=20 * 365)
SLACK = timedelta(minutes=5)  # a reader's clock may be behind
LONGEST_NAME = 64  # RFC 5280 means characters, readers of certificates count bytes
FOLDER_MODE, FILE_MODE = 0o700, 0o600
KDF_ROUNDS = 600_000

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Issued:
    """A private key with its certificate."""

    key: Key
    certificate: x509.Certificate


@dataclass(frozen=True)
class Authority:
    """What stands in ``folder``, unlocked by ``passphrase``.

    ``crl_url`` goes into certificates: NSS trusts one without it only once in a file.
    """

    folder: Path
    passphrase: str
    crl_url: str

    @cached_property
    def root(self) -> Issued:
        return self._read(ROOT)

    @cached_property
    def system(self) -> Issued:
        return self._read(SYSTEM)

    @property
    def revocations(self) -> x509.CertificateRevocationList:
        return x509.load_der_x509_crl(read_revocations(self.folder))

    def issue(self, identity: Identity) -> Issued:
        """A key for one signature of ``identity``; for the system, the one it keeps."""
        if identity.role is Role.SYSTEM:
            return self._system_in_force()
        return certify(identity, self.root, self.crl_url)

    def _system_in_force(self) -> Issued:
        """Read anew once another process has renewed it."""
        revoked = self.revocations.get_revoked_certificate_by_serial_number
        if revoked(self.system.certificate.serial_number):
            del self.__dict__["system"]
        return self.system

    def renew_system(self) -> int:
        """Give the system a new key and revoke the old certificate, whose serial is returned.

        What was signed with it before stays valid.
        """
        old = self._system_in_force().certificate
        identity = Identity(Role.SYSTEM, _part(old, NameOID.COMMON_NAME), _part(old, ORGANISATION))
        _store(self.folder, SYSTEM, certify(identity, self.root, self.crl_url), self.passphrase)
        self.revoke(old.serial_number)
        return old.serial_number

    def revoke(self, serial: int) -> None:
        """From now on no signature with that certificate counts; the list is signed anew."""
        revoked = {entry.serial_number: entry.revocation_date_utc for entry in self.revocations}
        _write(self.folder / CRL, _der(_list(self.root, {serial: _now()} | revoked)))

    def _read(self, name: str) -> Issued:
        try:
            content = _key_file(self.folder, name).read_bytes()
            key, certificate, _ = pkcs12.load_key_and_certificates(
                content, self.passphrase.encode()
            )
        except OSError as error:
            raise KeyFolderError(f"读不到签名密钥（{self.folder}）：{error.strerror}。") from error
        except ValueError as error:
            raise KeyFolderError(
                f"签名密钥（{self.folder}）打不开：口令不对，或文件已损坏。"
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate is None:
            raise KeyFolderError(f"签名密钥（{self.folder}）里缺少密钥或证书。")
        return Issued(key, certificate)


@lru_cache(maxsize=4)
def open_authority(
    folder: Path, passphrase: str, *, name: str, organisation: str, crl_url: str
) -> Authority:
    """The authority in ``folder``; the first process to ask makes it. Raises KeyFolderError."""
    if not passphrase:
        raise KeyFolderError("没有设置签名密钥的口令（EVALSYS_SIGNING_PASSPHRASE）。")
    if not _key_file(folder, ROOT).exists():
        try:
            _make(folder, passphrase, name, organisation, crl_url)
        except OSError as error:
            raise KeyFolderError(f"不能在 {folder} 建立签名密钥：{error.strerror}。") from error
    return Authority(folder, passphrase, crl_url)


def read_revocations(folder: Path) -> bytes:
    """The list of ``folder`` in DER, without unlocking anything; empty when there is none."""
    try:
        return (folder / CRL).read_bytes()
    except OSError:
        return b""


def _make(folder: Path, passphrase: str, name: str, organisation: str, crl_url: str) -> None:
    """Whole or not at all, and never over another one: the last step is one rename."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    draft = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        root = _make_root(f"{name} 根证书", organisation)
        system = certify(Identity(Role.SYSTEM, name, organisation), root, crl_url)
        _store(draft, ROOT, root, passphrase)
        _store(draft, SYSTEM, system, passphrase)
        _write(draft / CRL, _der(_list(root, {})))
        draft.rename(folder)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)
        if not _key_file(folder, ROOT).exists():
            raise


def _make_root(name: str, organisation: str) -> Issued:
    key, subject, now = ec.generate_private_key(ec.SECP256R1()), _name(name, organisation), _now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Issued(key, certificate)


def certify(identity: Identity, root: Issued, crl_url: str) -> Issued:
    """A new key, certified until the root ends: the key is gone long before."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(identity.name, identity.organisation))
        .issuer_name(root.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_now() - SLACK)
        .not_valid_after(root.certificate.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(issuer, critical=False)
        .add_extension(_crl_place(crl_url), critical=False)
    )
    return Issued(key, builder.sign(root.key, hashes.SHA256()))


def _name(name: str, organisation: str) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (ORGANISATION, _cut(organisation)),
        (NameOID.COMMON_NAME, _cut(name)),
    ]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def _cut(text: str) -> str:
    return _writable(text).encode()[:LONGEST_NAME].decode(errors="ignore")


def _writable(text: str) -> str:
    """Characters newer than Unicode 3.2 as U+2CB4E: names of certificates end there (RFC 4518)."""
    return "".join(
        f"U+{ord(character):04X}" if in_table_a1(character) else character for character in text
    )


def _part(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    return "".join(str(found.value) for found in certificate.subject.get_attributes_for_oid(oid))


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _crl_place(url: str) -> x509.CRLDistributionPoints:
    place = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(url)], relative_name=None, reasons=None, crl_issuer=None
    )
    return x509.CRLDistributionPoints([place])


def _list(root: Issued, revoked: Mapping[int, datetime]) -> x509.CertificateRevocationList:
    """Good as long as the root: a file must be checkable when nobody renews the list any more."""
    now = _now()
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(now - SLACK)
        .next_update(root.certificate.not_valid_after_utc)
        .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
            critical=False,
        )
    )
    for serial, since in revoked.items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(root.key, hashes.SHA256())


def _key_file(folder: Path, name: str) -> Path:
    return folder / f"{name}.p12"


def _store(folder: Path, name: str, issued: Issued, passphrase: str) -> None:
    """PKCS#12, so that openssl opens it too; its key is stretched from the passphrase."""
    encryption = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(KDF_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase.encode())
    )
    content = pkcs12.serialize_key_and_certificates(
        name.encode(), issued.key, issued.certificate, None, encryption
    )
    _write(_key_file(folder, name), content)


def _write(path: Path, content: bytes) -> None:
    """Replaces a file in one step, for the owner's eyes only."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def _der(crl: x509.CertificateRevocationList) -> bytes:
    return crl.public_bytes(Encoding.DER)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
