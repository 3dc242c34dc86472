"""The product's settings, with quick password hashing and files of its own."""

import os

os.environ["EVALSYS_ENV"] = "test"
os.environ.setdefault("EVALSYS_SECRET_KEY", "test-secret-key")
os.environ.setdefault("EVALSYS_SEAL_KEY", "test-seal-key")

from evalsys.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
