"""Settings of the platform on which faults are tried: those of `make run`, with short leases and handlers that do harm."""

import os

from config.settings.local import *  # noqa: F403
from config.settings.local import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.stage.saboteurs"]
DELIVERY_LEASE_SECONDS = int(os.environ.get("LEASE", "3"))
CELERY_TASK_SOFT_TIME_LIMIT = int(os.environ.get("SOFT_LIMIT", str(DELIVERY_LEASE_SECONDS - 2)))
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 1
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ["MAIL_FOLDER"]
