"""The department's score beside the result of the panel, in words."""

from dataclasses import dataclass

from evalsys.figures import plain
from reports.dossier.facts import Facts


@dataclass(frozen=True)
class Beside:
    """``difference`` in points with its sign, the department's score minus the unit's total."""

    grade: str = ""
    difference: str = ""


def beside(facts: Facts) -> Beside:
    department, total = facts.dossier.department, facts.result.total
    if department is None or department.score is None:
        return Beside()
    if total is None:
        return Beside(department.grade)
    gap = department.score - total
    sign = "+" if gap > 0 else "−" if gap < 0 else ""
    return Beside(department.grade, f"{sign}{plain(abs(gap))}")
