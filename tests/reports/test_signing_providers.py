"""Keys from elsewhere: PKCS#12, a SoftHSM2 token, a class of somebody's own; time stamps."""

import http.server
import io
import os
import shutil
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pkcs11
import pytest
from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_public_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from pyhanko.sign.signers import Signer
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from reports.signing.errors import KeyFolderError, TimeStampError
from reports.signing.names import Identity, Role
from reports.signing.providers import Configuration, Credential, Pkcs11Provider, Pkcs12Provider
from reports.signing.timestamps import HttpTimeStamper
from reports.signing.verify import examine
from tests.reports.signed import PASSPHRASE, PEOPLE, UNIT, complete, embedded, trust_in

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")
PIN = "12345678"
TOKEN, LABEL = "evalsys", "office"


class Office:
    """A certification service that sold the office a certificate for a year."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._certificate("某某电子认证中心", self.key.public_key(), ca=True, days=3650)

    def certify(self, public_key, *, days=365, stamps=False):
        return self._certificate("海口市财政局", public_key, days=days, stamps=stamps)

    def _certificate(self, name, public_key, *, ca=False, days, stamps=False):
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = subject if ca else self.root.subject
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder(issuer, subject, public_key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    not ca, not ca and not stamps, False, False, False, ca, ca, False, False
                ),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        )
        if stamps:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        return builder.sign(self.key, hashes.SHA256())

    def chain_file(self, folder):
        file = folder / "chain.pem"
        file.write_bytes(self.root.public_bytes(Encoding.PEM))
        return file


@pytest.fixture(scope="module")
def office():
    return Office()


def configuration(folder, **values):
    base = {
        "keys": folder,
        "name": "绩效自评系统",
        "organisation": "海口市财政局",
        "crl_url": "http://a.example/",
    }
    return Configuration(**base | values)


def algorithm(provider):
    with provider.credential(Identity(Role.PERSON, "李警南", UNIT)) as credential:
        return credential.algorithm


def p12_file(folder, key, certificate, others=(), password=PASSPHRASE):
    file = folder / "office.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"office", key, certificate, others or None, BestAvailableEncryption(password.encode())
        )
    )
    return file


# --- PKCS#12


KEYS = {
    "ecdsa secp256r1 sha256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsassa_pkcs1v15 2048 sha256": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.mark.parametrize("kind", KEYS)
def test_the_offices_certificate_signs_everything(kind, office, tmp_path):
    key = KEYS[kind]()
    file = p12_file(tmp_path, key, office.certify(key.public_key()), [office.root])
    provider = Pkcs12Provider(configuration(tmp_path, passphrase=PASSPHRASE, pkcs12=file))
    press = complete(provider, PEOPLE[:2])
    found = examine(press.pdf, trust_in(provider))
    assert found.complete
    assert {one.signer for one in found.signatures} == {"海口市财政局"}
    assert all(one.own for one in found.signatures)
    assert algorithm(provider) == kind
    with pikepdf.open(io.BytesIO(press.pdf)) as pdf:
        assert [str(field.V.Name) for field in pdf.Root.AcroForm.Fields][1:3] == list(PEOPLE[:2])


def test_the_chain_may_stand_in_a_file_of_its_own(office, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    file = p12_file(tmp_path, key, office.certify(key.public_key()))
    provider = Pkcs12Provider(
        configuration(
            tmp_path, passphrase=PASSPHRASE, pkcs12=file, chain=office.chain_file(tmp_path)
        )
    )
    trust = trust_in(provider)
    assert trust.roots == (office.root.public_bytes(Encoding.DER),)
    assert examine(complete(provider, PEOPLE[:1]).pdf, trust).complete


def test_what_was_signed_before_the_certificate_ran_out_stays_good(office, tmp_path, time_machine):
    key = ec.generate_private_key(ec.SECP256R1())
    file = p12_file(tmp_path, key, office.certify(key.public_key(), days=30), [office.root])
    provider = Pkcs12Provider(configuration(tmp_path, passphrase=PASSPHRASE, pkcs12=file))
    press, trust = complete(provider, PEOPLE[:1]), trust_in(provider)
    time_machine.move_to(datetime.now(UTC) + timedelta(days=400))
    assert examine(press.pdf, trust).complete
    assert not examine(complete(provider, PEOPLE[:1]).pdf, trust).sound


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "EVALSYS_PKCS12"),
        ({"pkcs12": Path("/nowhere.p12")}, "读不到证书文件"),
        ({"pkcs12": "good", "passphrase": "wrong"}, "口令不对"),
        ({"pkcs12": "good", "chain": Path("/nowhere.pem")}, "上级证书文件"),
    ],
)
def test_a_certificate_file_that_cannot_be_used_is_told(values, sentence, office, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    file = p12_file(tmp_path, key, office.certify(key.public_key()))
    wanted = {"passphrase": PASSPHRASE} | values
    if wanted.get("pkcs12") == "good":
        wanted["pkcs12"] = file
    with pytest.raises(KeyFolderError, match=sentence):
        algorithm(Pkcs12Provider(configuration(tmp_path, **wanted)))


def test_a_certificate_file_without_a_key_is_told(office, tmp_path):
    file = tmp_path / "only.p12"
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", None, None, [office.root], NoEncryption())
    )
    with pytest.raises(KeyFolderError, match="没有可用的密钥"):
        algorithm(Pkcs12Provider(configuration(tmp_path, passphrase="", pkcs12=file)))


# --- PKCS#11


@pytest.fixture(scope="module")
def module():
    found = next(filter(os.path.exists, MODULES), None)
    assert found, "apt-get install softhsm2"
    assert shutil.which("softhsm2-util"), "apt-get install softhsm2"
    return found


@pytest.fixture(scope="module")
def token(module, tmp_path_factory):
    """A real token in a folder of its own; one per process, as PKCS#11 wants it."""
    folder = tmp_path_factory.mktemp("tokens")
    conf = folder / "softhsm2.conf"
    conf.write_text(
        f"directories.tokendir = {folder}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(conf))
        subprocess.run(
            [
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                TOKEN,
                "--pin",
                PIN,
                "--so-pin",
                PIN,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield pkcs11.lib(module).get_token(token_label=TOKEN)


@pytest.fixture(scope="module")
def office_token(token, office):
    """Two keys made inside the token, each with the office's certificate beside it."""
    with token.open(user_pin=PIN, rw=True) as session:
        public, _ = session.generate_keypair(KeyType.RSA, 2048, store=True, label="rsa", id=b"1")
        _store(session, "rsa", b"1", office, encode_rsa_public_key(public), "rsa")
        curve = session.create_domain_parameters(
            KeyType.EC,
            {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        public, _ = curve.generate_keypair(store=True, label="ec", id=b"2")
        _store(session, "ec", b"2", office, encode_ec_public_key(public), "ec")
    return token


def _store(session, label, identifier, office, encoded, kind):
    info = encoded if kind == "ec" else keys.PublicKeyInfo.wrap(encoded, "rsa").dump()
    certificate = office.certify(load_der_public_key(info))
    session.create_object(
        {
            Attribute.CLASS: ObjectClass.CERTIFICATE,
            Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
            Attribute.LABEL: label,
            Attribute.ID: identifier,
            Attribute.SUBJECT: certificate.subject.public_bytes(),
            Attribute.VALUE: certificate.public_bytes(Encoding.DER),
            Attribute.TOKEN: True,
        }
    )


def token_provider(module, office, folder, **values):
    wanted = {
        "passphrase": PIN,
        "pkcs11_module": module,
        "pkcs11_token": TOKEN,
        "pkcs11_label": "ec",
        "chain": office.chain_file(folder),
    }
    return Pkcs11Provider(configuration(folder, **wanted | values))


@pytest.mark.parametrize(
    ("label", "kind"), [("rsa", "rsassa_pkcs1v15 2048 sha256"), ("ec", "ecdsa secp256r1 sha256")]
)
def test_a_key_signs_inside_its_token(label, kind, office_token, module, office, tmp_path):
    provider = token_provider(module, office, tmp_path, pkcs11_label=label)
    press = complete(provider, PEOPLE[:1])
    found = examine(press.pdf, trust_in(provider))
    assert found.complete
    assert {one.signer for one in found.signatures} == {"海口市财政局"}
    assert algorithm(provider) == kind


@pytest.mark.parametrize(
    "values",
    [
        {"passphrase": "wrong"},
        {"pkcs11_token": "another token"},
        {"pkcs11_label": "nothing"},
        {"pkcs11_module": "/usr/lib/nothing.so"},
    ],
)
def test_a_token_that_cannot_be_used_is_told(values, office_token, module, office, tmp_path):
    with pytest.raises(KeyFolderError, match="签名设备用不了"):
        algorithm(token_provider(module, office, tmp_path, **values))


# --- time stamps


@pytest.fixture(scope="module")
def time_service(office):
    """A time stamping authority on loopback; yields its address and what it was asked."""
    key = rsa.generate_private_key(65537, 2048)
    certificate = office.certify(key.public_key(), stamps=True)
    stamper = DummyTimeStamper(
        asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
    )
    asked = []

    def answer(body):
        asked.append(body)
        return stamper.request_tsa_response(tsp.TimeStampReq.load(body)).dump()

    with serving(answer) as address:
        yield address, asked


@contextmanager
def serving(answer):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.headers["Content-Type"] == "application/timestamp-query"
            content = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200 if content else 500)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_signatures_are_time_stamped(time_service, office, tmp_path):
    address, asked = time_service
    provider = embedded(tmp_path)
    before = datetime.now(UTC) - timedelta(seconds=2)
    press = complete(provider, PEOPLE[:1], time_stamper=HttpTimeStamper(address))
    trusted = trust_in(provider, time_roots=(office.root.public_bytes(Encoding.DER),))
    found = examine(press.pdf, trusted)
    assert found.complete
    assert all(
        before < one.stamped_at < datetime.now(UTC) + timedelta(seconds=2)
        for one in found.signatures
    )
    assert len(asked) == len(found.signatures) + 1  # once to learn how large an answer is


def test_a_time_stamp_of_a_stranger_proves_no_time(time_service, tmp_path):
    provider = embedded(tmp_path)
    press = complete(provider, PEOPLE[:1], time_stamper=HttpTimeStamper(time_service[0]))
    found = examine(press.pdf, trust_in(provider))
    assert found.complete
    assert {one.stamped_at for one in found.signatures} == {None}


@pytest.mark.parametrize("content", [b"", b"not a reply", b"0\x03\x02\x01\x05"])
def test_a_time_service_that_fails_stops_the_signature(content, tmp_path):
    with (
        serving(lambda body: content) as address,
        pytest.raises(TimeStampError, match="这次没有签"),
    ):
        complete(embedded(tmp_path), PEOPLE[:1], time_stamper=HttpTimeStamper(address))


def test_a_time_service_that_is_not_there_stops_the_signature(tmp_path):
    with serving(lambda body: b"") as address:
        pass
    with pytest.raises(TimeStampError, match="这次没有签"):
        complete(embedded(tmp_path), PEOPLE[:1], time_stamper=HttpTimeStamper(address))


def test_a_time_service_that_refuses_stops_the_signature(tmp_path):
    refusal = bytes.fromhex("30053003020102")  # a status of 2 and no token, as RFC 3161 has it
    with serving(lambda body: refusal) as address, pytest.raises(TimeStampError, match="没有签"):
        complete(embedded(tmp_path), PEOPLE[:1], time_stamper=HttpTimeStamper(address))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a.example/", ""])
def test_a_time_service_is_asked_over_http_only(address):
    with pytest.raises(TimeStampError, match="http"):
        HttpTimeStamper(address)


# --- from outside


class Sha384Signer(Signer):
    def __init__(self, key, certificate):
        super().__init__(signing_cert=certificate)
        self.key = key

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        assert digest_algorithm == "sha384"
        return self.key.sign(data, ec.ECDSA(hashes.SHA384()))


class Notary:
    """A provider as somebody else might write it: another curve, another digest."""

    name = "notary"
    is_office = True

    def __init__(self, configuration):
        self.key, office = ec.generate_private_key(ec.SECP384R1()), Office()
        self.own, self.root = (
            asn1.Certificate.load(one.public_bytes(Encoding.DER))
            for one in (office.certify(self.key.public_key()), office.root)
        )

    @contextmanager
    def credential(self, identity):
        yield Credential(Sha384Signer(self.key, self.own), (self.root,), digest="sha384")

    def revocations(self):
        return ()


def test_a_provider_from_outside_needs_nothing_but_the_interface(tmp_path):
    provider = Notary(configuration(tmp_path, passphrase=""))
    press = complete(provider, PEOPLE[:1])
    found = examine(press.pdf, trust_in(provider))
    assert found.complete
    assert algorithm(provider) == "ecdsa secp384r1 sha384"
    with pikepdf.open(io.BytesIO(press.pdf)) as pdf:
        assert {str(field.V.Name) for field in pdf.Root.AcroForm.Fields} == {
            "绩效自评系统",
            PEOPLE[0],
        }
