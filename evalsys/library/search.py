"""Finding leaves by words, class and operator; nearest first to the place they are meant for."""

from collections.abc import Iterable
from dataclasses import dataclass

from evalsys.library.schema import IndicatorClass, LibraryLeaf, Operator

# What names of classes and groups say about the leaves below them.
SAYING = {
    IndicatorClass.DECISION: ("决策", "立项", "投入", "绩效目标", "项目目标", "资金分配"),
    IndicatorClass.PROCESS: ("过程", "管理", "组织实施", "执行", "资金到位", "资金落实"),
    IndicatorClass.QUANTITY: ("数量",),
    IndicatorClass.QUALITY: ("质量",),
    IndicatorClass.TIMELINESS: ("时效", "及时"),
    IndicatorClass.COST: ("成本",),
    IndicatorClass.ECONOMIC: ("经济效益",),
    IndicatorClass.SOCIAL: ("社会效益",),
    IndicatorClass.ECOLOGICAL: ("生态效益", "环境效益"),
    IndicatorClass.SUSTAINABLE: ("可持续",),
    IndicatorClass.SATISFACTION: ("满意",),
}
OUTPUT = (
    IndicatorClass.QUANTITY,
    IndicatorClass.QUALITY,
    IndicatorClass.TIMELINESS,
    IndicatorClass.COST,
)
EFFECT = (
    IndicatorClass.ECONOMIC,
    IndicatorClass.SOCIAL,
    IndicatorClass.ECOLOGICAL,
    IndicatorClass.SUSTAINABLE,
)
# Names of whole branches, asked only where no class is named.
BRANCHES = {"产出": OUTPUT, "效益": EFFECT, "效果": EFFECT, "成效": EFFECT}


@dataclass(frozen=True)
class Wanted:
    """``near`` are the names of the place, the innermost first; blank or None asks nothing."""

    words: str = ""
    indicator_class: IndicatorClass | None = None
    operator: Operator | None = None
    near: tuple[str, ...] = ()


def search(leaves: Iterable[LibraryLeaf], wanted: Wanted) -> list[LibraryLeaf]:
    """Every leaf that has all words; those of the place's class first, then those so named."""
    words = wanted.words.casefold().split()
    classes = classes_of(wanted.near)
    found = [leaf for leaf in leaves if _fits(leaf, wanted, words)]
    return sorted(
        found,
        key=lambda leaf: (
            leaf.indicator_class not in classes if classes else False,
            not all(word in leaf.name.casefold() for word in words),
        ),
    )


def classes_of(names: Iterable[str]) -> frozenset[IndicatorClass]:
    """What the innermost name that says something says; nothing where none does."""
    return next((said for name in names if (said := _said_by(name))), frozenset())


def _said_by(name: str) -> frozenset[IndicatorClass]:
    classes = {one for one, sayings in SAYING.items() if any(each in name for each in sayings)}
    branches = {one for part, many in BRANCHES.items() if part in name for one in many}
    return frozenset(classes or branches)


def _fits(leaf: LibraryLeaf, wanted: Wanted, words: list[str]) -> bool:
    if wanted.indicator_class not in (None, leaf.indicator_class):
        return False
    if wanted.operator not in (None, leaf.operator):
        return False
    text = _text_of(leaf)
    return all(word in text for word in words)


def _text_of(leaf: LibraryLeaf) -> str:
    parts = (
        leaf.name,
        leaf.class_label,
        leaf.unit,
        *leaf.uses,
        leaf.explanation,
        leaf.evidence_asked,
        leaf.owner,
    )
    return "\n".join(parts).casefold()
