"""The embedded authority: its folder, its keys, its certificates."""

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from reports.signing import authority as module
from reports.signing.authority import Authority, open_authority
from reports.signing.errors import KeyFolderError
from reports.signing.names import Identity, Role
from tests.reports.signed import PASSPHRASE

NAMES = {
    "name": "绩效自评系统",
    "organisation": "海口市财政局",
    "crl_url": "http://a.example/revoked.crl",
}
PERSON = Identity(Role.PERSON, "李警南", "海口市机构编制委员会办公室")
SYSTEM = Identity(Role.SYSTEM, "", "")
ROUNDS = 600_000  # what the product takes; tests/conftest.py makes it quicker for the others


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "keys" / "authority"


@pytest.fixture
def authority(folder):
    return open_authority(folder, PASSPHRASE, **NAMES)


def common_name(certificate):
    return certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


def test_it_is_made_at_first_need_for_the_owner_only(authority, folder):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {
        "root.p12": 0o600,
        "system.p12": 0o600,
        "revoked.crl": 0o600,
    }
    assert [file.name for file in folder.parent.iterdir()] == ["authority"]


def test_it_is_made_once(authority, folder):
    again = Authority(folder, PASSPHRASE, NAMES["crl_url"])
    open_authority.cache_clear()
    opened = open_authority(folder, PASSPHRASE, **NAMES)
    assert again.root.certificate == opened.root.certificate == authority.root.certificate


def test_many_at_once_make_one(folder):
    def make(_):
        module._make(folder, PASSPHRASE, "绩效自评系统", "海口市财政局", NAMES["crl_url"])
        return Authority(folder, PASSPHRASE, NAMES["crl_url"]).root.certificate

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(make, range(4)))) == 1
    assert [file.name for file in folder.parent.iterdir()] == ["authority"]


def test_keys_are_encrypted_with_the_passphrase(folder, monkeypatch):
    monkeypatch.setattr(module, "KDF_ROUNDS", ROUNDS)
    open_authority(folder, PASSPHRASE, **NAMES)
    command = ["openssl", "pkcs12", "-in", str(folder / "root.p12"), "-nodes", "-passin"]
    wrong = subprocess.run([*command, "pass:guess"], capture_output=True, check=False)
    right = subprocess.run([*command, f"pass:{PASSPHRASE}"], capture_output=True, check=True)
    assert wrong.returncode
    assert b"PRIVATE KEY" not in wrong.stdout
    assert b"BEGIN PRIVATE KEY" in right.stdout
    info = subprocess.run(
        [*command[:4], "-info", "-noout", "-passin", f"pass:{PASSPHRASE}"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert "PBKDF2" in info.stderr
    assert "Iteration 600000" in info.stderr


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: None, "口令不对"),
        (lambda folder: (folder / "root.p12").write_bytes(b"x"), "口令不对，或文件已损坏"),
    ],
)
def test_what_cannot_be_opened_is_told(authority, folder, spoil, sentence):
    spoil(folder)
    with pytest.raises(KeyFolderError, match=sentence):
        _ = Authority(folder, "another passphrase", NAMES["crl_url"]).root


def test_a_missing_key_is_told(authority, folder):
    (folder / "system.p12").unlink()
    with pytest.raises(KeyFolderError, match="读不到签名密钥"):
        _ = Authority(folder, PASSPHRASE, NAMES["crl_url"]).system


def test_no_passphrase_makes_no_keys(folder):
    with pytest.raises(KeyFolderError, match="EVALSYS_SIGNING_PASSPHRASE"):
        open_authority(folder, "", **NAMES)
    assert not folder.exists()


def test_a_file_in_the_way_is_told(tmp_path):
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(KeyFolderError, match="不能在"):
        open_authority(tmp_path / "keys" / "authority", PASSPHRASE, **NAMES)


def test_a_person_gets_a_key_for_one_signature(authority):
    first, second = authority.issue(PERSON), authority.issue(PERSON)
    assert first.key.private_numbers() != second.key.private_numbers()
    assert first.certificate.serial_number != second.certificate.serial_number
    for issued in (first, second):
        issued.certificate.verify_directly_issued_by(authority.root.certificate)
        assert common_name(issued.certificate) == "李警南"
        assert isinstance(issued.key.curve, ec.SECP256R1)


def test_certificates_say_what_they_are_for(authority):
    root, person = authority.root.certificate, authority.issue(PERSON).certificate
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert (constraints.critical, constraints.value.ca, constraints.value.path_length) == (
        True,
        True,
        0,
    )
    assert not person.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    usage = person.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.digital_signature, usage.content_commitment, usage.key_cert_sign) == (
        True,
        True,
        False,
    )
    places = person.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert places[0].full_name[0].value == "http://a.example/revoked.crl"
    assert person.not_valid_after_utc == root.not_valid_after_utc


def test_the_system_keeps_its_key(authority, folder):
    assert authority.issue(SYSTEM) == authority.system
    assert (
        Authority(folder, PASSPHRASE, NAMES["crl_url"]).issue(SYSTEM).certificate
        == authority.system.certificate
    )


def test_long_names_are_cut_as_certificates_want_it(authority):
    issued = authority.issue(Identity(Role.UNIT, "省" * 90, "市" * 100))
    assert common_name(issued.certificate) == "省" * 21


def test_what_is_revoked_is_on_a_list_the_root_signed(authority):
    authority.revoke(5)
    since = authority.revocations.get_revoked_certificate_by_serial_number(5).revocation_date_utc
    authority.revoke(7)
    authority.revoke(5)
    listed = authority.revocations
    assert listed.is_signature_valid(authority.root.certificate.public_key())
    assert {entry.serial_number for entry in listed} == {5, 7}
    assert listed.get_revoked_certificate_by_serial_number(5).revocation_date_utc == since
    assert listed.next_update_utc == authority.root.certificate.not_valid_after_utc


def test_a_new_system_key_revokes_the_old_certificate(authority, folder):
    old = authority.system.certificate
    assert authority.renew_system() == old.serial_number
    new = Authority(folder, PASSPHRASE, NAMES["crl_url"]).system.certificate
    assert new != old
    assert common_name(new) == common_name(old)
    assert authority.revocations.get_revoked_certificate_by_serial_number(old.serial_number)


def test_a_server_that_was_running_takes_the_new_key_up(authority, folder):
    running = Authority(folder, PASSPHRASE, NAMES["crl_url"])
    old = running.issue(SYSTEM).certificate
    authority.renew_system()
    new = running.issue(SYSTEM).certificate
    assert new != old
    assert new == authority.issue(SYSTEM).certificate
