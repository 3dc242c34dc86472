"""Ways to change a signed file. Each takes a Victim and a random.Random, and gives other bytes."""

import io
import re
from dataclasses import dataclass

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from pyhanko.sign.validation.dss import DocumentSecurityStore

from reports.signing import names
from reports.signing.names import Role
from tests.reports.signed import PEOPLE, Press, complete

CONTENTS = re.compile(rb"/Contents <([0-9a-fA-F]+)>")


@dataclass
class Victim:
    """A complete file, another genuine one of the same house, and a stranger's authority."""

    press: Press
    other: Press
    stranger: object

    @property
    def pdf(self):
        return self.press.pdf


# --- bytes


def flip_a_bit(victim, random):
    changed = bytearray(victim.pdf)
    changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def flip_in_a_signature(victim, random):
    """In the hex of a signature, the unused rest included."""
    changed = bytearray(victim.pdf)
    start, end = random.choice([found.span(1) for found in CONTENTS.finditer(victim.pdf)])
    changed[random.randrange(start, end)] ^= 1
    return bytes(changed)


def change_a_byte(victim, random):
    changed = bytearray(victim.pdf)
    place = random.randrange(len(changed))
    changed[place] = (changed[place] + random.randrange(1, 256)) % 256
    return bytes(changed)


def cut_the_end(victim, random):
    return victim.pdf[: random.randrange(1, len(victim.pdf))]


def cut_out_a_piece(victim, random):
    start = random.randrange(len(victim.pdf))
    return victim.pdf[:start] + victim.pdf[start + random.randrange(1, 5000) :]


def insert_a_piece(victim, random):
    place = random.randrange(len(victim.pdf))
    return victim.pdf[:place] + random.randbytes(random.randrange(1, 50)) + victim.pdf[place:]


def back_to_an_earlier_revision(victim, random):
    return random.choice(victim.press.revisions[:-1])


# --- appended


def append_junk(victim, random):
    junk = (b" ", b"\n", b"\n%%EOF\n", b"% a comment\n", b"\x00", random.randbytes(20))
    return victim.pdf + random.choice(junk) * random.randrange(1, 4)


def append_a_piece_of_another(victim, random):
    return victim.pdf + victim.other.pdf[-random.randrange(10, 4000) :]


def append_another_file(victim, random):
    return victim.pdf + victim.other.pdf


def _updated(victim, change):
    writer = IncrementalPdfFileWriter(io.BytesIO(victim.pdf))
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _a_page(writer, random):
    kids = writer.root["/Pages"]["/Kids"]
    reference = kids.raw_get(random.randrange(len(kids)))
    return reference, reference.get_object()


def rotate_a_page(victim, random):
    def change(writer):
        reference, page = _a_page(writer, random)
        page[pdf_name("/Rotate")] = generic.NumberObject(random.choice([90, 180, 270]))
        writer.mark_update(reference)

    return _updated(victim, change)


def change_the_language(victim, random):
    def change(writer):
        writer.root[pdf_name("/Lang")] = generic.pdf_string(random.choice(["en", "fr", "de"]))
        writer.update_root()

    return _updated(victim, change)


def paint_over_a_page(victim, random):
    paint = b"1 1 1 rg %d %d %d %d re f" % tuple(random.randrange(20, 400) for _ in range(4))

    def change(writer):
        stream = writer.add_object(generic.StreamObject(stream_data=paint))
        writer.add_stream_to_page(random.randrange(2), stream)

    return _updated(victim, change)


def cover_with_an_annotation(victim, random):
    def change(writer):
        reference, page = _a_page(writer, random)
        note = writer.add_object(
            generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Annot"),
                    pdf_name("/Subtype"): pdf_name(
                        random.choice(["/FreeText", "/Square", "/Stamp"])
                    ),
                    pdf_name("/Rect"): generic.ArrayObject(
                        map(generic.NumberObject, (50, 50, 300, random.randrange(80, 400)))
                    ),
                    pdf_name("/Contents"): generic.pdf_string("优"),
                }
            )
        )
        annotations = page.get("/Annots", generic.ArrayObject())
        page[pdf_name("/Annots")] = generic.ArrayObject([*list(annotations), note])
        writer.mark_update(reference)

    return _updated(victim, change)


