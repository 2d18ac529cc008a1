"""Settings of `make run`: one machine, plain HTTP on loopback, mail printed to a file."""

from config.settings.base import *  # noqa: F403
from config.settings.base import EMAIL_URL, VAR_DIR

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
LOCAL = True
# Static files are served from where they lie: nothing has to be collected on one machine.
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
if not EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
