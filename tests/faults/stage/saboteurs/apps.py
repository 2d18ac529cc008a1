"""App configuration."""

import os

from django.apps import AppConfig

TRACED = tuple(f"opportunity.{verb}" for verb in ("created", "submitted", "published"))


class SaboteursConfig(AppConfig):
    name = "tests.faults.stage.saboteurs"

    def ready(self) -> None:
        from celery.signals import worker_init

        from apps.journal import registry
        from config.celery import warm
        from tests.faults.stage.saboteurs import handlers, slow

        if seconds := float(os.environ.get("PART_SECONDS", "0")):
            slow.parts(seconds)
        if "COLD" in os.environ:
            worker_init.disconnect(warm)
        registry.register("fault.trace", handlers.trace, queue="default", kinds=("fault.work", *TRACED))
        for name in ("kill", "loop", "eat", "recurse"):
            registry.register(f"fault.{name}", getattr(handlers, name), queue="default", kinds=[f"fault.{name}"])
