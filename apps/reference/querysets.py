"""Filters over dated facts."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from apps.reference.models import FrameworkMembership  # noqa: F401 - named in the type below


class MembershipQuerySet(models.QuerySet["FrameworkMembership"]):
    """Memberships of frameworks."""

    def in_force(self, day: date) -> Self:
        """Rows whose period holds `day`; an unknown beginning counts as begun."""
        return self.filter(Q(since=None) | Q(since__lte=day), Q(until=None) | Q(until__gt=day))
