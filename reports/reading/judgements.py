"""What a text judges in words: the grade it claims, and what it admits went badly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reports.reading.claims import is_of_the_whole_year
from reports.reading.passage import Passage

# What people write as a grade, longest first; the pack says which of them are grades.
GRADE_WORDS = (
    "基本合格|不合格|不及格|优秀|优良|优等|良好|良等|中等|合格|及格|达标|"
    "一般|较好|较差|很好|差等|好|优|良|中|差"
)
QUOTED = "[“\"'「『‘（(]?"
GRADE = re.compile(
    r"(?:(?:评价|自评|绩效|评定|考核|综合)?(?:等[次级]|档次|评级)(?:评定|评价|确定|认定|结果|拟定)*"
    r"|(?:自评|评价|绩效|综合评价|综合评定)(?:结果|结论)|(?:综合|自评)?评定)"
    rf"(?:拟?定?[为是]|达到?|属于?|：|:|\s)*{QUOTED}(?P<word>{GRADE_WORDS})"
    r"(?=[”\"'」』’）)]|[级等](?:次|[，。；、！\s]|$)|[，。；、！？,;\s]|等次|档|$)"
)
NAMED_FIRST = re.compile(
    rf"{QUOTED}(?P<word>{GRADE_WORDS})[”\"'」』’）)]?(?:的?(?:等次|评价等级|绩效等级)|等级(?=[，。；]|$))"
)
ABOUT_THE_RESULT = re.compile(
    r"自评|绩效|综合(?:得分|评价|评定)|总分|总得分|评价(?:得分|工作组|结论|等)"
)


@dataclass(frozen=True)
class GradeClaim:
    start: int
    end: int
    word: str


def grade_claims(passage: Passage) -> Iterator[GradeClaim]:
    """Where the text says which grade the project earned."""
    seen = -1
    for pattern in (GRADE, NAMED_FIRST):
        for found in pattern.finditer(passage.text):
            start, end = found.span("word")
            if start != seen and _is_the_result(passage, found):
                seen = start
                yield GradeClaim(start, end, found["word"])


def _is_the_result(passage: Passage, found: re.Match[str]) -> bool:
    sentence = passage.sentence_start(found.start())
    about = passage.has(ABOUT_THE_RESULT, sentence, found.end())
    return about and is_of_the_whole_year(passage, found.start())


@dataclass(frozen=True)
class Admission:
    """``aspects`` are words of the leaves it concerns; none for the project as a whole."""

    start: int
    end: int
    aspects: tuple[str, ...]


MIDDLING = (
    "一般|不高|不理想|不够理想|不明显|偏低|较低|较差|欠佳|不佳|不尽如人意|"
    "不够(?:显著|突出|明显)|有待(?:进一步)?(?:提高|提升|加强)"
)
DELAYED = "滞后|缓慢|偏慢|较慢|延期|延后|推迟|拖延"
ADMISSIONS = (
    (
        re.compile(
            r"(?:项目|任务|工作|工程|总体|整体)的?(?:总体|整体)?完成(?:的?(?:总体|整体))?"
            rf"(?:质量|情况|效果)(?:总体|整体)?(?:{MIDDLING})"
        ),
        (),
    ),
    (
        re.compile(rf"(?:项目|工程|总体|整体|建设|服务)的?质量(?:总体|整体)?(?:{MIDDLING})"),
        ("质量",),
    ),
    (
        re.compile(
            rf"(?:项目|工程|总体|整体|建设|实施)的?(?:实施|建设|完成)?进度(?:总体|整体)?(?:{DELAYED}|{MIDDLING})"
        ),
        ("时效", "及时"),
    ),
    (
        re.compile(
            r"(?:项目|工程|任务|目标|指标)[^，。；\n]{0,12}?未能?(?:按期|按时|如期|及时)(?:完[成工]|竣工|建成|交付|验收|实施)"
        ),
        ("时效", "及时"),
    ),
    (
        re.compile(
            r"(?:项目|工程|任务|目标|指标|工作)[^，。；\n]{0,12}?(?:未能?|没有|尚未)(?:全部|完全|全面)?(?:完成|达标|实现|达到预期)(?!的?原因|情况|分析)"
        ),
        ("数量", "完成"),
    ),
    (re.compile(rf"满意度(?:总体|整体)?(?:{MIDDLING})"), ("满意",)),
    (
        re.compile(
            rf"(?P<benefit>经济|社会|生态|环境)?(?:效益|成效|效果|影响)(?:总体|整体)?(?:{MIDDLING})"
        ),
        ("效益", "影响"),
    ),
)
NOT_ADMITTED = re.compile(r"(?:未|没有|不|避免|防止|杜绝|无|若|如果|一旦|是否)[^，。；\n]{0,14}$")


def admissions(passage: Passage) -> Iterator[Admission]:
    """Where the text says that the project was not finished, late or middling."""
    for pattern, aspects in ADMISSIONS:
        for found in pattern.finditer(passage.text):
            clause = passage.clause_start(found.start())
            denied = NOT_ADMITTED.search(passage.text, clause, found.start())
            if not denied and is_of_the_whole_year(passage, found.start()):
                named = "benefit" in pattern.groupindex and found["benefit"]
                yield Admission(*found.span(), (named,) if named else aspects)
