"""App configuration."""

from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    name = "apps.opportunities"
    label = "opportunities"

    def ready(self) -> None:
        from apps.journal import registry
        from apps.opportunities import handlers

        registry.register("opportunities.withdraw", handlers.withdraw_listings, queue="default", kinds=handlers.KINDS)
        registry.register(
            "opportunities.translate", handlers.translate, queue="translations", kinds=handlers.TRANSLATED_KINDS,
            keys=handlers.to_translate,
        )  # fmt: skip
        registry.register(handlers.TRANSLATE_ONE, handlers.translate_one, queue="translations")
