"""The problems a report names, and whether it says what is done about each, by whom, until when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

PROBLEM = re.compile(
    r"不够|不足|不精准|不到位|不完善|不健全|不及时|不规范|不高|不强|不细|不匹配|不平衡|不均衡|不充分|不科学|不合理|有待|尚未|未能|"
    r"滞后|缺乏|缺少|薄弱|偏[低慢少高差弱]|较[低慢弱差](?!于)|欠缺|困难|难度[较很]?大|短缺|差距|存在[^，。；\n]{0,12}(?:问题|隐患|风险|现象)|"
    r"(?:需|应|要)(?:要)?(?:进一步|继续|不断)|单一|脱节|问题[：:是在]|问题[一二三四五]|老化|紧张|造成|影响了"
)
NO_PROBLEM = re.compile(
    r"^(?:暂?无|没有|未发现|不存在)[^，。；\n]{0,12}[。；]?$|^(?:暂?无|没有)(?:问题|其他)?[。.]?$"
)
# What only says that more is to be done is no measure.
VAGUE = re.compile(
    r"(?:仍|还|尚)?(?:需|应|要|有待)(?:要|于)?(?:进一步|继续|不断|更加)?(?:加强|完善|提高|提升|优化|改进|规范|重视)"
)
MEASURE = re.compile(
    r"措施|整改|改进(?!$)|下一步|下步|对策|[将拟](?!近)|建议|计划(?!安排|不|未)|加强|完善|建立|健全|制[定订]|修订|优化|强化|开展|增加|提高|推进|落实|加快|加大|"
    r"配[备齐]|实行|实施|组织|督促|细化|聘|补[齐充]|清理|规范|签订|完成|缩短|调整|采[购取用]|引入|协调"
)
OWNER = re.compile(
    r"由[^，。；\n]{1,20}?(?:负责|牵头|组织|会同|落实|办理|督办|承担|实施|完成|建立|制定|跟踪|编制|于|在|每)|责任(?:人|单位|科室|部门|领导|股室)|牵头|负责|"
    r"[\u4e00-\u9fff](?:科|股|处|室|局|中心|办|所|队|组|委|院|馆|校|站)(?=[，、于在将会与负牵每按]|和施)"
)
DATE = re.compile(
    r"20[0-9]{2}\s?年|[0-9一二三四五六七八九十]{1,2}\s?月|季度|[上下]半年|年[底末内中初]|月底|明年|次年|下一?年度?|来年|今年|[0-9]+\s?个?(?:工作日|天|日|周|月)内|每[月季年周]|期限|限期"
)
ITEM = re.compile(
    r"^[ \t\u3000]*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．]|[①-⑳]|问题[一二三四五]?[：:])"
    r"|(?:(?<=[。；：:\n])|^)[一二三四五六七八九十]是(?!否)"
    r"|\n",
    re.MULTILINE,
)
TITLE = r"\s*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[）)、.．])?\s*[^，。；：:\n]{0,8}?"
ANSWERS = re.compile(
    TITLE
    + r"(?:(?:措施|对策|建议|打算|思路)(?!不|较|尚)|下一?步(?!骤)|整改(?:情况|计划|方案)?[：:])"
)
EXPERIENCE = re.compile(TITLE + r"(?:经验|做法|成效)")
CLAUSE_END = re.compile(r"[，。；\n]|$")


@dataclass(frozen=True)
class Problem:
    """``text[start:end]`` names a problem; the others say what follows it."""

    start: int
    end: int
    has_measure: bool
    has_owner: bool
    has_date: bool

    @property
    def is_answered(self) -> bool:
        """A measure, and at least someone or some time to hold it to."""
        return self.has_measure and (self.has_owner or self.has_date)


def problems(text: str, answers: str = "") -> Iterator[Problem]:
    """The problems of a section, each with what follows it and ``answers`` from other sections."""
    items = list(_items(text))
    common = "".join(text[start:end] for start, end in items if ANSWERS.match(text, start))
    for start, end in items:
        named = None if _is_no_problem(text[start:end]) else PROBLEM.search(text, start, end)
        if named:
            clause = CLAUSE_END.search(text, named.end(), end) or named
            yield _problem(
                text, start, min(clause.start(), end), text[clause.start() : end] + common + answers
            )


def _problem(text: str, start: int, end: int, said: str) -> Problem:
    start += len(text[start:end]) - len(text[start:end].lstrip())
    said = VAGUE.sub("", said)
    return Problem(
        start, end, bool(MEASURE.search(said)), bool(OWNER.search(said)), bool(DATE.search(said))
    )


def _items(text: str) -> Iterator[tuple[int, int]]:
    starts = [0, *(found.start() for found in ITEM.finditer(text)), len(text)]
    yield from ((start, end) for start, end in pairwise(starts) if text[start:end].strip())


def _is_no_problem(item: str) -> bool:
    return bool(
        NO_PROBLEM.match(item.strip())
        or item.rstrip().endswith((":", "："))
        or ANSWERS.match(item)
        or EXPERIENCE.match(item)
    )
