"""App configuration."""

from django.apps import AppConfig

TRACED = tuple(f"opportunity.{verb}" for verb in ("created", "submitted", "published"))


class SaboteursConfig(AppConfig):
    name = "saboteurs"

    def ready(self) -> None:
        from apps.journal import registry
        from saboteurs import handlers

        registry.register("fault.trace", handlers.trace, queue="default", kinds=("fault.work", *TRACED))
        for name in ("kill", "loop", "eat", "recurse"):
            registry.register(f"fault.{name}", getattr(handlers, name), queue="default", kinds=[f"fault.{name}"])
