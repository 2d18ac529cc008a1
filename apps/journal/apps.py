"""App configuration."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "apps.journal"
    label = "journal"

    def ready(self) -> None:
        from config import celery  # noqa: F401 - hints leave through the platform's application, in the web server too
