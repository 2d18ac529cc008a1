"""Settings of the tests: real PostgreSQL and Redis, cheap password hashes, mail kept in memory."""

from config.settings.base import *  # noqa: F403
from config.settings.base import database, env

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
LOCAL = True
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # looks a file up when it is asked for: each test's client would list them all
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES = {"default": database(env.str("OWNER_DATABASE_URL", default=env.str("DATABASE_URL")))}
DATABASES["default"]["CONN_MAX_AGE"] = 0
DATABASES["default"]["TEST"] = {"NAME": "test_voltbridge" + env.str("TEST_DATABASE_SUFFIX", default="")}
ACCOUNT_RATE_LIMITS = False
