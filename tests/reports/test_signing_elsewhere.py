"""Other programs agree about our files: qpdf, poppler's pdfsig with the root in an NSS store."""

import shutil
import subprocess

import pytest

from tests.reports.signed import PEOPLE, UNIT, complete, embedded, paper, trust_in


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    return embedded(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def press(provider):
    return complete(provider, seal=True)


def test_qpdf_finds_no_fault(press, tmp_path):
    file = tmp_path / "signed.pdf"
    file.write_bytes(press.pdf)
    done = subprocess.run(
        ["qpdf", "--check", str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "No syntax or stream encoding errors" in done.stdout) == (0, True)


@pytest.fixture(scope="module")
def nss(tmp_path_factory, provider):
    """A certificate store as the page tells people to make it, with our root in it."""
    assert shutil.which("certutil"), "apt-get install libnss3-tools"
    folder = tmp_path_factory.mktemp("nss")
    root = folder / "root.cer"
    root.write_bytes(trust_in(provider).roots[0])
    store = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    subprocess.run(
        ["certutil", "-A", "-d", store, "-n", "root", "-t", "CT,CT,CT", "-i", str(root)], check=True
    )
    return store


def pdfsig(store, content, tmp_path):
    file = tmp_path / "signed.pdf"
    file.write_bytes(content)
    done = subprocess.run(
        ["pdfsig", "-nssdir", store, str(file)], capture_output=True, text=True, check=False
    )
    return done.stdout


def test_pdfsig_agrees(press, nss, tmp_path):
    said = pdfsig(nss, press.pdf, tmp_path)
    assert said.count("Signature is Valid.") == 7
    assert said.count("Certificate is Trusted.") == 7
    assert said.count("- Total document signed") == 1
    assert said.count("- Not total document signed") == 6
    for name in (*PEOPLE, UNIT):
        assert f"Signer Certificate Common Name: {name}" in said


def test_pdfsig_agrees_that_a_bit_was_flipped(press, nss, tmp_path):
    changed = bytearray(press.pdf)
    changed[paper().pdf.index(b"stream") + 200] ^= 1
    said = pdfsig(nss, bytes(changed), tmp_path)
    assert "Signature is Valid." not in said
    assert said.count("Digest Mismatch") == 7


def test_pdfsig_does_not_believe_a_stranger(nss, tmp_path):
    said = pdfsig(nss, complete(embedded(tmp_path / "keys"), PEOPLE[:1]).pdf, tmp_path)
    assert "Certificate is Trusted." not in said
