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
        registry.register(runs.NEXT, handlers.begin_next, queue="matching", kinds=["matching.cancelled"])
        registry.register(runs.TIDY, handlers.tidy, queue="matching", kinds=["matching.cancelled"])
        steps = {
            runs.PACK: handlers.pack, runs.SCORE: handlers.score, runs.MERGE: handlers.merge, runs.INDEX: handlers.index,
            runs.SHOW: handlers.show, runs.SPREAD: handlers.spread,
        }  # fmt: skip
        for name, work in steps.items():
            registry.register(name, work, queue="matching")
