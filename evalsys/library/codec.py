"""The library file: strict reading of what docs/library.md describes."""

from evalsys.jsonread import JsonError, Problem, Reader, load_json
from evalsys.library.schema import (
    FORMAT,
    HINT,
    NAME,
    PROSE,
    SHORT,
    SOURCE,
    IndicatorClass,
    Library,
    LibraryLeaf,
    Operator,
)
from evalsys.rulepacks.schema import FormRate

LIMIT_BYTES = 1_000_000
KEY = 50


def load_library(source: bytes | str) -> Library:
    """Read a library file; JsonError with every problem found."""
    reader = Reader(load_json(source, limit_bytes=LIMIT_BYTES))
    reader.field("format").constant(FORMAT)
    library = Library(
        name=reader.field("name").text(max=NAME, blank=False),
        note=reader.field("note").text(max=PROSE, multiline=True),
        leaves=tuple(map(_leaf, reader.field("leaves").items(filled=True))),
    )
    reader.end()
    if problems := (*reader.problems, *_problems(library)):
        raise JsonError(problems)
    return library


def _leaf(reader: Reader) -> LibraryLeaf:
    rate = reader.optional("rate")
    uses = reader.optional("uses")
    leaf = LibraryLeaf(
        ref=reader.field("key").identifier(max=KEY),
        indicator_class=reader.field("class").choice(IndicatorClass),
        name=reader.field("name").text(max=NAME, blank=False),
        operator=reader.field("operator").choice(Operator),
        unit=_text(reader, "unit", SHORT),
        target=_text(reader, "target", HINT),
        explanation=reader.field("explanation").text(max=PROSE, multiline=True, blank=False),
        standard=_text(reader, "standard", PROSE),
        evidence_asked=reader.field("evidence_asked").text(max=PROSE, blank=False),
        uses=tuple(use.text(max=SHORT, blank=False) for use in uses.items()) if uses else (),
        rate=rate.choice(FormRate) if rate else None,
        verified=reader.field("verified").boolean(),
        source=_text(reader, "source", SOURCE),
    )
    reader.end()
    return leaf


def _text(reader: Reader, name: str, limit: int) -> str:
    member = reader.optional(name)
    return member.text(max=limit, multiline=limit == PROSE) if member else ""


def _problems(library: Library) -> list[Problem]:
    """Refs and names once each, a source behind what counts as checked, units for figures."""
    found, seen = [], set[str]()
    for index, leaf in enumerate(library.leaves):
        place = f"leaves[{index}]"
        for text in (leaf.ref, leaf.name):
            if text in seen:
                found.append(Problem(place, f"「{text}」重复。"))
            seen.add(text)
        if leaf.verified and not leaf.source:
            found.append(Problem(place, "已核实的指标必须写明来源。"))
        if (leaf.operator is Operator.WORDS) and leaf.unit:
            found.append(Problem(place, "定性指标没有单位。"))
    return found
