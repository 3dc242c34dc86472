"""How findings write figures, and what a text that says nothing looks like."""

import re
from decimal import Decimal
from fractions import Fraction

from evalsys.figures import percent_text, plain, wan_text

BLANK = "（空）"
NOTHING = re.compile(
    r"[\s。.、，,；;]*(暂?无|没有|未发生|不适用|略|[-—－/]+|n/?a)?[\s。.、，,；;]*", re.IGNORECASE
)


def says_nothing(text: str) -> bool:
    """Blank, or nothing but 无, 暂无, 不适用 and the like."""
    return NOTHING.fullmatch(text) is not None


def length(text: str) -> int:
    """In characters, without the blanks between them."""
    return len("".join(text.split()))


def yuan(amount: Decimal | None) -> str:
    return BLANK if amount is None else f"{wan_text(amount)} 万元"


def points(value: Decimal | None) -> str:
    return BLANK if value is None else f"{plain(value)} 分"


def percent(rate: Fraction | Decimal) -> str:
    return percent_text(Fraction(rate))


def shown(text: str) -> str:
    return text or BLANK
