"""App configuration."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "apps.imports"
    label = "imports"

    def ready(self) -> None:
        from apps.imports import handlers, uploads
        from apps.journal import registry

        registry.register(uploads.HANDLER, handlers.take, queue="default", kinds=handlers.KINDS)
