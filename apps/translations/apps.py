"""App configuration."""

from django.apps import AppConfig


class TranslationsConfig(AppConfig):
    name = "apps.translations"
    label = "translations"

    def ready(self) -> None:
        from apps.translations import machine

        machine.check_address()
