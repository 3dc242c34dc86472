"""The forms of the pack editor."""

from scoring.pack_forms.sections import SECTIONS, RulesSection, Section
from scoring.pack_forms.starting import CompareForm, StartForm

__all__ = ["SECTIONS", "CompareForm", "RulesSection", "Section", "StartForm"]
