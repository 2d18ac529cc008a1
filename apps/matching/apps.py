"""App configuration."""

from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "apps.matching"
    label = "matching"

    def ready(self) -> None:
        from apps.journal import registry
        from apps.matching import handlers, runs

        registry.register("matching.follow", handlers.follow, queue="matching", kinds=handlers.KINDS)
        registry.register("matching.grounds", handlers.follow_grounds, queue="matching", kinds=handlers.GROUNDS)
        registry.register(runs.BEGIN, handlers.begin, queue="matching", kinds=["matching.requested"])
        for name, work in ((runs.SCORE, handlers.score), (runs.MERGE, handlers.merge), (runs.TIDY, handlers.tidy)):
            registry.register(name, work, queue="matching")
