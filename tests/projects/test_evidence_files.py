"""What may be kept as evidence, told by its bytes; hostile files are refused with a sentence."""

import struct
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from PIL import Image

from projects.evidence import compound, encode, images, kinds, packages
from projects.evidence.domain import LARGEST_FILE, checked
from projects.evidence.errors import LOCKED, MACROS, RefusedFileError
from projects.evidence.kinds import KINDS, kind_of
from projects.evidence.storage import random_name

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
OFD = b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"/>'


def zipped(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def docx() -> bytes:
    out = BytesIO()
    Document().save(out)
    return out.getvalue()


def xlsx() -> bytes:
    out = BytesIO()
    Workbook().save(out)
    return out.getvalue()


def picture(kind: str, size: tuple[int, int] = (64, 48), **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (20, 90, 100)).save(out, kind, **options)
    return out.getvalue()


def compound_file(*names: str, fillers: int = 0) -> bytes:
    """A minimal compound file: a directory behind ``fillers`` empty sectors, and its table."""
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<H", 2 * len(name) + 2)
        + b"\x02".ljust(62, b"\0")
        for name in names
    )
    directory = entries.ljust(-(-len(entries) // 512) * 512, b"\0")
    sectors = len(directory) // 512
    first = fillers
    chain = [0xFFFFFFFF] * fillers + [*range(first + 1, first + sectors), 0xFFFFFFFE]
    tables = -(-(len(chain) + 200) // 128)
    table_at = first + sectors
    chain += [0xFFFFFFFD] * tables
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    places = list(range(table_at, table_at + tables))
    beyond = places[109:]
    more, difat = 0xFFFFFFFE, b""
    if beyond:
        more = table_at + tables
        difat = struct.pack("<128I", *(beyond + [0xFFFFFFFF] * 127)[:127], 0xFFFFFFFE)
    header = bytearray(512)
    header[:8] = compound.SIGNATURE
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, first)
    struct.pack_into("<II", header, 68, more, int(bool(beyond)))
    struct.pack_into("<109I", header, 76, *(places + [0xFFFFFFFF] * 109)[:109])
    body = b"\0" * 512 * fillers + directory + struct.pack(f"<{len(chain)}I", *chain) + difat
    return bytes(header) + body


GOOD = {
    "合同.pdf": PDF,
    "公文.ofd": zipped({"OFD.xml": OFD}),
    "报告.docx": docx(),
    "明细.XLSX": xlsx(),
    "旧报告.doc": compound_file("Root Entry", "WordDocument"),
    "旧明细.xls": compound_file("Root Entry", "Workbook"),
    "更旧.xls": compound_file("Root Entry", "Book"),
    "文字.wps": compound_file("Root Entry", "WordDocument"),
    "表格.et": compound_file("Root Entry", "Workbook"),
    "照片.jpg": picture("JPEG"),
    "照片.jpeg": picture("JPEG"),
    "截图.png": picture("PNG"),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_offices_use_is_kept(name):
    kind = kind_of(BytesIO(GOOD[name]), name)
    assert name.lower().endswith(kind.endings)


def test_every_kind_is_tried():
    assert {kind_of(BytesIO(content), name) for name, content in GOOD.items()} == set(KINDS)


CONTENT_TYPES = b"<Types>application/...wordprocessingml.document.main+xml</Types>"
BAD = {
    "程序.exe": (b"MZ\x90", "不能上传这种文件"),
    "网页.html": (b"<html>", "不能上传这种文件"),
    "没有结尾": (PDF, "不能上传这种文件"),
    "网页.pdf": (b"<html><script>", "内容却不是PDF"),
    "截断.pdf": (PDF[:20], "PDF已损坏或不完整"),
    "压缩包.pdf": (zipped({"a": b""}), "内容却不是PDF"),
    "换名.docx": (xlsx(), "内容不是Word 文档"),
    "压缩包.docx": (zipped({"a.txt": b""}), "内容不是Word 文档"),
    "压缩包.ofd": (zipped({"OFD.xml": b"<a/>"}), "内容不是OFD"),
    "截断.docx": (docx()[:-30], "已损坏或不完整"),
    "宏.docx": (
        zipped({"[Content_Types].xml": CONTENT_TYPES, "word/vbaProject.bin": b""}),
        MACROS,
    ),
    "宏类型.docx": (
        zipped({"[Content_Types].xml": CONTENT_TYPES + b"macroEnabled"}),
        MACROS,
    ),
    "爬出.docx": (
        zipped({"[Content_Types].xml": CONTENT_TYPES, "../../etc/passwd": b""}),
        "文件名不合规",
    ),
    "盘符.docx": (zipped({"[Content_Types].xml": CONTENT_TYPES, "C:/x": b""}), "文件名不合规"),
    "加密.docx": (compound_file("Root Entry", "EncryptedPackage"), LOCKED),
    "宏.doc": (compound_file("Root Entry", "WordDocument", "Macros", "VBA"), MACROS),
    "宏.xls": (compound_file("Root Entry", "Workbook", "_VBA_PROJECT_CUR"), MACROS),
    "演示.doc": (compound_file("Root Entry", "PowerPoint Document"), "内容不是Word 97 文档"),
    "截断.doc": (compound_file("Root Entry", "WordDocument")[:700], "已损坏或不完整"),
    "只有开头.doc": (compound.SIGNATURE, "已损坏或不完整"),
    "改名.jpg": (picture("PNG"), "内容却不是JPEG 图片"),
    "改名.png": (picture("GIF"), "内容却不是PNG 图片"),
}


@pytest.mark.parametrize("name", BAD)
def test_everything_else_is_refused_in_words(name):
    content, words = BAD[name]
    with pytest.raises(RefusedFileError, match=words.replace("（", ".")):
        kind_of(BytesIO(content), name)


def test_an_encrypted_zip_asks_for_one_without_password():
    content = bytearray(zipped({"[Content_Types].xml": CONTENT_TYPES}))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(RefusedFileError, match="打开密码"):
        kind_of(BytesIO(content), "a.docx")


def test_a_doubled_name_is_refused():
    content = zipped({"[Content_Types].xml": CONTENT_TYPES, "[Content_Types].xmx": b""})
    out = BytesIO(content.replace(b".xmx", b".xml"))
    with pytest.raises(RefusedFileError, match="文件名不合规"):
        kind_of(out, "a.docx")


def test_a_bomb_is_seen_by_its_directory(monkeypatch):
    """By what it says it unpacks to, by how many parts it has, by how long its directory is."""
    bomb = zipped({"[Content_Types].xml": CONTENT_TYPES, "word/a": b"\0" * 3_000_000})
    monkeypatch.setattr(packages, "MOST_UNPACKED", 2_000_000)
    with pytest.raises(RefusedFileError, match="解开后过大"):
        kind_of(BytesIO(bomb), "a.docx")
    monkeypatch.undo()
    monkeypatch.setattr(packages, "MOST_PARTS", 1)
    with pytest.raises(RefusedFileError, match="解开后过大"):
        kind_of(BytesIO(bomb), "a.docx")
    monkeypatch.undo()
    monkeypatch.setattr(packages, "MOST_DIRECTORY_BYTES", 90)
    with pytest.raises(RefusedFileError, match="解开后过大"):
        kind_of(BytesIO(bomb), "a.docx")


def test_a_zip64_directory_is_refused_before_it_is_read():
    content = zipped({"[Content_Types].xml": CONTENT_TYPES})
    at = content.rindex(b"PK\x05\x06")
    locator = b"PK\x06\x07".ljust(20, b"\0")
    with pytest.raises(RefusedFileError, match="已损坏"):
        kind_of(BytesIO(content[:at] + locator + content[at:]), "a.docx")


def test_a_large_compound_file_keeps_its_table_in_a_chain():
    content = compound_file("Root Entry", "WordDocument", fillers=110 * 128)
    assert "WordDocument" in compound.entry_names(BytesIO(content))


def test_a_directory_that_runs_in_circles_ends():
    content = bytearray(compound_file("Root Entry", "WordDocument"))
    table = 512 * 2
    struct.pack_into("<I", content, table, 0)
    with pytest.raises(RefusedFileError, match="已损坏"):
        kind_of(BytesIO(content), "a.doc")


@given(
    st.sampled_from([name for name in GOOD if not name.endswith(("jpg", "jpeg", "png"))]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 60),
)
def test_damage_is_refused_or_harmless_never_a_crash(name, changes, cut):
    content = bytearray(GOOD[name])
    for place, value in changes:
        content[place % len(content)] = value
    with suppress(RefusedFileError):
        assert name.lower().endswith(kind_of(BytesIO(content[: len(content) - cut]), name).endings)


# Pictures.


def test_a_picture_is_made_anew_from_its_pixels():
    """Upright, without the place it was taken at and without what was hidden behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x8825] = {2: (20.0, 2.0, 0.0)}
    content = picture("JPEG", (64, 48), exif=exif) + b"<script>alert(1)</script>"
    assert b"Exif" in content
    again = images.encoded_again(content, "jpg")
    assert b"Exif" not in again
    assert b"script" not in again
    with Image.open(BytesIO(again)) as clean:
        assert (clean.size, clean.format) == ((48, 64), "JPEG")
        assert abs(clean.getpixel((5, 5))[1] - 90) < 8


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_picture_keeps_what_it_shows(mode):
    source = Image.new("RGBA", (20, 10), (200, 30, 40, 255)).convert(mode)
    out = BytesIO()
    source.save(out, "PNG")
    with Image.open(BytesIO(encode.encoded(out.getvalue(), "png"))) as again:
        assert again.convert("RGBA").getpixel((3, 3)) == source.convert("RGBA").getpixel((3, 3))


def test_a_huge_photo_gets_smaller_and_a_bomb_is_refused(monkeypatch):
    large = picture("JPEG", (5000, 200))
    with Image.open(BytesIO(encode.encoded(large, "jpg"))) as again:
        assert max(again.size) <= encode.LONGEST_EDGE
    bomb = picture("PNG", (12_000, 6_000), compress_level=9)
    assert len(bomb) < 1_000_000
    with pytest.raises(RefusedFileError, match="尺寸过大"):
        images.encoded_again(bomb, "png")


@pytest.mark.parametrize("content", [b"\xff\xd8\xff nothing", picture("JPEG")[:200], b""])
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(RefusedFileError, match="图片打不开"):
        images.encoded_again(content, "jpg")


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(images, "SECONDS", 0.001)
    with pytest.raises(RefusedFileError, match="图片打不开"):
        images.encoded_again(picture("JPEG"), "jpg")


# From an upload to what is kept.


def test_documents_are_kept_byte_for_byte():
    file = checked(SimpleUploadedFile("合同.pdf", PDF))
    assert (file.key, file.content) == ("pdf", PDF)


def test_a_picture_is_kept_as_made_anew():
    upload = picture("JPEG")
    file = checked(SimpleUploadedFile("照片.JPG", upload))
    assert (file.key, file.content) == ("jpg", images.encoded_again(upload, "jpg"))


def test_size_is_asked_first():
    with pytest.raises(RefusedFileError, match="文件是空的"):
        checked(SimpleUploadedFile("a.pdf", b""))
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload.size = LARGEST_FILE + 1
    with pytest.raises(RefusedFileError, match="每个最多 20 MB"):
        checked(upload)


def test_stored_names_tell_nothing():
    names = {random_name(None, "机密合同.pdf") for _ in range(50)}
    assert len(names) == 50
    assert all(
        name.isascii() and name.startswith("evidence/") and "." not in name for name in names
    )


def test_the_help_text_names_every_ending():
    assert all(
        ending.removeprefix(".") in kinds.ENDINGS and ending in kinds.ACCEPT
        for kind in KINDS
        for ending in kind.endings
    )
