"""Deliveries in Django's admin: what is dead can be tried again; nothing else can be changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from apps.journal import deliveries
from apps.journal.models import Delivery, Fact, Seal


class ReadOnly(admin.ModelAdmin[Any]):
    """Rows that are looked at, never edited by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """The queue of record."""

    list_display = ("id", "handler", "key", "state", "attempts", "available_at", "finished_at", "fact")
    list_filter = ("state", "handler", "queue")
    list_select_related = ("fact",)
    show_full_result_count = False
    actions = ("retry",)

    @admin.action(description=_("Try dead deliveries again"))
    def retry(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        count = deliveries.retry(list(chosen.values_list("pk", flat=True)))
        self.message_user(
            request,
            ngettext("%(count)d delivery is queued again.", "%(count)d deliveries are queued again.", count)
            % {"count": count},
        )


@admin.register(Fact)
class FactAdmin(ReadOnly):
    """What happened."""

    list_display = ("id", "kind", "at", "subject", "subject_ids", "actor_id", "enterprise_id")
    list_filter = ("subject",)
    show_full_result_count = False


@admin.register(Seal)
class SealAdmin(ReadOnly):
    """The chain."""

    list_display = ("id", "at", "head")
