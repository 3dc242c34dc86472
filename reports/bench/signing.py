"""Signing the three forms of the seed, and examining the signed file."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from reports.bench import Sizes
from reports.bench.clocks import CPU, WALL, Task, take_turns
from reports.bench.figures import Figure, compared
from reports.documents import ALL, build
from reports.dossier.seed import seed_dossier
from reports.renderers.order import Final, Typeset
from reports.renderers.pdf import render_pdf
from reports.signing import names
from reports.signing.appearance import Line, TextStyle
from reports.signing.fields import Place, VisibleField, with_fields
from reports.signing.limited import examine_limited
from reports.signing.names import Identity, Role
from reports.signing.providers import Configuration, EmbeddedProvider
from reports.signing.sign import Request, certify, lock, sign
from reports.signing.verify import Trust, examine

BARE = "SHA-256 and one P-256 signature"
SYSTEM = "绩效自评系统"
OFFICE = "海口市财政局"


def measure(sizes: Sizes) -> list[Figure]:
    with TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        warm: dict[str, Task] = {
            BARE: desk.bare,
            "put the fields in": desk.prepared,
            "certify": desk.certified,
            "sign in a cell": desk.signed,
            "lock": desk.locked,
            f"examine {len(desk.people) + 3} signatures": desk.examined,
        }
        waited: dict[str, Task] = {BARE: desk.bare, "examine in a child": desk.examined_by_a_child}
        cpu = take_turns(warm, rounds=sizes.pdf_rounds, clock=CPU)
        wall = take_turns(waited, rounds=sizes.pdf_rounds, clock=WALL)
        more = {"lock": {"kb": round(len(desk.file) / 1000)}}
    return [*compared(cpu, BARE, more=more), *compared(wall, BARE)]


@dataclass
class Desk:
    """The file at each step, and the steps again, with keys in ``folder``."""

    folder: Path

    @cached_property
    def people(self) -> list[str]:
        return [person.name for person in seed_dossier("scored").panel]

    @cached_property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def provider(self) -> EmbeddedProvider:
        wanted = Configuration(
            keys=self.folder,
            passphrase="bench",  # noqa: S106  thrown away with its folder
            name=SYSTEM,
            organisation=OFFICE,
            crl_url="http://127.0.0.1/revoked.crl",
        )
        return EmbeddedProvider(wanted)

    @cached_property
    def visible(self) -> list[VisibleField]:
        anchors = self.paper.anchors
        places = {
            names.evaluator(row): anchors[f"sign-evaluator-{row}"]
            for row, _ in enumerate(self.people, 1)
        } | {names.LEADER: anchors["sign-leader"]}
        return [VisibleField(name, name, Place(at.page, at.box)) for name, at in places.items()]

    @cached_property
    def paper(self) -> Typeset:
        stamp = Final("BENCH", "http://127.0.0.1/verify/", "http://127.0.0.1/verify/BENCH/")
        return render_pdf(build(seed_dossier("scored"), ALL), stamp=stamp)

    @cached_property
    def with_fields(self) -> bytes:
        return self.prepared()

    @cached_property
    def first(self) -> bytes:
        return self.certified()

    @cached_property
    def before_lock(self) -> bytes:
        pdf = self.first
        for field, name in zip(self.visible, [*self.people, self.people[0]], strict=True):
            pdf = self._sign(pdf, field.name, name)
        return pdf

    @cached_property
    def file(self) -> bytes:
        return self.locked()

    @cached_property
    def trust(self) -> Trust:
        with self.provider.credential(_system()) as credential:
            return Trust(
                (credential.root.dump(),),
                frozenset({credential.key_id}),
                lists=self.provider.revocations(),
            )

    def bare(self) -> bytes:
        digest = hashlib.sha256(self.file).digest()
        return self.key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))

    def prepared(self) -> bytes:
        return with_fields(self.paper.pdf, self.visible)

    def certified(self) -> bytes:
        with self.provider.credential(_system()) as credential:
            return certify(
                self.with_fields, Request(names.CERTIFICATION, SYSTEM, "bench"), credential
            )

    def signed(self) -> bytes:
        return self._sign(self.first, names.evaluator(1), self.people[0])

    def locked(self) -> bytes:
        with self.provider.credential(_system()) as credential:
            return lock(self.before_lock, Request(names.LOCK, SYSTEM, "bench"), credential)

    def examined(self) -> object:
        return examine(self.file, self.trust)

    def examined_by_a_child(self) -> object:
        return examine_limited(self.file, self.trust)

    def _sign(self, pdf: bytes, field: str, name: str) -> bytes:
        look = TextStyle(lines=(Line(name, 13), Line("电子签名 2020-04-20 10:30", 6.2)))
        with self.provider.credential(Identity(Role.PERSON, name, OFFICE)) as credential:
            return sign(pdf, Request(field, name, "bench", appearance=look), credential)


def _system() -> Identity:
    return Identity(Role.SYSTEM, SYSTEM, OFFICE)
