"""等保 asks for three of four character classes; Django has no validator for that."""

import string

from django.core.exceptions import ValidationError

CLASSES = (
    str.islower,
    str.isupper,
    str.isdigit,
    lambda character: character in string.punctuation,
)
NEEDED = 3


class ThreeClassesValidator:
    def validate(self, password: str, user: object = None) -> None:
        present = sum(any(map(is_member, password)) for is_member in CLASSES)
        if present < NEEDED:
            raise ValidationError(self.get_help_text(), code="too_few_classes")

    def get_help_text(self) -> str:
        return "密码须含大写字母、小写字母、数字、符号四类中的三类。"
