"""Settings shared by every way of running Voltbridge; secrets and addresses come from the environment."""

from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from config import addresses

django_stubs_ext.monkeypatch()  # Django's own classes take type arguments at runtime too

env = Env()
ROOT = Path(__file__).resolve().parents[3]
VAR_DIR = Path(env.str("VAR_DIR", default=str(ROOT / "var")))

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_prometheus",
    "csp",
    "apps.core",
    "apps.reference",
    "apps.journal",
    "apps.accounts",
    "apps.taxonomy",
    "apps.enterprises",
    "apps.projects",
    "apps.translations",
    "apps.opportunities",
    "apps.introductions",
    "apps.search",
    "apps.matching",
    "apps.consortia",
    "apps.moderation",
    "apps.notifications",
    "apps.imports",
    "apps.portal",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.ConsentMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "apps.core.context.operator",
            ],
        },
    }
]


# The web keeps its connections (reconnecting costs 2.6-7 times a bare view);
# a health check makes a restart of PostgreSQL harmless.
def database(url: str) -> dict[str, Any]:
    """The settings of one role's connection, with the limits that keep one request from holding up others."""
    limits = "-c lock_timeout={} -c statement_timeout={} -c idle_in_transaction_session_timeout=60s"
    lock, statement = env.str("LOCK_TIMEOUT", default="5s"), env.str("STATEMENT_TIMEOUT", default="30s")
    found = addresses.database(url)
    # Only what is run with parameters of the server's own is prepared, which Django does not do, and then planned once.
    found["OPTIONS"]["options"] = f"{limits.format(lock, statement)} -c plan_cache_mode=force_generic_plan"
    found["OPTIONS"]["prepare_threshold"] = 0
    return found | {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=300), "CONN_HEALTH_CHECKS": True}


DATABASES: dict[str, Any] = {"default": database(env.str("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.str("CACHE_URL", default=REDIS_URL),
        "KEY_PREFIX": "vb",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}}]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "apps.accounts.forms.SignupForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"

# Every interface language of the contract; one is offered once its catalogue is complete.
LANGUAGE_CODE = "en"
ALL_LANGUAGES = ["en", "zh-hans", "ru", "pt-br", "ar", "fr", "es", "fa", "id", "hi"]
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = VAR_DIR / "static"
NODE_MODULES = ROOT / "node_modules"
STATICFILES_DIRS = [
    (name, NODE_MODULES / name / "dist")
    for name in ("bootstrap", "leaflet", "echarts", "topojson-client")
    if (NODE_MODULES / name / "dist").is_dir()
]
if (NODE_MODULES / "world-atlas").is_dir():
    STATICFILES_DIRS.append(("world-atlas", NODE_MODULES / "world-atlas"))
# The operator's own folder, served at the root of the site: a logo, another map.
WHITENOISE_ROOT = env.str("OPERATOR_FILES", default="") or None
WHITENOISE_MAX_AGE = 60 * 60
FORM_RENDERER = "apps.core.rendering.FieldRenderer"
LOCAL = False

EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.dj_email_url("EMAIL_URL"))
EMAIL_TIMEOUT = 20  # seconds: a mail server that hangs must not hold a worker
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="voltbridge@localhost")

SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
OPERATOR_NAME = env.str("OPERATOR_NAME", default="Voltbridge")
OPERATOR_LOGO = env.str("OPERATOR_LOGO", default="")
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", default="")
MAP_WORLD = env.str("MAP_WORLD", default="")
MAP_BORDERS = env.str("MAP_BORDERS", default="")
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
SETUP_TOKEN = env.str("SETUP_TOKEN", default="")
TERMS_VERSION = env.str("TERMS_VERSION", default="2026-11")
PRIVACY_VERSION = env.str("PRIVACY_VERSION", default="2026-11")

# Celery carries hints only ("look at delivery N"): losing or doubling one loses or doubles nothing (docs/adr/0002).
CELERY_BROKER_URL = addresses.broker(REDIS_URL)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 110
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_000_000
# The usual 4 s would kill a child again and again where the machine is slow.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": env.int("BROKER_SOCKET_TIMEOUT", default=10),
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "visibility_timeout": 3600,
}
CELERY_BEAT_SCHEDULE_FILENAME = env.str("BEAT_SCHEDULE", default=str(VAR_DIR / "beat"))
CELERY_BEAT_SCHEDULE = {
    "seal": {"task": "journal.seal", "schedule": 10.0, "options": {"expires": 10}},
    "pulse": {"task": "journal.pulse", "schedule": 15.0, "options": {"expires": 15}},
    "match": {"task": "matching.full", "schedule": crontab(hour=1, minute=30), "options": {"expires": 3600}},
    "learn": {
        "task": "matching.learn",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 3600, "queue": "matching"},
    },
    # Mornings begin at every quarter of an hour somewhere.
    "searches": {"task": "search.collect", "schedule": crontab(minute="*/15"), "options": {"expires": 900}},
    "expire": {"task": "opportunities.expire", "schedule": 600.0, "options": {"expires": 600}},
    "introductions": {"task": "introductions.tick", "schedule": 600.0, "options": {"expires": 600}},
    "words": {"task": "search.keep_words", "schedule": 3600.0, "options": {"expires": 3600}},
}
DELIVERY_LEASE_SECONDS = 120

# A machine translates what is published where there is a server of one's own for it.
TRANSLATION_URL = env.str("TRANSLATION_URL", default="")
TRANSLATION_KEY = env.str("TRANSLATION_KEY", default="")

# The folder of a sentence encoder (docs/EMBEDDINGS.md); empty switches embeddings off.
EMBEDDINGS_DIR = env.str("EMBEDDINGS_DIR", default="")
# How long an introduction waits for an answer, when its receiver is reminded, and how many wait at a time.
INTRODUCTION_DAYS = env.int("INTRODUCTION_DAYS", default=14)
INTRODUCTION_REMINDER_DAYS = env.int("INTRODUCTION_REMINDER_DAYS", default=3)
INTRODUCTIONS_SENT_AT_ONCE = env.int("INTRODUCTIONS_SENT_AT_ONCE", default=20)
INTRODUCTIONS_RECEIVED_AT_ONCE = env.int("INTRODUCTIONS_RECEIVED_AT_ONCE", default=30)
# Whether the order in which a request's partners are shown also spreads attention over enterprises (docs/adr/0010-attention.md).
MATCHING_EXPOSURE = env.bool("MATCHING_EXPOSURE", default=False)
# Whether weights are learned every night from answers to introductions, and from how many at least (docs/adr/0011-weights.md).
MATCHING_LEARN = env.bool("MATCHING_LEARN", default=False)
MATCHING_LEARN_LEAST = env.int("MATCHING_LEARN_LEAST", default=200)

SNAPSHOT_DIR = Path(env.str("SNAPSHOT_DIR", default=str(VAR_DIR / "snapshots")))
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
} | addresses.snapshots(env.str("MATCHING_SNAPSHOTS", default=""), SNAPSHOT_DIR)
IMPORT_DIR = Path(env.str("IMPORT_DIR", default=str(VAR_DIR / "imports")))
# Five lists of rows of an enterprise, each as long as its page shows, in one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.KeyAuthentication",
        "apps.accounts.api.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.core.problems.handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Voltbridge API",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
PROMETHEUS_EXPORT_MIGRATIONS = False

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
