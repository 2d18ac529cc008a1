"""Settings of `make run`: one machine, plain HTTP on loopback, mail printed to a file."""

from config.settings.base import *  # noqa: F403
from config.settings.base import EMAIL_URL, ROOT

ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
LOCAL = True
if not EMAIL_URL:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(ROOT / "var" / "mail")