def run_something_at_opening(victim, random):
    def change(writer):
        writer.root[pdf_name("/OpenAction")] = generic.DictionaryObject(
            {
                pdf_name("/S"): pdf_name("/JavaScript"),
                pdf_name("/JS"): generic.pdf_string(f"app.alert({random.random()})"),
            }
        )
        writer.update_root()

    return _updated(victim, change)


def add_certificates(victim, random):
    """What archives may do after the last signature; the bytes are no longer those issued."""

    def change(writer):
        with victim.stranger.credential(victim.press.identity(Role.PERSON, "陌生人")) as credential:
            DocumentSecurityStore.supply_dss_in_writer(
                writer, None, certs=[credential.certificate, credential.root]
            )

    return _updated(victim, change)


# --- shadows: the file shows something else, its signed objects stay


def replace_a_pages_content(victim, random):
    def change(writer):
        reference, page = _a_page(writer, random)
        page[pdf_name("/Contents")] = writer.add_object(
            generic.StreamObject(stream_data=b"BT /F1 %d Tf ET" % random.randrange(5, 50))
        )
        writer.mark_update(reference)

    return _updated(victim, change)


def replace_a_signatures_appearance(victim, random):
    def change(writer):
        fields = [one for one in writer.root["/AcroForm"]["/Fields"] if "/AP" in one.get_object()]
        field = random.choice(fields).get_object()
        field["/AP"][pdf_name("/N")] = writer.add_object(
            generic.StreamObject(
                {
                    pdf_name("/Type"): pdf_name("/XObject"),
                    pdf_name("/Subtype"): pdf_name("/Form"),
                    pdf_name("/BBox"): generic.ArrayObject(
                        map(generic.NumberObject, (0, 0, 80, 20))
                    ),
                },
                stream_data=b"1 0 0 rg 0 0 80 20 re f",
            )
        )
        writer.update_container(field)

    return _updated(victim, change)


def exchange_two_signatures(victim, random):
    def change(writer):
        fields = [one.get_object() for one in writer.root["/AcroForm"]["/Fields"]]
        first, second = random.sample(fields, 2)
        a, b = first.raw_get("/V"), second.raw_get("/V")
        first[pdf_name("/V")], second[pdf_name("/V")] = b, a
        writer.update_container(first)
        writer.update_container(second)

    return _updated(victim, change)


def hide_the_fields(victim, random):
    def change(writer):
        form = writer.root["/AcroForm"]
        form["/Fields"] = generic.ArrayObject(list(form["/Fields"])[: random.randrange(5)])
        writer.update_container(form)
        writer.update_root()

    return _updated(victim, change)


def swap_pages(victim, random):
    def change(writer):
        pages = writer.root["/Pages"]
        kids = list(pages["/Kids"])
        pages[pdf_name("/Kids")] = generic.ArrayObject(kids[::-1])
        writer.mark_update(writer.root.raw_get("/Pages"))

    return _updated(victim, change)


def drop_a_page(victim, random):
    def change(writer):
        pages = writer.root["/Pages"]
        kids = list(pages["/Kids"])
        kids.pop(random.randrange(len(kids)))
        pages[pdf_name("/Kids")] = generic.ArrayObject(kids)
        pages[pdf_name("/Count")] = generic.NumberObject(len(kids))
        writer.mark_update(writer.root.raw_get("/Pages"))

    return _updated(victim, change)


# --- written anew


def _rewritten(victim, change, **options):
    with pikepdf.open(io.BytesIO(victim.pdf)) as pdf:
        change(pdf)
        output = io.BytesIO()
        pdf.save(output, **options)
    return output.getvalue()


