"""What the settings say about signing, as the signing core takes it, and whom this house trusts."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from asn1crypto import x509
from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from evalsys.accounts.models import Unit
from reports.issuing.enums import CertificateKind
from reports.issuing.models import HouseCertificate
from reports.signing.names import Identity, Role
from reports.signing.providers import PROVIDERS, Configuration, Provider, chain_file
from reports.signing.timestamps import HttpTimeStamper
from reports.signing.verify import Trust

if TYPE_CHECKING:
    from collections.abc import Callable

SYSTEM_NAME = "绩效自评系统"
LONGEST_SUBJECT = 300


def provider() -> Provider:
    """The one named in the settings: embedded, pkcs12, pkcs11, or a class of somebody's own."""
    return _provider(settings.SIGNING_PROVIDER, configuration())


@lru_cache(maxsize=4)
def _provider(name: str, wanted: Configuration) -> Provider:
    kind: Callable[[Configuration], Provider] = PROVIDERS.get(name) or import_string(name)
    return kind(wanted)


def configuration() -> Configuration:
    return Configuration(
        keys=settings.SIGNING_KEYS,
        passphrase=settings.SIGNING_PASSPHRASE,
        name=SYSTEM_NAME,
        organisation=office(),
        crl_url=f"{settings.SITE_URL}{reverse('reports:revocations')}",
        pkcs12=_path(settings.SIGNING_PKCS12),
        pkcs11_module=settings.SIGNING_PKCS11_MODULE,
        pkcs11_token=settings.SIGNING_PKCS11_TOKEN,
        pkcs11_label=settings.SIGNING_PKCS11_LABEL,
        chain=_path(settings.SIGNING_CHAIN),
    )


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def office() -> str:
    """The unit above all others."""
    first = Unit.objects.filter(parent=None).order_by("pk").first()
    return first.name if first else SYSTEM_NAME


def system() -> Identity:
    return Identity(Role.SYSTEM, SYSTEM_NAME, office())


def time_stamper() -> HttpTimeStamper | None:
    return _time_stamper(settings.TIME_STAMP_URL) if settings.TIME_STAMP_URL else None


@lru_cache(maxsize=1)
def _time_stamper(url: str) -> HttpTimeStamper:
    """Kept, because it asks the service once how large its answers are."""
    return HttpTimeStamper(url)


def remember(own: x509.Certificate, root: x509.Certificate) -> None:
    """Keep the certificates behind a signature of the system's own, to know them later."""
    _keep(CertificateKind.OWN, own)
    _keep(CertificateKind.ROOT, root)
    for stamps in chain_file(_path(settings.TIME_STAMP_ROOTS)):
        _keep(CertificateKind.TIME, stamps)


def _keep(kind: CertificateKind, certificate: x509.Certificate) -> None:
    subject = str(certificate.subject.human_friendly)[:LONGEST_SUBJECT]
    HouseCertificate.objects.get_or_create(
        kind=kind,
        fingerprint=certificate.sha256.hex(),
        defaults={"content": certificate.dump(), "subject": subject},
    )


def trust() -> Trust:
    """Everything this house has signed under, and what was revoked since."""
    known = list(HouseCertificate.objects.all())

    def contents(kind: CertificateKind) -> tuple[bytes, ...]:
        return tuple(bytes(one.content) for one in known if one.kind == kind)

    return Trust(
        roots=contents(CertificateKind.ROOT),
        own=frozenset(one.fingerprint for one in known if one.kind == CertificateKind.OWN),
        time_roots=contents(CertificateKind.TIME),
        lists=provider().revocations(),
    )
