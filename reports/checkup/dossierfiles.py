"""A dossier file among the files: nothing has to be recognised in it."""

from reports.checkup.files.limited import Upload
from reports.checkup.model import Form, Note, Reading
from reports.checkup.parts import Printed
from reports.checkup.raw import Refusal
from reports.dossier.codec import DossierError, load_dossier_text
from reports.dossier.model import Dossier

NAMES = {
    "goals": "项目绩效目标表",
    "basic": "项目基本信息表",
    "panel": "评价人员",
    "report": "绩效评价报告",
}
IS_A_DOSSIER = "这是自评档案文件，按档案里的规则包「{}」检查。"
BROKEN = "不是能用的自评档案：{}"


def is_json(upload: Upload) -> bool:
    return upload.source[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read_dossier_file(upload: Upload) -> Reading | Refusal:
    try:
        dossier = load_dossier_text(upload.source)
    except DossierError as error:
        return Refusal(upload.name, BROKEN.format(error.problems[0]))
    return reading_of(dossier, upload.name)


def reading_of(dossier: Dossier, name: str) -> Reading:
    """A dossier from wherever it comes, as if read from a file of that name."""
    forms = tuple(Form(word, document, Printed("", name, "")) for document, word in NAMES.items())
    note = Note(IS_A_DOSSIER.format(dossier.pack.name))
    return Reading(dossier, forms, (), (note,), {}, whole=True)
