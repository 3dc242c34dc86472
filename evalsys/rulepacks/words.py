"""What the parts of a rule pack are called on screen and in spreadsheets."""

import re

from evalsys.rulepacks.schema import Averaging, NotApplicable, TreeFreedom

FREEDOM = {
    TreeFreedom.LOCKED: "不能改，照用",
    TreeFreedom.LEAVES: "可加三级指标、填空着的分值",
    TreeFreedom.FREE: "可以自由改动",
}
AVERAGING = {
    Averaging.MEAN: "平均",
    Averaging.TRIMMED_MEAN: "去掉一个最高、一个最低后平均（5 人起）",
    Averaging.CONSENSUS: "共同评一张表",
}
NOT_APPLICABLE = {
    NotApplicable.REFUSED: "不允许，每项都要评分",
    NotApplicable.SCALED: "剔除，其余折算到满分",
}
CHOICES: dict[str, dict[str, str]] = {
    "tree_freedom": {key.value: FREEDOM[key] for key in TreeFreedom},
    "averaging": {key.value: AVERAGING[key] for key in Averaging},
    "not_applicable": {key.value: NOT_APPLICABLE[key] for key in NotApplicable},
}
RULE = {
    "kind": "方法",
    "verified": "已核实",
    "over_fulfilment": "超额扣分",
    "threshold": "超过",
    "points": "扣",
    "form": "算法",
    "rate": "比率",
    "low": "下限",
    "high": "上限",
    "unit": "单位",
    "tiers": "档",
    "word": "档次",
    "lower": "占分值",
    "label": "说法",
}
DEFAULT_RULES = {
    "at_least": "指标值写 ≥ 的",
    "equal": "指标值写 = 的",
    "at_most": "指标值写 ≤ 的",
    "words": "指标值是文字的",
}
HEAD = {
    "name": "名称",
    "place": "适用地区",
    "note": "说明",
    "verified": "已核实",
    "tree_freedom": "单位可否改动指标",
}
NODE = {
    "name": "名称",
    "weight": "分值",
    "explanation": "指标解释",
    "standard": "评分标准",
    "verified": "已核实",
    "rule": "计分规则",
    "target_hint": "指标值提示",
    "evidence_asked": "佐证材料",
}
SCORING = {
    "total": "总分",
    "mark_step": "打分步长",
    "places": "保留小数位数",
    "averaging": "怎样合成总分",
    "not_applicable": "不适用的指标",
    "minimum_evaluators": "评价人员至少几人",
}
OUTLINE = {
    "number": "序号",
    "title": "标题",
    "level": "级",
    "has_body": "要写正文",
    "prompt": "提示",
}
PARTS = {
    "tree": "指标体系",
    "scoring": "评分规则",
    "grades": "等次",
    "execution_caps": "执行率封顶",
    "funding_sources": "资金来源",
    "goal_types": "绩效目标的类型",
    "outline": "报告提纲",
    "wording": "表格用语",
    "thresholds": "核对界限",
    "default_rules": "默认计分规则",
    "severities": "核对项的严重程度",
    "required_classes": "必须设指标的类别",
}
THRESHOLDS = {
    "execution_warning": "执行率低于它须说明原因",
    "underspend_warning": "结余占预算超过它要提醒",
    "ahead_of_execution": "指标进度超过执行率多少要提醒",
    "overfulfilment": "超额完成达到它须说明原因",
    "spread_warning": "两人总分相差超过几分要提醒",
    "leaf_spread": "同一指标分差超过分值的几成要提醒",
    "dominant_leaf": "一项指标占总分几成要提醒",
    "high_total": "高分从几分起",
    "high_total_execution": "高分而执行率低于它要提醒",
    "reason_minimum": "原因至少几个字",
    "execution_reason_maximum": "执行率原因最多几个字",
    "monitoring_deviation": "年中偏差达到它要提醒",
    "adjustment_reason_maximum": "预算调整原因最多几个字",
    "deviation_reason_maximum": "偏差原因最多几个字",
    "section_maximum": "报告一节最多几个字",
    "publication_days": "签发后几天内公开",
}
SEVERITY = {"B": "B 拦下", "W": "W 须说明", "I": "I 提示"}
WORDING = {
    "goals_title": "绩效目标表标题",
    "project_name": "目标表：项目名称",
    "goal_type": "目标表列头：指标类型",
    "goal_class": "目标表列头：指标名称",
    "goal_target": "目标表列头：绩效目标",
    "goal_standard": "目标表列头：绩效标准",
    "standard_1": "绩效标准第 1 档",
    "standard_2": "绩效标准第 2 档",
    "standard_3": "绩效标准第 3 档",
    "standard_4": "绩效标准第 4 档",
    "goals_note": "目标表脚注",
    "basic_title": "基本信息表标题",
    "basic_part_one": "信息表第一块",
    "basic_part_two": "信息表第二块",
    "basic_part_three": "信息表第三块",
    "implementing_unit": "项目实施单位",
    "supervising_department": "主管部门",
    "project_leader": "项目负责人",
    "phone": "联系电话",
    "address": "地址",
    "postcode": "邮编",
    "project_type": "项目类型",
    "type_recurring": "类型一：经常性",
    "type_one_off": "类型二：一次性",
    "tick": "选中的记号",
    "planned": "计划投资额",
    "received": "实际到位资金",
    "spent": "实际使用情况",
    "of_which": "其中",
    "level_one": "评分表列头：一级指标",
    "level_two": "评分表列头：二级指标",
    "level_three": "评分表列头：三级指标",
    "weight": "评分表列头：分值",
    "score": "评分表列头：得分",
    "total_row": "评分表末行：总分",
    "grade_row": "评分表末行：等次",
    "evaluator_name": "评价人员列头：姓名",
    "evaluator_title": "评价人员列头：职务/职称",
    "evaluator_unit": "评价人员列头：单位",
    "evaluator_score": "评价人员列头：评分",
    "signature": "评价人员列头：签字",
    "sum_row": "评价人员末行：合计",
    "mean_label": "评价人员末行：平均",
    "leader_line": "组长签字行",
    "date_year": "日期：年",
    "date_month": "日期：月",
    "date_day": "日期：日",
    "report_title": "评价报告标题",
}

SHORT = {
    "lower": "下限",
    "word": "等次",
    "below": "执行率低于",
    "cap": "封顶分",
    "label": "名称",
    "classes": "指标名称",
    "code": "代码",
    "version": "版本",
    "key": "代码",
    "children": "下级",
}
LABELS = (
    RULE | DEFAULT_RULES | WORDING | THRESHOLDS | OUTLINE | SCORING | NODE | HEAD | SHORT | PARTS
)
TOKEN = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def place_words(path: str) -> str:
    """A path as people say it: ``scoring.grades[1].lower`` is 评分规则 等次 第 2 行 下限."""
    return " ".join(
        f"第 {int(index) + 1} 行" if index else LABELS.get(name, name)
        for index, name in TOKEN.findall(path)
    )
