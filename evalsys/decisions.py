"""A permission's answer: whether, and in words a person can act on, why not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decision:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Decision(allowed=True)


def refused(reason: str) -> Decision:
    return Decision(allowed=False, reason=reason)


def first_refusal(*decisions: Decision) -> Decision:
    return next((decision for decision in decisions if not decision), ALLOWED)
