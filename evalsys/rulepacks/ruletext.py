"""A leaf rule as a kind to choose and one line of particulars: for grids and spreadsheets.

The line is 超 30% 扣 2 分 for ``at_least`` (it may be blank), 3–5 天 for ``in_range`` and
达成（达成年度指标） 80%、未达成 0% for ``tiers``; the other kinds have none.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from evalsys.canonical import decimal_text
from evalsys.rulepacks.leafrules import LABEL, PLACES, SHARE_DIGITS, VALUE_DIGITS, WORD
from evalsys.rulepacks.schema import (
    AtLeast,
    AtMost,
    Equal,
    ExcessForm,
    FormRate,
    FormRatio,
    InRange,
    LeafRule,
    Manual,
    OverFulfilment,
    Tier,
    Tiers,
)
from evalsys.text import fold_digits, forbidden_sentence

LONGEST = 500
BY_TARGET = "按指标值的写法"
KINDS = {
    "at_least": "不低于指标值（≥）",
    "equal": "等于指标值（=）",
    "at_most_linear": "不高于指标值（≤，超出按比例扣）",
    "at_most_ratio": "不高于指标值（≤，指标值÷实际值）",
    "in_range": "在区间内",
    "tiers": "定性分档",
    "arrival_rate": "到位率",
    "execution_rate": "预算执行率",
    "manual": "人工评分",
}
HINTS = {
    "at_least": "可不填；要扣分的写：超 30% 扣 2 分",
    "in_range": "例如：3–5 天",
    "tiers": "例如：达成 80%、部分达成 60%、未达成 0%",
}

POINTS = rf"[0-9]{{1,{SHARE_DIGITS - PLACES}}}(?:\.[0-9]{{1,{PLACES}}})?"
VALUE = rf"[0-9]{{1,{VALUE_DIGITS - PLACES}}}(?:\.[0-9]{{1,{PLACES}}})?"
DEDUCTION = re.compile(rf"超出?\s*(?P<share>{POINTS})\s*%\s*扣\s*(?P<points>{POINTS})\s*分?")
BOUNDS = re.compile(rf"(?P<low>{VALUE})\s*(?:[–—~～-]|至|到)\s*(?P<high>{VALUE})\s*(?P<unit>.*)")
# A word does not end in a digit: 档1 80% would read as 档 180 %.
TIER = re.compile(
    r"(?P<word>[^（(）)%]*[^（(）)%0-9.\s])\s*"
    rf"(?:[（(](?P<label>[^（(）)]+)[）)])?\s*(?P<share>{POINTS})\s*%"
)
BETWEEN_TIERS = re.compile(r"[、，,；;\n]+")
BLANKS = re.compile(r"[ \t\u3000]+")


class RuleTextError(ValueError):
    """The line says nothing the kind understands; the message tells how it is written."""


def rule_line(rule: LeafRule) -> tuple[str, str]:
    """The kind and the particulars of a rule, as a person would choose and type them."""
    match rule:
        case AtLeast(over_fulfilment=OverFulfilment() as over):
            share = decimal_text(over.threshold * 100)
            return AtLeast.kind, f"超 {share}% 扣 {decimal_text(over.points)} 分"
        case AtMost(form=form):
            return f"{AtMost.kind}_{form.value}", ""
        case InRange(low=low, high=high, unit=unit):
            return InRange.kind, f"{decimal_text(low)}–{decimal_text(high)} {unit}".rstrip()
        case Tiers(tiers=tiers):
            return Tiers.kind, "、".join(map(_tier_text, tiers))
        case FormRatio(rate=rate):
            return rate.value, ""
    return rule.kind, ""


def read_rule_line(kind: str, line: str, *, verified: bool) -> LeafRule:
    """The rule of that kind; RuleTextError where the line does not fit it."""
    text = BLANKS.sub(" ", fold_digits(line).replace("％", "%")).strip()
    if len(text) > LONGEST:
        raise RuleTextError(f"文字过长，最多 {LONGEST} 字。")
    if sentence := forbidden_sentence(text):
        raise RuleTextError(sentence)
    if kind in WITH_LINE:
        return WITH_LINE[kind](text, verified)
    if kind not in WITHOUT_LINE:
        raise RuleTextError(f"不认识这种计分规则，可选：{'、'.join(KINDS.values())}。")
    if text:
        raise RuleTextError(f"「{KINDS[kind]}」没有参数，请删去。")
    return WITHOUT_LINE[kind](verified)


def _tier_text(tier: Tier) -> str:
    label = f"（{tier.label}）" if tier.label else ""
    return f"{tier.word}{label} {decimal_text(tier.lower * 100)}%"


def _at_least(text: str, verified: bool) -> AtLeast:
    if not text:
        return AtLeast(verified=verified)
    found = DEDUCTION.fullmatch(text)
    if found is None:
        raise RuleTextError("请写成：超 30% 扣 2 分；不扣分的留空。")
    over = OverFulfilment(_share(found["share"]), Decimal(found["points"]))
    return AtLeast(verified=verified, over_fulfilment=over)


def _in_range(text: str, verified: bool) -> InRange:
    found = BOUNDS.fullmatch(text)
    if found is None:
        raise RuleTextError("请写下限、上限和单位，例如：3–5 天。")
    if len(found["unit"]) > WORD:
        raise RuleTextError(f"单位最多 {WORD} 字。")
    low, high = Decimal(found["low"]), Decimal(found["high"])
    return InRange(verified=verified, low=low, high=high, unit=found["unit"].strip())


def _tiers(text: str, verified: bool) -> Tiers:
    parts = [part.strip() for part in BETWEEN_TIERS.split(text) if part.strip()]
    if not parts:
        raise RuleTextError("请写各档和它从分值的百分之几起，例如：达成 80%、未达成 0%。")
    return Tiers(verified=verified, tiers=tuple(map(_tier, parts)))


def _tier(part: str) -> Tier:
    found = TIER.fullmatch(part)
    if found is None:
        raise RuleTextError(f"「{part}」应写成：达成 80%；档与档之间用顿号隔开。")
    word, label = found["word"].strip(), (found["label"] or "").strip()
    if len(word) > WORD or len(label) > LABEL:
        raise RuleTextError(f"「{part}」过长：档名最多 {WORD} 字，说法最多 {LABEL} 字。")
    return Tier(word=word, label=label, lower=_share(found["share"]))


def _share(percent: str) -> Decimal:
    """A fraction of at most four decimals, from a percentage."""
    share = Decimal(percent) / 100
    if share != round(share, PLACES):
        raise RuleTextError(f"百分数最多 {PLACES - 2} 位小数。")
    return share


WITH_LINE: dict[str, Callable[[str, bool], LeafRule]] = {
    "at_least": _at_least,
    "in_range": _in_range,
    "tiers": _tiers,
}
WITHOUT_LINE: dict[str, Callable[[bool], LeafRule]] = {
    "equal": lambda verified: Equal(verified=verified),
    "at_most_linear": lambda verified: AtMost(verified=verified, form=ExcessForm.LINEAR),
    "at_most_ratio": lambda verified: AtMost(verified=verified, form=ExcessForm.RATIO),
    "arrival_rate": lambda verified: FormRatio(verified=verified, rate=FormRate.ARRIVAL),
    "execution_rate": lambda verified: FormRatio(verified=verified, rate=FormRate.EXECUTION),
    "manual": lambda verified: Manual(verified=verified),
}
