"""Django's settings, made from the environment. The embedded default needs none of them set."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from heyi.config import environment

ENV = environment.read()
ENV.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


def _kept_secret(name: str, given: str) -> str:
    """The given secret, or one made once and kept in the data folder, readable by the owner only."""
    if given:
        return given
    path = ENV.data_dir / name
    if not path.exists():
        made = path.with_name(f"{name}.{os.getpid()}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # of several that start at once, the first one's secret counts for all
            os.link(made, path)
        made.unlink()
    return path.read_text().strip()


def _left(name: str) -> str:
    """What ``heyi rotate-key --new`` put aside; empty when no rotation is under way."""
    path = ENV.data_dir / name
    return path.read_text().strip() if not ENV.master_key and path.exists() else ""


BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = _kept_secret("secret.key", ENV.secret_key)
HEYI = ENV
HEYI_MASTER_KEY = _kept_secret("master.key", ENV.master_key)
HEYI_MASTER_KEY_OLD = ENV.master_key_old or _left("master.key.old")
DEBUG = ENV.debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)
SECURE = ENV.public_url.startswith("https://")

ROOMS = ["journal", "vault", "staff", "approvals", "loans", "compliance", "contact", "signing", "plans", "negotiation"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "heyi.web.console",  # before the login library: its templates stand in for the library's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "ninja",
    "heyi.plumbing",
    *[f"heyi.capabilities.{room}" for room in ROOMS],
    "heyi.web.ui",
    "heyi.web.portal",
    "heyi.web.api",
    "heyi.config",
]

MIDDLEWARE = [
    "heyi.web.ui.middleware.Health",
    "heyi.web.ui.proxies.ClientAddress",  # first: whoever reads an address after it reads the right one
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "heyi.web.ui.middleware.BodyLimit",
    "heyi.web.ui.middleware.SessionLimits",
    "heyi.web.ui.middleware.AccessGuard",
]
CSRF_FAILURE_VIEW = "heyi.web.ui.answers.forged"

ROOT_URLCONF = "heyi.config.urls"
WSGI_APPLICATION = "heyi.config.wsgi.application"
ASGI_APPLICATION = "heyi.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "heyi.web.ui.context.shell",
            ],
        },
    },
]

DATABASES = {"default": environment.database(ENV.database_url, ENV.data_dir)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "heyi.capabilities.staff.passwords.HoldsOwnName"},
]
LOGIN_URL = "/console/login/"
LOGIN_REDIRECT_URL = "/console/"
BORROWER_LOGIN_URL = "portal:login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "heyi.capabilities.staff.adapters.NoSignup"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_FORMS = {"change_password": "heyi.web.console.login.PasswordForm"}
MFA_ADAPTER = "heyi.capabilities.staff.adapters.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False  # codes are counted in the database; a passkey cannot be guessed
MFA_FORMS = {
    "authenticate": "heyi.web.console.login.CodeForm",
    "reauthenticate": "heyi.web.console.login.CodeAgainForm",
}
MFA_TOTP_ISSUER = "Heyi 合意"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_HTTP_RESPONSE_CODE = 429
AXES_USERNAME_CALLABLE = "heyi.web.ui.answers.name_tried"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "heyi.web.ui.answers.locked_out"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "heyi_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENV.data_dir / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = (ENV.upload_mb + 2) * 2**20  # what may be kept never lies on a disk in the clear
DATA_UPLOAD_MAX_NUMBER_FILES = 10
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = [
    "heyi.web.ui.uploads.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = SECURE
CSRF_TRUSTED_ORIGINS = [ENV.public_url]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = {"staff": 15 * 60, "borrower": 30 * 60}
SESSION_ABSOLUTE_SECONDS = {"staff": 10 * 3600, "borrower": 4 * 3600}
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, *ENV.live_sources],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
