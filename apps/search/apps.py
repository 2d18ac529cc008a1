"""App configuration."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "apps.search"
    label = "search"

    def ready(self) -> None:
        from apps.journal import registry
        from apps.search import alerts, handlers

        registry.register("search.index", handlers.index, queue="indexing", kinds=handlers.KINDS)
        registry.register(
            "search.index_all", handlers.index_part, queue="indexing", kinds=handlers.ALL_KINDS, keys=handlers.parts
        )
        registry.register(alerts.AT_ONCE, handlers.tell_at_once, queue="notices")
        registry.register("search.morning", handlers.tell_due, queue="notices", kinds=["search.due"])
