"""Numbers of lists, slips, placeholders, names, judgements, problems: what a text says in words."""

import pytest

from reports.reading.confusions import confusions
from reports.reading.doubled import doubled
from reports.reading.judgements import admissions, grade_claims
from reports.reading.names import foreign_projects, foreign_units, misspelt
from reports.reading.numbering import breaks, heading_jumps
from reports.reading.otheryears import other_years
from reports.reading.passage import Passage
from reports.reading.placeholders import leftovers, places_unnamed
from reports.reading.problems import problems
from reports.reading.similarity import containment

# Numbers of lists.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("（1）甲\n（3）乙", [("（3）", "（2）", True)]),
        ("（一）甲\n(二)乙\n（三）丙", [("(二)", "（二）", False)]),
        ("1.甲\n2、乙\n3.丙", [("2、", "2.", False)]),
        ("1. 甲\n(1)子\n(2)丑\n2. 乙\n(1)寅\n(3)卯", [("(3)", "(2)", True)]),
        ("①甲\n②乙\n④丙", [("④", "③", True)]),
        ("（1）甲\n（2）乙\n（2）丙", [("（2）", "（3）", True)]),
        ("2.甲\n3.乙", [("2.", "1.", True)]),
        ("一是好；二是坏；四是中。", [("四是", "三是", True)]),
        ("第一，好。第三，坏。", [("第三，", "第二，", True)]),
        ("1.1万元\n2.2万元", []),
        ("一是好；二是坏。\n一是中；二是差。", []),
        ("5、其余事项", []),
        ("1. 甲\n2. 乙\n1. 丙\n2. 丁", []),
    ],
)
def test_lists_go_on_from_one_in_one_hand(text, found):
    assert [(one.written, one.expected, one.is_jump) for one in breaks(text)] == found


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["一、", "二、", "四、", "五、"], [(2, "三、")]),
        (["1.", "（1）", "（2）", "2．", "（2）"], [(4, "（1）")]),
        (["十、"], [(0, "一、")]),
        (["（九）", "（十）", "（十一）", "（十三）"], [(0, "（一）"), (3, "（十二）")]),
        (["前言", "一、"], []),
    ],
)
def test_headings_go_on_from_one(numbers, expected):
    assert list(heading_jumps(numbers)) == expected


# Slips.


def twice(text):
    return [(text[one.start : one.end], one.meant) for one in doubled(text)]


@pytest.mark.parametrize(
    ("text", "found", "meant"),
    [
        ("机构编制委员会办公室 室电子政务中心", "室 室", "室"),
        ("资金的的拨付", "的的", "的"),
        ("已完成了了。", "了了", "了"),
        ("支出12.84万元元。", "元元", "元"),
        ("本项目项目的性质", "项目项目", "项目"),
        ("办公设备办公设备，", "办公设备办公设备", "办公设备"),
        ("部署，，执行", "，，", "，"),
    ],
)
def test_what_was_typed_twice(text, found, meant):
    assert twice(text) == [(found, meant)]


@pytest.mark.parametrize(
    "text",
    [
        "海口市市场监督管理局",
        "评价工作组组长",
        "项目目标全面完成",
        "人人参与，层层落实，常常检查",
        "财政局局长、公安局局机关",
        "完成了解读工作",
        "档案管理管理办法",
        "的的确确，实实在在",
        "一步一步推进",
        "办公室室内环境",
        "研究研究，再讨论讨论。",
        "现在在建工程3个",
    ],
)
def test_what_is_doubled_on_purpose_or_by_chance(text):
    assert twice(text) == []


def test_set_phrases_are_corrected():
    text = "与时俱进，推层出新；己经完成；对经费的使用指定了管理办法。"
    assert [(text[one.start : one.end], one.meant) for one in confusions(text)] == [
        ("推层出新", "推陈出新"),
        ("己", "已"),
        ("指定", "制定"),
    ]


@pytest.mark.parametrize(
    "text", ["自己经营的农户", "指定了专人负责", "推陈出新", "自己完成了任务", "知己经常来往"]
)
def test_right_phrases_are_left_alone(text):
    assert list(confusions(text)) == []


# What was left to fill in.


@pytest.mark.parametrize(
    "text",
    [
        "由XX单位实施",
        "安排××万元",
        "由某某负责",
        "（100字以内）因压减",
        "2019年X月",
        "20xx年度",
        "（此处填写效益）",
        "实际支出____万元",
        "待补充",
        "○○年度",
        "请填写年度目标",
    ],
)
def test_placeholders_are_found(text):
    assert len(list(leftovers(text))) == 1


@pytest.mark.parametrize(
    "text", ["X光机3台", "长×宽", "XXL号工装", "3×4米", "某些问题", "大约100字符"]
)
def test_what_only_looks_like_a_placeholder(text):
    assert list(leftovers(text)) == list(places_unnamed(text)) == []


