"""Every setting, read from the environment.

Desk mode is the absence of CARTOX_SECRET_KEY: debugging on, this computer only, throw-away
key. With the key set, the rest is required too, and what is missing stops the start.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from cartox_site.accounts.tablets import (  # noqa: F401 - settings of their own
    CARTOX_PIN_DIGITS,
    CARTOX_WRISTBAND_PREFIX,
    CARTOX_WRISTBAND_SUFFIX,
    whole_number,
)
from cartox_site.extension_points import *  # noqa: F403 - each of its lists is a setting
from cartox_site.extension_points import CONTEXT_PROCESSORS
from grading.site_rules import SiteRules, site_rules_in
from patients.rounds.messages.site_messages import SiteMessages, site_messages_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SHORTEST_KEY = 50
SECRET_KEY = env.str("CARTOX_SECRET_KEY", default="")
DESK_MODE = SECRET_KEY == ""
DEBUG = DESK_MODE
if not DESK_MODE and len(SECRET_KEY) < SHORTEST_KEY:
    raise ImproperlyConfigured(
        f"CARTOX_SECRET_KEY is too short: set {SHORTEST_KEY} random characters or more."
    )
if DESK_MODE and "CARTOX_SECRET_KEY" in env.ENVIRON:
    raise ImproperlyConfigured(
        "CARTOX_SECRET_KEY is set but empty. Set it, or take it away for desk mode."
    )
if DESK_MODE:
    SECRET_KEY = "desk-mode-only-this-key-protects-nothing-and-serves-this-computer"


def read_site_rules() -> SiteRules:
    """What this site decides, chooses and says otherwise: its file, or all as printed."""
    if "CARTOX_LOCAL_RULES" in env.ENVIRON:
        raise ImproperlyConfigured(
            "CARTOX_LOCAL_RULES is no longer read. Write the decisions below [local_rules] into a "
            "file, and set CARTOX_SITE_RULES to its path."
        )
    if "CARTOX_SITE_RULES" not in env.ENVIRON:
        return SiteRules()
    if not (path := env.str("CARTOX_SITE_RULES")):
        raise ImproperlyConfigured("CARTOX_SITE_RULES is empty. Name a file, or take it away.")
    try:
        return site_rules_in(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as wrong:
        raise ImproperlyConfigured(f"CARTOX_SITE_RULES, {path}: {wrong}") from wrong


CARTOX_SITE_RULES = read_site_rules()
"""After a change, `manage.py regrade` brings stored grades and the board up to date."""

try:
    CARTOX_MESSAGES: SiteMessages = site_messages_of(env.ENVIRON, desk_mode=DESK_MODE)
except ValueError as wrong:
    raise ImproperlyConfigured(str(wrong)) from wrong

ALLOWED_HOSTS = env.list("CARTOX_HOSTS", default=[])
PROXY_COUNT = whole_number("CARTOX_PROXY_COUNT", default=0)
"""Reverse proxies in front of Cartox. Without it, all users behind one share one address."""

if DESK_MODE and (ALLOWED_HOSTS or PROXY_COUNT):
    raise ImproperlyConfigured(
        "CARTOX_HOSTS or CARTOX_PROXY_COUNT is set but CARTOX_SECRET_KEY is not. "
        "A site that others reach needs the key."
    )
if DESK_MODE:
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
elif not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "CARTOX_SECRET_KEY is set but CARTOX_HOSTS is not. "
        "Set CARTOX_HOSTS to the host names that Cartox answers to, separated by commas."
    )

DATABASE_SCHEMES = ("postgres://", "postgresql://", "sqlite://")


def database(url: str) -> dict[str, Any]:
    """Django's settings for the database at `url`."""
    if not url.startswith(DATABASE_SCHEMES):
        raise ImproperlyConfigured(  # without what it says: a password may be in it
            "DATABASE_URL names no database that Cartox knows. Set it to "
            "postgres://user:password@host/name or sqlite:////path/file.sqlite3, or leave it out."
        )
    chosen: dict[str, Any] = dict(env.db_url_config(url))
    chosen |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    chosen["HOST"] = unquote(chosen.get("HOST") or "")  # a unix socket's folder is %2Fquoted
    if chosen["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE: two writers queue. FULL: an acknowledged save survives a power cut.
        chosen["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON"
            ),
        }
    return chosen


_IN_MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}  # of a worker alone
_FINISHED = {"LOCATION": "template_fragments", "OPTIONS": {"MAX_ENTRIES": 600}}
CACHES = {"default": _IN_MEMORY, "template_fragments": _IN_MEMORY | _FINISHED}
"""The fragments are finished rows of the board and lists of charts."""

