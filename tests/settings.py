"""The product's settings, with quick password hashing and files of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["EVALSYS_ENV"] = "test"
os.environ.setdefault("EVALSYS_SECRET_KEY", "test-secret-key")
os.environ.setdefault("EVALSYS_SEAL_KEY", "test-seal-key")
os.environ.setdefault("EVALSYS_SIGNING_PASSPHRASE", "test-signing-passphrase")

from evalsys.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
# Static files come from where they are written, nothing is collected first.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

# Refusals are what many tests are about; a console full of them hides the rest.
LOGGING["loggers"] = {"django.request": {"level": "ERROR"}}  # noqa: F405

TEST_DIR = Path(tempfile.mkdtemp(prefix="evalsys-tests-"))
atexit.register(shutil.rmtree, TEST_DIR, ignore_errors=True)
SIGNING_KEYS = TEST_DIR / "keys"
STORAGES["scans"]["OPTIONS"]["location"] = TEST_DIR / "scans"  # noqa: F405
MEDIA_ROOT = TEST_DIR / "media"

# A live server and its browser write from several threads, which SQLite in memory cannot take.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": str(TEST_DIR / "test.sqlite3")}  # noqa: F405
    # Nothing here has to survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"  # noqa: F405
