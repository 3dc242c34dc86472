"""Set phrases and words as they are often mistyped, with what was meant.

None of them occurs inside a right sentence; what does (己经 in 自己经营) needs a pattern below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PHRASES = {
    "推层出新": "推陈出新",
    "推成出新": "推陈出新",
    "推陈初新": "推陈出新",
    "按步就班": "按部就班",
    "再接再励": "再接再厉",
    "一愁莫展": "一筹莫展",
    "迫不急待": "迫不及待",
    "相辅相承": "相辅相成",
    "一如继往": "一如既往",
    "因地治宜": "因地制宜",
    "因地置宜": "因地制宜",
    "有条不絮": "有条不紊",
    "有条不稳": "有条不紊",
    "行之有校": "行之有效",
    "卓有成校": "卓有成效",
    "事半工倍": "事半功倍",
    "川流不熄": "川流不息",
    "竞竞业业": "兢兢业业",
    "默守成规": "墨守成规",
    "以身作责": "以身作则",
    "责无旁代": "责无旁贷",
    "全力以付": "全力以赴",
    "不遗余利": "不遗余力",
    "统筹兼故": "统筹兼顾",
    "齐抓共关": "齐抓共管",
    "开源节留": "开源节流",
    "励行节约": "厉行节约",
    "历行节约": "厉行节约",
    "实事求事": "实事求是",
    "循序渐近": "循序渐进",
    "与时具进": "与时俱进",
    "与时俱近": "与时俱进",
    "持之以衡": "持之以恒",
    "防患未燃": "防患未然",
    "防范于未然": "防患于未然",
    "举一返三": "举一反三",
    "取常补短": "取长补短",
    "名列前矛": "名列前茅",
    "融汇贯通": "融会贯通",
    "重中之中": "重中之重",
    "截流、挤占": "截留、挤占",
    "截流挪用": "截留挪用",
    "帐户": "账户",
    "帐目": "账目",
    "布署": "部署",
    "松驰": "松弛",
    "追朔": "追溯",
    "峻工": "竣工",
    "竣功": "竣工",
}
PATTERNS = (
    (re.compile(r"(?<![自知利律他])己(?=经(?![营济历常费手过])|完成|全部到位)"), "已"),
    (
        re.compile(
            r"(?<!被)(?<!已)指定(?=了(?:一?系列|相关|相应|专项|具体|内部)?[^，。；]{0,8}(?:办法|制度|细则))"
        ),
        "制定",
    ),
)
PHRASE = re.compile("|".join(map(re.escape, PHRASES)))


@dataclass(frozen=True)
class Confusion:
    start: int
    end: int
    meant: str


def confusions(text: str) -> Iterator[Confusion]:
    for found in PHRASE.finditer(text):
        yield Confusion(*found.span(), PHRASES[found[0]])
    for pattern, meant in PATTERNS:
        for found in pattern.finditer(text):
            yield Confusion(*found.span(), meant)
