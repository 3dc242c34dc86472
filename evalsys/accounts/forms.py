from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import (
    password_validators_help_texts,
    validate_password,
)
from django.core.exceptions import ValidationError

from evalsys.accounts.enums import ADMINISTRATORS, Role, UnitKind
from evalsys.accounts.models import RoleGrant, Unit, User
from evalsys.accounts.requests import SignedInRequest
from evalsys.crispy import CrispyForm
from evalsys.fields import TextField

NAME_TAKEN = "同一上级下已有这个单位。"


ADMINISTRATORS_OWN = "管理员的密码只能由本人修改；忘记时由运维人员用 changepassword 命令重设。"


class SignInForm(CrispyForm, AuthenticationForm):
    submit_label = "登录"
    error_messages = {
        "invalid_login": "用户名或密码不对。连续错 5 次，账号将锁定 15 分钟。",
        "inactive": "用户名或密码不对。连续错 5 次，账号将锁定 15 分钟。",
    }


class OwnPasswordForm(CrispyForm, PasswordChangeForm):
    submit_label = "修改密码"


class PasswordAgainForm(forms.Form):
    """Asks a signed-in person for the password once more; wrong ones count towards the lock."""

    nothing_done = "没有办理"
    password = forms.CharField(
        label="登录密码",
        strip=False,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "current-password", "class": "form-control"}
        ),
    )

    def __init__(self, *args: Any, request: SignedInRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        username = self.request.user.username
        if authenticate(self.request, username=username, password=password) != self.request.user:
            raise ValidationError(f"密码不对，{self.nothing_done}。")
        return password


class UnitForm(CrispyForm):
    name = TextField(label="单位名称", max_length=100)
    kind = forms.ChoiceField(label="类别", choices=UnitKind.choices)


class NamedUnitForm(UnitForm):
    """Changes a unit that is there."""

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unit = unit

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if (
            Unit.objects.filter(parent=self.unit.parent, name=name)
            .exclude(pk=self.unit.pk)
            .exists()
        ):
            raise ValidationError(NAME_TAKEN)
        return name


class NewUnitForm(UnitForm):
    parent = forms.ModelChoiceField(
        label="上级单位", queryset=Unit.objects.all(), required=False, empty_label="（没有上级）"
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if Unit.objects.filter(parent=cleaned.get("parent"), name=cleaned.get("name")).exists():
            self.add_error("name", NAME_TAKEN)
        return cleaned


class PersonForm(CrispyForm):
    name = TextField(label="姓名", max_length=50)
    job_title = TextField(label="职务/职称", max_length=50, required=False)
    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.all())
    is_active = forms.BooleanField(label="启用", required=False, initial=True)


class NewPersonForm(CrispyForm):
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9._-]{1,49}$",
        label="用户名",
        error_messages={"invalid": "用户名用小写字母、数字、点、横线、下划线，2 到 50 个字符。"},
    )
    name = TextField(label="姓名", max_length=50)
    job_title = TextField(label="职务/职称", max_length=50, required=False)
    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.all())
    password = forms.CharField(
        label="初始密码",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text="首次登录时本人必须改掉。" + "".join(password_validators_help_texts()),
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if User.objects.filter(username=username).exists():
            raise ValidationError("这个用户名已经有人用了。")
        return username

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password


class InitialPasswordForm(CrispyForm):
    submit_label = "设置初始密码"
    password = NewPersonForm.base_fields["password"]

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if self.person.is_administrator:
            raise ValidationError(ADMINISTRATORS_OWN)
        validate_password(password, self.person)
        return password


class GrantForm(CrispyForm):
    """三员分立: nobody grants to themselves, and no administrator holds a business role."""

    submit_label = "授予"
    role = forms.ChoiceField(label="角色", choices=Role.choices)
    unit = forms.ModelChoiceField(label="在单位（及其下级）", queryset=Unit.objects.all())

    def __init__(self, *args: Any, person: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.by = person, by

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, unit = cleaned.get("role"), cleaned.get("unit")
        if self.person == self.by:
            raise ValidationError("不能给自己授予角色，请由另一位安全管理员办理。")
        if role and self._mixes(role):
            raise ValidationError("三员分立：一人只能担任一种管理员，管理员不能同时有业务角色。")
        if RoleGrant.objects.filter(user=self.person, role=role, unit=unit).exists():
            raise ValidationError("这个角色已经授予过了。")
        return cleaned

    def _mixes(self, role: str) -> bool:
        held = {grant.role for grant in self.person.role_grants.all()}
        return any(role != other and {role, other} & set(ADMINISTRATORS) for other in held)
