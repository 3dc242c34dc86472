"""评价报告: numbered headings with text below them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from evalsys.rulepacks.shipped import shipped_packs
from reports.checkup.numbering import Numbered, numbered
from reports.checkup.parts import HeadingRow, Part, Printed
from reports.checkup.rows import Row
from reports.checkup.words import label

LONGEST_TITLE = 60
LIKE, SHARED = 0.72, 0.55
SENTENCE_ENDS = ("。", "；", "！", "？", "：", ":", ";", ".", "”")
UNKNOWN_LEVELS = 2
UNKNOWN_TITLE = re.compile(r"[^，。；：！？,.;:!?]{2,25}")
TITLE_ENDS = re.compile(r"[：:。]")
PROMPT = re.compile(r"^[（(](?:主要是|包括|说明|简述|结合|对照).*[)）]$", re.DOTALL)
PROMPT_IN_TITLE = re.compile(r"[（(](?:主要是|包括|说明|简述|结合|对照)[^（()）]*[)）]$")
PAGE_NUMBER = re.compile(
    r"[—\-–\s]*(?:第\s*)?[0-9]{1,3}\s*(?:页)?(?:\s*[/共]\s*(?:共\s*)?[0-9]{1,3}\s*页?)?[—\-–\s]*"
)


@cache
def outline_titles() -> frozenset[str]:
    """The headings of all shipped outlines, bare."""
    return frozenset(label(part.title) for pack in shipped_packs() for part in pack.outline)


def title_and_rest(text: str) -> tuple[str, str]:
    """The heading at the start of a line, and the text that follows it on the same line."""
    found = TITLE_ENDS.search(text)
    if found and len(text) > found.end():
        head, rest = text[: found.start()], text[found.end() :].strip()
        if is_title(head):
            return head, rest
    return (text.rstrip("：:。"), "") if is_title(text.rstrip("：:。")) else ("", text)


def is_title(text: str) -> bool:
    words = label(text)
    if not 1 < len(words) <= LONGEST_TITLE:
        return False
    return words in outline_titles() or any(_like(words, title) for title in outline_titles())


@lru_cache(maxsize=4096)
def _like(words: str, title: str) -> bool:
    """Whether two titles differ by a word or a slip; letters in common are the quick half."""
    shared = 2 * len(set(words) & set(title)) / (len(words) + len(title))
    return shared >= SHARED and likeness(words, title) >= LIKE


def likeness(words: str, title: str) -> float:
    return SequenceMatcher(None, words, title, autojunk=False).ratio()


def _heading(line: Numbered) -> tuple[str, str]:
    """Also a short numbered line without a stop, which no outline knows."""
    title, rest = title_and_rest(line.rest)
    if not title and line.level <= UNKNOWN_LEVELS and UNKNOWN_TITLE.fullmatch(line.rest):
        return line.rest, ""
    return title, rest


def opens_report(row: Row) -> bool:
    """The first heading of some outline, numbered 一、, outside of a table."""
    single = row.single
    line = numbered(single.text) if single and row.is_paragraph else None
    return line is not None and line.level == 1 and bool(title_and_rest(line.rest)[0])


@dataclass
class Report:
    """Takes headings and the text below them, to the end of the part."""

    part: Part

    def takes(self, row: Row) -> bool:
        text = row.text
        if PAGE_NUMBER.fullmatch(text):
            return True
        line = numbered(text) if row.single else None
        title, rest = _heading(line) if line else ("", "")
        if line and title:
            self._open(line.number, title, row)
            text = rest
        if text and self.part.headings and not PROMPT.match(text):
            printed = Printed(text, row.file, row.where)
            self.part.headings[-1].body.append((printed, row.loose and row.is_paragraph))
        return bool(self.part.headings)

    def _open(self, number: str, title: str, row: Row) -> None:
        printed = Printed(PROMPT_IN_TITLE.sub("", title), row.file, row.where)
        self.part.headings.append(HeadingRow(number, printed))


def joined_lines(pieces: Iterable[tuple[Printed, bool]]) -> list[tuple[str, Printed]]:
    """The text under a heading as lines, each with the place where it begins.

    Pieces of a sentence that was cut by the end of a line or a page are joined.
    """
    lines: list[tuple[str, Printed]] = []
    cut = False
    for printed, loose in pieces:
        text = printed.text.strip()
        if lines and loose and cut and not numbered(text):
            lines[-1] = (lines[-1][0] + text, lines[-1][1])
        else:
            lines.append((text, printed))
        cut = loose and not text.endswith(SENTENCE_ENDS)
    return lines
