"""Reference data in Django's admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.reference.models import ExchangeRate, Framework, FrameworkMembership, Standard
from apps.reference.selectors import forget, is_stale


@admin.register(Framework)
class FrameworkAdmin(admin.ModelAdmin[Framework]):
    """Frameworks and their names."""

    list_display = ("code",)

    def save_model(self, request: HttpRequest, obj: Framework, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        forget()


@admin.register(FrameworkMembership)
class FrameworkMembershipAdmin(admin.ModelAdmin[FrameworkMembership]):
    """Dated standings of countries; what was not looked at for a year is marked."""

    list_display = ("framework", "country", "status", "since", "until", "as_of", "stale")
    list_filter = ("framework", "status")
    search_fields = ("country", "source")

    @admin.display(boolean=True, description=_("older than a year"))
    def stale(self, row: FrameworkMembership) -> bool:
        return is_stale(row)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(admin.ModelAdmin[ExchangeRate]):
    """Daily rates."""

    list_display = ("day", "currency", "rate", "source")
    list_filter = ("currency",)
    date_hierarchy = "day"


@admin.register(Standard)
class StandardAdmin(admin.ModelAdmin[Standard]):
    """Standards seen on tenders."""

    list_display = ("code", "layer", "region", "kind")
    list_filter = ("layer", "region", "kind")
