"""Abstract models: when a row was made, and the lifecycle of what is published."""

from collections.abc import Sequence
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from apps.core.lifecycle import State


def codes(*, length: int = 64, **options: Any) -> ArrayField:  # type: ignore[type-arg]
    """A column for a list of short codes (concept keys, countries, languages), empty by default."""
    return ArrayField(models.CharField(max_length=length), default=list, blank=True, **options)


def only_states(states: Sequence[str], name: str) -> models.CheckConstraint:
    """The database too refuses a state that there is not."""
    return models.CheckConstraint(condition=models.Q(state__in=states), name=name)


class Timestamped(models.Model):
    created = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    updated = models.DateTimeField(_("updated"), db_default=Now(), editable=False)

    class Meta:
        abstract = True


class PublishableQuerySet(models.QuerySet[Any]):
    """Filters that mean the same for everything that is published."""

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def waiting(self) -> Self:
        """What a moderator has to look at, oldest first."""
        return self.filter(state=State.SUBMITTED).order_by("submitted_at", "id")


class Publishable(Timestamped):
    """A row that a moderator publishes; `version` counts its edits and moves and guards each of them."""

    external_id = models.CharField(_("external id"), max_length=200, null=True, blank=True, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, db_default=State.DRAFT
    )
    version = models.PositiveIntegerField(_("version"), default=1, db_default=1)
    review_note = models.TextField(_("note of the review"), blank=True, db_default="")
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    demonstration = models.BooleanField(_("demonstration"), default=False, db_default=False)

    class Meta:
        abstract = True

    @property
    def known_to_moderators(self) -> bool:
        """Whether it was ever put before them: not a draft, nor what was withdrawn before anybody saw it."""
        return self.state != State.DRAFT and bool(self.submitted_at or self.published_at)
