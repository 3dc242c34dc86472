"""Sign-in that failed belongs into the journal like sign-in that worked."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.dispatch import receiver

from evalsys.accounts.domain import STREAM
from evalsys.audit.journal import record
from evalsys.audit.labels import name_actions

LONGEST_NAME = 50

name_actions(
    {
        "signed_in": "登录",
        "sign_in_failed": "登录失败",
        "locked_out": "账号锁定",
        "password_set": "设置初始密码",
        "role_granted": "授予角色",
        "role_revoked": "收回角色",
        "unit_created": "新增单位",
        "unit_changed": "修改单位",
        "user_created": "新增用户",
        "user_changed": "修改用户",
    }
)


@receiver(user_login_failed)
@transaction.atomic
def journal_failure(credentials: dict[str, Any], **kwargs: Any) -> None:
    username = str(credentials.get("username", ""))[:LONGEST_NAME]
    record(STREAM, "sign_in_failed", actor=None, username=username)


@receiver(user_locked_out)
@transaction.atomic
def journal_lockout(username: str, **kwargs: Any) -> None:
    record(STREAM, "locked_out", actor=None, username=str(username)[:LONGEST_NAME])
