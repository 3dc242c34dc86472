"""Characters and words typed twice in a row.

Chinese doubles on purpose (人人, 常常) and by chance (市市场监管局, 项目目标), so only what can
be neither counts: words of grammar, ends of names, punctuation, and whole words before one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HAN = "[\u4e00-\u9fff]"
# A character doubled by mistake, unless one of the first stands before or one of the second after.
CHARACTERS = {
    "的": ("目", "确"),
    "了": ("为", "解结然如不断"),
    "是": ("但还于就或", "非否"),
    "在": ("现存所实内外自潜", "线建册校职编岗读场籍"),
    "和": ("总温饱缓柔", "谐平气睦美解"),
    "与": ("参赠给", "会"),
    "对": ("面针应相", "象方应口比照策接手"),
    "把": ("火", "关握"),
    "就": ("成", "业近地医读诊"),
    "也": ("", ""),
    "而": ("", ""),
    "室": ("", "内外温主"),
    "厅": ("", "长局级"),
    "局": ("", "长机部域面势限属党"),
    "站": ("", "长点房台群"),
    "元": ("单多美", "旦件素"),
    "率": ("", "先"),
    "吨": ("", ""),
    "委": ("", "员托派会办"),
    "院": ("", "长士校区内"),
    "中心": ("", "组"),
}


def _twice(one: str, before: str, after: str) -> str:
    return rf"(?<![{one[0]}{before}]){one}\s?(?={one}(?![{one[0]}{after}]))"


CHARACTER = re.compile("|".join(_twice(one, *around) for one, around in CHARACTERS.items()))
# 研究研究 and 一步一步 are meant.
MEANT_TWICE = "管理|服务|工作|研究|讨论|学习|交流|沟通|考虑|商量|了解|总结|整理|练习|非常|很多|一"
FOLLOWED = r"[，。；：、！？,;:（）()“”\s]|[的在是和为已未由将按对与及]|$"
WORD = re.compile(
    rf"(?P<word>(?!{MEANT_TWICE})(?!(.)\2){HAN}{{2,6}})\s?(?=(?P=word)(?:{FOLLOWED}))"
    r"|(?P<mark>[，。；：、,;:？！])(?=(?P=mark)(?!(?P=mark)))"
)


@dataclass(frozen=True)
class Doubled:
    """``text[start:end]`` holds both, ``meant`` is the one that was wanted."""

    start: int
    end: int
    meant: str


def doubled(text: str) -> Iterator[Doubled]:
    for pattern in (CHARACTER, WORD):
        for found in pattern.finditer(text):
            meant = found[0].strip()
            yield Doubled(found.start(), found.end() + len(meant), meant)
