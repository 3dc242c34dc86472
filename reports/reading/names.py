"""Names in a text: those of other projects and units, and one's own with a slip in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SHORTEST_FOREIGN = 5
SHORTEST_OWN = 6
MASK = "\ue000"
NEAR = 12
# Before a name: somebody one works with, or a thing the report sets apart on purpose.
WITH_OTHERS = re.compile(
    r"(?:联合|会同|配合|协[同助调]|[与和同向由经对除比较]|委托|报送?|邀请|支持|接受|依托|移交|抄送|征求|通过|另有|不含|区别于|参照|借鉴)"
    r"[^，。；\n]{0,6}$"
)
AS_THE_SUBJECT = re.compile(
    r".{0,4}(?:负责|实施|承担|组织|牵头|作为|的?[^，。；\n]{0,12}项目|自评|绩效)"
)
# A sibling's name differs from one's own in these and is no slip.
SIBLING = "0-9零〇一二三四五六七八九十东西南北中上下左右前后县市区镇乡村省"


@dataclass(frozen=True)
class NameFound:
    start: int
    end: int
    name: str


def foreign_projects(text: str, others: Iterable[str], own: tuple[str, ...]) -> Iterator[NameFound]:
    """Names of other projects that stand in ``text`` as if it were theirs."""
    yield from _foreign(text, others, own)


def foreign_units(text: str, others: Iterable[str], own: tuple[str, ...]) -> Iterator[NameFound]:
    """Names of other units that do in ``text`` what one's own should."""
    for found in _foreign(text, others, own):
        if AS_THE_SUBJECT.match(text, found.end):
            yield found


def _foreign(text: str, others: Iterable[str], own: tuple[str, ...]) -> Iterator[NameFound]:
    hidden = hide(text, own)
    for name in dict.fromkeys(others):
        if len(name) < SHORTEST_FOREIGN or any(name in mine for mine in own):
            continue
        at = hidden.find(name)
        if at >= 0 and not WITH_OTHERS.search(hidden, max(0, at - NEAR), at):
            yield NameFound(at, at + len(name), name)


def misspelt(text: str, own: tuple[str, ...]) -> Iterator[NameFound]:
    """An own name with one character exchanged; ``name`` is the right one."""
    hidden = hide(text, own)
    for name in dict.fromkeys(own):
        if len(name) >= SHORTEST_OWN:
            for found in _one_exchanged(name).finditer(hidden):
                yield NameFound(*found.span(), name)


@lru_cache(maxsize=256)
def _one_exchanged(name: str) -> re.Pattern[str]:
    """Neither at its ends nor where siblings differ: 养护工作 is no slip of 养护工程."""
    inner = (at for at in range(2, len(name) - 2) if not re.match(f"[{SIBLING}]", name[at]))
    return re.compile(
        "|".join(
            f"{re.escape(name[:at])}(?![{SIBLING}{re.escape(name[at])}])[\u4e00-\u9fff]"
            f"{re.escape(name[at + 1 :])}"
            for at in inner
        )
        or "(?!)"
    )


def hide(text: str, names: Iterable[str]) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, MASK * len(name))
    return text
