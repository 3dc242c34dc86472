"""Signed files as the product makes them, without its database; and a stranger who imitates them."""

import io
from dataclasses import dataclass, field
from functools import cache

from PIL import Image, ImageDraw

from reports.documents import build
from reports.renderers.order import Final
from reports.renderers.pdf import render_pdf
from reports.signing import names
from reports.signing.appearance import Line, TextStyle, image_style
from reports.signing.codes import grouped
from reports.signing.fields import Place, VisibleField, with_fields
from reports.signing.names import Identity, Role
from reports.signing.providers import Configuration, EmbeddedProvider
from reports.signing.sign import Request, certify, lock, sign
from reports.signing.verify import Trust
from tests.reports.dossiers import small_dossier

CODE = grouped("7Q2M9XKD3FGH5JKN0PRS1TVW4YZB")
ADDRESS = f"http://127.0.0.1:8000/verify/{CODE}/"
PEOPLE = ("李警南", "陈成章", "骆树军")
UNIT = "海口市机构编制委员会办公室"
PASSPHRASE = "correct horse battery staple"


@cache
def paper():
    """A short 项目基本信息表, as rendered for signing."""
    stamp = Final(CODE, "http://127.0.0.1:8000/verify/", ADDRESS)
    return render_pdf(build(small_dossier(), "basic"), stamp=stamp)


@cache
def seal_image():
    image = Image.new("RGBA", (200, 200))
    ImageDraw.Draw(image).ellipse((5, 5, 195, 195), outline=(200, 0, 0, 255), width=8)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def embedded(folder, **values):
    wanted = {
        "passphrase": PASSPHRASE,
        "name": "绩效自评系统",
        "organisation": "海口市财政局",
        "crl_url": "http://127.0.0.1:8000/verify/revoked.crl",
    }
    return EmbeddedProvider(Configuration(keys=folder, **wanted | values))


@dataclass
class Press:
    """Signs one file step by step with a provider; ``revisions`` are the file after each step."""

    provider: object
    code: str = CODE
    time_stamper: object = None
    revisions: list[bytes] = field(default_factory=list)

    @property
    def pdf(self):
        return self.revisions[-1]

    def identity(self, role, name="绩效自评系统"):
        return Identity(role, name, UNIT)

    def open(self, people=PEOPLE, *, leader=True, seal=False, pdf=None):
        anchors = paper().anchors
        visible = [
            VisibleField(
                names.evaluator(row),
                f"评价人员签字：{name}",
                place(anchors[f"sign-evaluator-{row}"]),
            )
            for row, name in enumerate(people, 1)
        ]
        if leader:
            visible.append(VisibleField(names.LEADER, "组长签字", place(anchors["sign-leader"])))
        if seal:
            visible.append(VisibleField(names.SEAL, "盖章", place(anchors["sign-leader"])))
        prepared = with_fields(pdf or paper().pdf, visible)
        self._with(
            certify,
            names.CERTIFICATION,
            Role.SYSTEM,
            pdf=prepared,
            contact=ADDRESS.replace(CODE, self.code),
        )
        return self

    def person(self, name, field):
        look = TextStyle(lines=(Line(name, 13), Line("电子签名 2026-11-25 10:30", 6.2)))
        self._with(sign, field, Role.PERSON, name, appearance=look)
        return self

    def seal(self):
        self._with(sign, names.SEAL, Role.UNIT, UNIT, appearance=image_style(seal_image()))
        return self

    def lock(self):
        self._with(lock, names.LOCK, Role.SYSTEM)
        return self

    def _with(self, act, field, role, name="绩效自评系统", pdf=None, **values):
        request = Request(field, name, "测试", time_stamper=self.time_stamper, **values)
        with self.provider.credential(self.identity(role, name)) as credential:
            self.revisions.append(act(pdf or self.pdf, request, credential))


def place(anchor):
    return Place(anchor.page, anchor.box)


def complete(provider, people=PEOPLE, *, seal=False, code=CODE, **values):
    """A file signed by everybody, in order."""
    press = Press(provider, code, **values).open(people, seal=seal)
    for row, name in enumerate(people, 1):
        press.person(name, names.evaluator(row))
    press.person(people[0], names.LEADER)
    if seal:
        press.seal()
    return press.lock()


def trust_in(provider, **values):
    with provider.credential(Identity(Role.SYSTEM, "绩效自评系统", UNIT)) as credential:
        known = {
            "roots": (credential.root.dump(),),
            "own": frozenset({credential.key_id}),
            "lists": provider.revocations(),
        }
    return Trust(**known | values)