def save_again(victim, random):
    options = [
        {"linearize": True},
        {"compress_streams": False},
        {"object_stream_mode": pikepdf.ObjectStreamMode.disable},
    ]
    return _rewritten(victim, lambda pdf: None, **random.choice(options))


def swap_pages_and_save(victim, random):
    return _rewritten(victim, lambda pdf: pdf.pages.reverse())


def put_another_page_in(victim, random):
    return _rewritten(
        victim, lambda pdf: pdf.add_blank_page(page_size=(595, random.randrange(400, 842)))
    )


def strip_the_signatures(victim, random):
    def change(pdf):
        del pdf.Root.AcroForm
        for page in pdf.pages:
            if "/Annots" in page.obj:
                del page.obj["/Annots"]

    return _rewritten(victim, change)


# --- signed again


def resigned_by_a_stranger(victim, random):
    people = PEOPLE[: random.randrange(1, 4)]
    return complete(victim.stranger, people, code=victim.press.code).pdf


def locked_by_a_stranger(victim, random):
    revision = random.choice(victim.press.revisions[:-1])
    return Press(victim.stranger, revisions=[revision]).lock().pdf


def signed_by_a_stranger_before_our_lock_is_forged(victim, random):
    press = Press(victim.stranger, victim.press.code).open()
    press.person("冒名者", names.evaluator(1))
    return press.lock().pdf


def signed_once_more(victim, random):
    """A further signature after the lock, in a field of its own."""
    writer = IncrementalPdfFileWriter(io.BytesIO(victim.pdf))
    append_signature_field(writer, SigFieldSpec(f"Signature{random.randrange(100)}"))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def with_a_signature_of_another(victim, random):
    """A genuine signature of this house over another file, put into the place of the lock's."""
    ours = list(CONTENTS.finditer(victim.pdf))[-1]
    theirs = random.choice(list(CONTENTS.finditer(victim.other.pdf)))[1]
    size = len(ours[1])
    contents = theirs[:size].ljust(size, b"0")
    return victim.pdf[: ours.start(1)] + contents + victim.pdf[ours.end(1) :]


def with_the_tail_of_another(victim, random):
    place = victim.pdf.rindex(b"startxref")
    return victim.pdf[:place] + victim.other.pdf[victim.other.pdf.rindex(b"startxref") :]


def the_code_of_another(victim, random):
    return victim.pdf.replace(_written(victim.press.code), _written(victim.other.code))


def _written(code):
    """As pyHanko writes a text into a PDF."""
    return code.replace("-", "\\055").encode()


# How many of each make the 10,500.
SHARES = {
    flip_a_bit: 4000,
    flip_in_a_signature: 1500,
    change_a_byte: 1000,
    cut_the_end: 400,
    cut_out_a_piece: 300,
    insert_a_piece: 300,
    back_to_an_earlier_revision: 100,
    append_junk: 400,
    append_a_piece_of_another: 200,
    append_another_file: 20,
    rotate_a_page: 150,
    change_the_language: 100,
    paint_over_a_page: 150,
    cover_with_an_annotation: 150,
    run_something_at_opening: 100,
    add_certificates: 100,
    replace_a_pages_content: 150,
    replace_a_signatures_appearance: 150,
    exchange_two_signatures: 150,
    hide_the_fields: 100,
    swap_pages: 100,
    drop_a_page: 100,
    save_again: 60,
    swap_pages_and_save: 60,
    put_another_page_in: 60,
    strip_the_signatures: 60,
    resigned_by_a_stranger: 100,
    locked_by_a_stranger: 120,
    signed_by_a_stranger_before_our_lock_is_forged: 100,
    signed_once_more: 70,
    with_a_signature_of_another: 100,
    with_the_tail_of_another: 20,
    the_code_of_another: 30,
}
assert sum(SHARES.values()) == 10_500
