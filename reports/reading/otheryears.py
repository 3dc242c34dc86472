"""Work of another year told as if it were this year's."""

import re
from collections.abc import Iterator

from reports.reading.passage import Passage
from reports.reading.years import Role, YearMention

# A year that only dates, delimits or compares something.
SET_APART_BEFORE = re.compile(
    r"(?:自|从|于|至|到|截[至止]|始|据|照|按|因|将|拟|预?计|延|转入?|推迟|由|与|和|及|、|原|前|比|较|如|对|在|中|的|年)\s?$"
)
SET_APART_AFTER = re.compile(
    r"\s?(?:[末底初起前]|以[来前后]|之[前后]|同期|结转|[-~—–至到、与和及]|[0-9]{1,2}\s?月|[（(]|的)"
    r"|[^，。；\n]{0,16}(?:成立|立项|批[复准]|印发|出台|颁布|施行|签订|修订|发布|启动|开工|投入使用|投用|下达)"
)
WORK_BEFORE = re.compile(
    r"(?:做好|完成|开展|组织|实施|落实|推进|举办|承担|部署|上报|报送|编制|组织开展|抓好)了?\s?$"
)
WORK_AFTER = re.compile(
    r"[，,]?\s?(?:全年|年内|共|累计|我[单局委院校中所站们]|本[单局委院校中所站项]|该?项目|完成|开展|组织|举办|实施|新建|"
    r"预算|绩效|自评|评价|资金|实际|支出|使用|到位)"
)
ABOUT_THE_FORM = re.compile(r"\s?(?:预算|绩效|自评|项目(?:支出)?(?:绩效|自评|资金|预算)|财政支出)")
CLAUSE_HEAD = re.compile(r"(?:^|[，。；：:\n（(]|[一二三四五六七八九十]是)\s*$")
NEAR = 8
MOST_YEARS_BACK = 5


def other_years(passage: Passage, *, background: bool) -> Iterator[YearMention]:
    """Years of work that are not the form's; history is at home in a ``background`` section."""
    for mention in passage.years.all:
        if _is_another_year(passage, mention) and _is_told_as_work(
            passage, mention, background=background
        ):
            yield mention


def _is_another_year(passage: Passage, mention: YearMention) -> bool:
    year = mention.years[0]
    if mention.role is not Role.TIME or not passage.text[mention.start].isdecimal():
        return False
    if not passage.year - MOST_YEARS_BACK <= year <= passage.year + 1 or year == passage.year:
        return False
    start, end = passage.sentence_start(mention.start), passage.sentence_end(mention.end)
    return not any(one.covers(passage.year) for one in passage.years.within(start, end))


def _is_told_as_work(passage: Passage, mention: YearMention, *, background: bool) -> bool:
    text = passage.text
    if mention.years[0] > passage.year or background:
        return bool(
            ABOUT_THE_FORM.match(text, mention.end)
            and not SET_APART_BEFORE.search(text, max(0, mention.start - NEAR), mention.start)
        )
    if SET_APART_AFTER.match(text, mention.end):
        return False
    before = (max(0, mention.start - NEAR), mention.start)
    if WORK_BEFORE.search(text, *before):
        return True
    return bool(CLAUSE_HEAD.search(text, *before) and WORK_AFTER.match(text, mention.end))
