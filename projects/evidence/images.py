"""Pictures are decoded and encoded again in a process of their own, under limits.

What is kept is made here from the pixels alone: no place where a photo was taken, no thumbnail
of what was cut off, nothing that only looks like a picture.
"""

import subprocess
import sys

from django.conf import settings

from projects.evidence.errors import RefusedFileError

SECONDS = 30
UNREADABLE = "图片打不开，或尺寸过大；请重新拍照、截图，或转成 PDF 后再上传。"


def encoded_again(content: bytes, key: str) -> bytes:
    """The picture as a fresh JPEG or PNG (``key`` is jpg or png); raises RefusedFileError."""
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            [sys.executable, "-m", "projects.evidence.encode", key],
            cwd=settings.BASE_DIR,
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RefusedFileError(UNREADABLE) from error
    if done.returncode or not done.stdout:
        raise RefusedFileError(UNREADABLE)
    return done.stdout
