"""Settings, chosen by environment variables; docs/operations.md lists them.

EVALSYS_ENV is local (the default: plain http on this machine), test or production.
"""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ

from evalsys.secrets import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env.str("EVALSYS_ENV", default="local")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False

VAR_DIR = Path(env.str("EVALSYS_VAR", default=str(BASE_DIR / "var")))

if PRODUCTION:
    SECRET_KEY = env.str("EVALSYS_SECRET_KEY")
    SEAL_KEY = env.str("EVALSYS_SEAL_KEY")
    ALLOWED_HOSTS = env.list("EVALSYS_ALLOWED_HOSTS")
else:
    SECRET_KEY = env.str("EVALSYS_SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret_key")
    SEAL_KEY = env.str("EVALSYS_SEAL_KEY", default="") or kept_secret(VAR_DIR / "seal_key")
    ALLOWED_HOSTS = env.list("EVALSYS_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("EVALSYS_TRUSTED_ORIGINS", default=[])
# The address people reach this site at; it is printed in the QR codes of signed documents.
SITE_URL = env.str(
    "EVALSYS_URL",
    default=f"https://{ALLOWED_HOSTS[0].lstrip('*.')}" if PRODUCTION else "http://127.0.0.1:8000",
).rstrip("/")


def signing_passphrase() -> str:
    """What unlocks the signing keys: from a secret file, from the environment, made locally."""
    file = env.str("EVALSYS_SIGNING_PASSPHRASE_FILE", default="")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    if PRODUCTION:
        return str(env.str("EVALSYS_SIGNING_PASSPHRASE"))
    given = env.str("EVALSYS_SIGNING_PASSPHRASE", default="")
    return str(given) or kept_secret(VAR_DIR / "signing_passphrase")


# Where signatures come from, docs/signing.md. Keys stay outside the database and its backups.
SIGNING_KEYS = Path(env.str("EVALSYS_KEYS", default=str(VAR_DIR / "keys")))
SIGNING_PASSPHRASE = signing_passphrase()
SIGNING_PROVIDER = env.str("EVALSYS_SIGNING", default="embedded")
SIGNING_CHAIN = env.str("EVALSYS_SIGNING_CHAIN", default="")
SIGNING_PKCS12 = env.str("EVALSYS_PKCS12", default="")
SIGNING_PKCS11_MODULE = env.str("EVALSYS_PKCS11_MODULE", default="")
SIGNING_PKCS11_TOKEN = env.str("EVALSYS_PKCS11_TOKEN", default="")
SIGNING_PKCS11_LABEL = env.str("EVALSYS_PKCS11_LABEL", default="")
TIME_STAMP_URL = env.str("EVALSYS_TSA", default="")
TIME_STAMP_ROOTS = env.str("EVALSYS_TSA_ROOTS", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "evalsys.accounts",
    "evalsys.audit",
    "evalsys.jobs",
    "evalsys.rulepacks",
    "evalsys.library",
    "projects",
    "scoring",
    "reports",
]

# The policy must reach static answers too, so it stands above WhiteNoise.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "evalsys.middleware.RefuseHuge",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "evalsys.accounts.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "evalsys.accounts.middleware.PasswordChangeRequired",
    "evalsys.accounts.middleware.PrivatePages",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "evalsys.middleware.RefuseNul",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "evalsys.urls"
WSGI_APPLICATION = "evalsys.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["evalsys.templatetags.figures"],
        },
    }
]

# SQLite 3.7.0–3.51.2 can lose data when a WAL is reset under load; these releases carry the fix.
WAL_FIXED_FROM = (3, 51, 3)
WAL_BACKPORTS = {(3, 50, 7), (3, 44, 6)}


def sqlite_journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    return "WAL" if version >= WAL_FIXED_FROM or version in WAL_BACKPORTS else "TRUNCATE"


def database_settings() -> dict[str, Any]:
    default = f"sqlite:///{VAR_DIR / 'evalsys.sqlite3'}"
    database: dict[str, Any] = env.db("DATABASE_URL", default=default)
    database["CONN_MAX_AGE"] = 60
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {
            # A transaction that read first cannot be promoted to write: begin as writer.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                f"PRAGMA journal_mode={sqlite_journal_mode()}; PRAGMA synchronous=FULL;"
                " PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;"
            ),
        }
    else:
        database["CONN_HEALTH_CHECKS"] = True
    return database


DATABASES = {"default": database_settings()}

# One machine needs no queue beside its database file; several share PostgreSQL's.
JOB_ENGINE = "own" if DATABASES["default"]["ENGINE"].endswith("sqlite3") else "procrastinate"
if JOB_ENGINE == "procrastinate":
    INSTALLED_APPS.append("procrastinate.contrib.django")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "evalsys.accounts.passwords.ThreeClassesValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "tasks"
LOGOUT_REDIRECT_URL = "login"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Per account. An office shares one address, so the address alone never locks anybody out.
AXES_LOCKOUT_PARAMETERS = ["username", ["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "evalsys.accounts.views.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(minutes=30).total_seconds())
SESSION_ABSOLUTE_AGE = timedelta(hours=12)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
BEHIND_PROXY = env.bool("EVALSYS_BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# One request may bring several files of 20 MB; more than this is refused before it is read.
LARGEST_REQUEST = 105_000_000
# A tree of 1,000 leaves edited at once is about 8,000 fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("EVALSYS_STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# What people upload: never served by address, only handed out by views that ask who wants it.
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = {
    "default": {"BACKEND": "projects.evidence.storage.DurableStorage"},
    # Signed on paper and scanned: outside the static files, handed out by a view only.
    "scans": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "scans", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The document fonts are read from disk when a PDF is made; pages never ask for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("ttf", "png")

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