DATABASES = {
    "default": database(env.str("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'cartox.sqlite3'}"))
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "cartox_site.accounts",
    "patients",
    "patients.rounds",
    "patients.drafts",
    "grading",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cartox_site.middleware.LoopbackOnlyMiddleware",
    "cartox_site.middleware.OwnOriginMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "cartox_site.bodies.BodyLimitsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cartox_site.middleware.NoStoreMiddleware",
    "cartox_site.middleware.AnswerStandsSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cartox_site.middleware.RefusalsLoggedMiddleware",
    "cartox_site.accounts.quick.DeviceCookieMiddleware",
    "cartox_site.middleware.SessionLimitsMiddleware",
    "cartox_site.middleware.SignedInMiddleware",
    "patients.drafts.middleware.SavedFormsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cartox_site.urls"
WSGI_APPLICATION = "cartox_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    },
]
FORM_RENDERER = "patients.forms.renderer.InputRenderer"

# Sign-in and access

AUTH_USER_MODEL = "patients.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SHORTEST_PASSWORD = 12
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {
        "NAME": f"{_VALIDATORS}.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
    {"NAME": "cartox_site.accounts.passwords.PlaceWordsValidator"},
    {"NAME": "cartox_site.accounts.passwords.RepetitionValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "board"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "cartox_site.adapter.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "cartox_site.adapter.ChangePasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # django-axes counts, by name and address together

# AXES_USERNAME_FORM_FIELD stays at its default: allauth passes `username`, and with "login"
# the right password still gets in after the lock-out.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=10)  # a nurse locked out is a danger too
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the lock ends, whoever goes on trying
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # the pair: nobody locks out another
AXES_USERNAME_CALLABLE = "cartox_site.adapter.name_tried"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "cartox_site.adapter.locked_out"
AXES_CLIENT_IP_CALLABLE = "cartox_site.addresses.counted_address"
ALARM_AFTER_FAILURES = 20
"""Wrong passwords for one name from all addresses, or from one address for all names, after which
each further one is logged as an alarm. Nothing is locked by it. They are those that still count
for a lock: a pair of name and address is forgotten when it rests for `AXES_COOLOFF_TIME`."""

# Limits on what a request brings, see cartox_site/bodies.py

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
"""Bytes of a form. The largest of Cartox, laboratory results, has less than 10,000."""
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 0
FILE_UPLOAD_HANDLERS: list[str] = []  # a file that came in all the same could be put nowhere

# Limits set to the browser

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())  # one long shift, acts or not
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # tablets are shared
IDLE_SECONDS = 60 * whole_number("CARTOX_IDLE_MINUTES", default=0 if DESK_MODE else 30)
"""After this time without an act the password is asked for again; with 0 never."""
LOCK_SECONDS = 60 * whole_number("CARTOX_LOCK_MINUTES", default=0 if DESK_MODE else 10)
"""After this time without an act the page is hidden until PIN or password; with 0 never."""

HOST_ONLY = "" if DESK_MODE else "__Host-"  # a browser takes such a cookie from this host alone
SESSION_COOKIE_NAME = f"{HOST_ONLY}sessionid"
DEVICE_COOKIE_NAME = f"{HOST_ONLY}device"
SESSION_COOKIE_SECURE = not DESK_MODE
SESSION_COOKIE_SAMESITE = "Lax"  # a link from the hospital's record opens the chart
CSRF_COOKIE_NAME = f"{HOST_ONLY}csrftoken"
CSRF_COOKIE_SECURE = not DESK_MODE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "cartox_site.failures.forged_or_old"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # they name patients
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = not DESK_MODE
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("CARTOX_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_SECONDS = 0 if DESK_MODE else int(timedelta(days=365).total_seconds())
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Subdomains and preload: other services of the hospital are not ours to bind.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# The log: JSON lines to standard error. In desk mode, Django's own settings of the log apply.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "cartox_site.json_lines.JsonLines"}},
    "handlers": {
        "lines": {"class": "logging.StreamHandler", "formatter": "json"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["nowhere" if DESK_MODE else "lines"], "level": "WARNING"},
    "loggers": {
        "cartox.security": {"level": "INFO"},
        "apprise": {"handlers": ["nowhere"], "propagate": False},  # its lines carry addresses
        "axes": {"level": "ERROR"},  # its lines carry what was typed as a name; ours do not
    },
}

# Words, times, files

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"  # stored and computed in UTC; shown in the time zone of the course
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DESK_MODE
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = DESK_MODE
WHITENOISE_AUTOREFRESH = DESK_MODE
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "woff2", "gz", "br"]
