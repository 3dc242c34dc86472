"""What a writer meant to fill in and did not: XX, 某某, （100字以内）, prompts of the outline."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LEAST_PROMPT = 8
PLACEHOLDER = re.compile(
    r"(?<![A-Za-z])[XxＸｘ×╳✕]{2,}(?![A-Za-z])"
    r"|(?<![A-Za-z0-9×])[XxＸｘ×](?=年|月|日|万元|元|%|个|人|项|次|号|市|县|区|局|单位)"
    r"|某某|○○+|〇〇〇+|□□+|△△+|\*\*\*+|＊＊+"
    r"|_{3,}|＿{2,}"
    r"|[（(【\[]\s?(?:此处|在此|请|待|需)[^（()）】\]\n]{0,20}?(?:填写?|补充|说明|描述|核实|确认|完善|插入|修改|删除)[^（()）】\]\n]{0,12}[）)】\]]"
    r"|(?:此处|在此处?)(?:填写|插入|补充)|待(?:补充|填写|完善后)|请(?:填写|在此|补充完整)"
    r"|[（(【\[]?\s?(?:限|不超过|控制在|约)?\s?[0-9]{2,5}\s?字(?:以内|左右|以上|以下)?\s?[）)】\]]"
    r"|[（(]\s?[略]\s?[）)]|TODO|FIXME|(?i:lorem ipsum)"
)


SOME_PLACE = re.compile(r"(?<!某)某(?=单位|项目|[局厅委市县区镇村校院])")


@dataclass(frozen=True)
class Leftover:
    start: int
    end: int
    is_prompt: bool


def leftovers(text: str, prompts: Iterable[str] = ()) -> Iterator[Leftover]:
    """Placeholders, then the prompts of the outline that stand in the text."""
    for found in PLACEHOLDER.finditer(text):
        yield Leftover(*found.span(), is_prompt=False)
    for prompt in prompts:
        words = prompt.strip("（）() 。")
        start = text.find(words) if len(words) >= LEAST_PROMPT else -1
        if start >= 0:
            yield Leftover(start, start + len(words), is_prompt=True)


def places_unnamed(text: str) -> Iterator[Leftover]:
    """某市, 某单位: in running text a name that was never put in."""
    for found in SOME_PLACE.finditer(text):
        yield Leftover(*found.span(), is_prompt=False)
