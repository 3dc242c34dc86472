"""Where the bytes lie: random names outside the web root, on disk before anybody is told so."""

import os
import secrets
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.core.files.storage import FileSystemStorage

if TYPE_CHECKING:
    from django.core.files.base import File

DAMAGED = "文件与上传时的校验值不符，不再提供；请通知系统管理员和审计管理员。"
MISSING = "系统里没有这个文件，只有它的校验值；原件请向填报单位索取。"


class DurableStorage(FileSystemStorage):
    """Files that survive a power cut once ``save`` returned."""

    def _save(self, name: str, content: "File[Any]") -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]  # storages call it so
        descriptor = os.open(self.path(saved), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return saved


class EvidenceFileError(PermissionDenied):
    """The bytes are not there or not those that were kept; a page answers 403 and says so."""


def random_name(instance: object, filename: str) -> str:
    """No part of what the uploader called it, not even the ending."""
    token = secrets.token_hex(16)
    return f"evidence/{token[:2]}/{token}"
