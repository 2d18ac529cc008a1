"""Reference data in Django's admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.reference.models import ExchangeRate, Framework, FrameworkMembership, Standard
from apps.reference.selectors import is_stale


@admin.register(Framework)
class FrameworkAdmin(admin.ModelAdmin[Framework]):
    """Frameworks and their names."""

    list_display = ("code",)


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