def test_prompts_of_the_outline_and_places_without_a_name():
    prompts = ["包括项目招投标情况、调整情况、完成验收等", "短"]
    (left,) = leftovers("（包括项目招投标情况、调整情况、完成验收等）无招投标。短。", prompts)
    assert left.is_prompt
    assert [(one.start, one.end) for one in places_unnamed("由某单位和某些人")] == [(1, 2)]


# Names.

OWN = ("农村公路养护工程", "南屏县公路养护中心", "南屏县交通运输局")


def test_names_of_others():
    others = ["老旧小区改造", "农村公路", "水库移民后期扶持"]
    text = "老旧小区改造开工18个；与水库移民后期扶持统筹实施。"
    assert [one.name for one in foreign_projects(text, others, OWN)] == ["老旧小区改造"]
    units = ["新抚区房产服务中心", "清水县水务局"]
    text = "新抚区房产服务中心负责实施，会同清水县水务局组织验收。"
    assert [one.name for one in foreign_units(text, units, OWN)] == ["新抚区房产服务中心"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("南屏县公路样护中心组织实施", ["南屏县公路养护中心"]),
        ("南屏县公路养护中心组织实施", []),
        ("农村公路养护工作", []),
        ("清屏县交通运输局", []),
    ],
)
def test_an_own_name_with_a_slip(text, found):
    assert [one.name for one in misspelt(text, OWN)] == found


# Judgements and years.


def passage(text, year=2019):
    return Passage.of(text, year, OWN)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("总自评分 88 分，评价等次良好。", ["良好"]),
        ("自评得分96分，等次为“优”。", ["优"]),
        ("项目绩效自评结果为优良。", ["优良"]),
        ("总分96分，属优秀等次。", ["优秀"]),
        ("空气质量等级为良好。", []),
        ("取得良好效果，绩效明显。", []),
        ("财政部门对我馆2018年度绩效评价得分88分，等次为良好。", []),
        ("自评单元工程评定416个，优良387个。", []),
    ],
)
def test_the_grade_a_text_claims(text, words):
    assert [one.word for one in grade_claims(passage(text))] == words


@pytest.mark.parametrize(
    ("text", "aspects"),
    [
        ("项目完成质量一般。", [()]),
        ("工程质量较差。", [("质量",)]),
        ("社会效益不明显。", [("社会",)]),
        ("满意度不高。", [("满意",)]),
        ("年度建设任务未全部完成。", [("数量", "完成")]),
        ("未发现项目完成质量一般的情况。", []),
        ("质量一般缺陷3处", []),
        ("2018年项目完成质量一般。", []),
    ],
)
def test_what_a_text_admits(text, aspects):
    assert [one.aspects for one in admissions(passage(text))] == aspects


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一是做好 2018 年度机构编制统计工作。", ["2018 年度"]),
        ("2018年，我中心共处理故障62次。", ["2018年"]),
        ("2020年度绩效目标是保障运转。", ["2020年度"]),
        ("（按2018年度使用情况分配）", []),
        ("平台于2017年立项，2018年建成投用。", []),
        ("较2018年增长10%。", []),
        ("2018年完成一期，2019年完成二期。", []),
        ("依据《关于做好2018年统计工作的通知》。", []),
        ("2018—2020年三年行动。", []),
        ("由2018年的9860元提高到10940元。", []),
        ("预计2020年4月完工。", []),
    ],
)
def test_work_of_another_year(text, found):
    read = passage(text)
    mentions = other_years(read, background=False)
    assert [text[one.start : one.end] for one in mentions] == found


def test_history_is_at_home_in_the_background():
    read = passage("2018年完成一期建设，新增床位200张。")
    assert list(other_years(read, background=True)) == []
    assert len(list(other_years(read, background=False))) == 1


# Problems.


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("项目支出计划安排不够精准，有待优化；", [False]),
        ("需进一步加强对业务工作进行统筹细化，以确保经费支出合理化。", [False]),
        ("备件储备不足。下一步由信息中心负责，在4月底前建立备件库。", [True]),
        ("预算编制不够科学。\n改进措施：由计财科于2020年3月前修订办法。", [True]),
        ("一是人手不足；二是设备老化。", [False, False]),
        ("备件储备不足，今后将逐步完善制度。", [False]),
        ("暂无。", []),
        ("主要经验：建立了巡检制度，没有困难。", []),
        ("存在的问题：", []),
    ],
)
def test_a_problem_wants_a_measure_and_somebody_or_some_time(text, answered):
    assert [one.is_answered for one in problems(text)] == answered


def test_answers_may_stand_in_another_section():
    (problem,) = problems("执行率偏低。", "由财务科于2020年6月前制定支出计划。")
    assert problem.is_answered


# Copies.


def test_copied_text_is_measured_without_its_figures():
    text = "全年共处理系统故障62次，更新网站文章60篇，保障了单位网站和系统的正常运转。"
    copied = text.replace("62", "71").replace("60", "58")
    assert containment(copied, text) == 1
    other = "新建供水点12处，铺设管网46.8公里，受益农村人口1.3万人，水质合格率提高。"
    assert containment(text, other) == 0
    assert containment("短", text) == 0
