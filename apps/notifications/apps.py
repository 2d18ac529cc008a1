"""App configuration."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    label = "notifications"

    def ready(self) -> None:
        from apps.journal import registry
        from apps.notifications import handlers, services

        kinds = (*handlers.KINDS, "match.found")
        registry.register("notices.address", handlers.address, queue="notices", kinds=kinds, keys=handlers.parts)
        registry.register("invitations.mail", handlers.invite, queue="notices", kinds=["member.invited"])
        registry.register(services.MAIL, handlers.mail, queue="notices")
        registry.register("searches.mail", handlers.found, queue="notices", kinds=["search.found"])
