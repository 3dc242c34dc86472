"""The names that mean something in a signed file: its fields, and who can sign in them."""

import re
from dataclasses import dataclass
from enum import StrEnum

CERTIFICATION = "evalsys-certification"
LEADER = "evalsys-leader"
SEAL = "evalsys-seal"
LOCK = "evalsys-lock"
OURS = re.compile(r"evalsys-(certification|evaluator-[1-9][0-9]{0,3}|leader|seal|lock)")


def evaluator(number: int) -> str:
    """The field in the 签字 cell of the panel's row ``number``, counted from 1 as on paper."""
    return f"evalsys-evaluator-{number}"


class Role(StrEnum):
    SYSTEM = "system"
    PERSON = "person"
    UNIT = "unit"


@dataclass(frozen=True)
class Identity:
    """Whom a signature is of: this system, a person, or a unit with its seal."""

    role: Role
    name: str
    organisation: str
