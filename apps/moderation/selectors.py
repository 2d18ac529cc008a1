"""What waits for a moderator."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.core.models import Publishable
from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.translations.models import Translation

MODELS: dict[str, type[Publishable]] = {
    "enterprise": Enterprise,
    "project": Project,
    "opportunity": Opportunity,
    "translation": Translation,
}
PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One submitted row: what a moderator sees in the queue."""

    subject: str
    pk: int
    title: str
    language: str
    enterprise: str
    country: str
    submitted_at: datetime
    version: int
    enterprise_id: int | None

    @property
    def id(self) -> str:
        return f"{self.subject}-{self.pk}"

    @property
    def place(self) -> str:
        """Where it stands in the queue, as an address names it."""
        return f"{self.submitted_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}~{self.id}"


class BadPlace(ValueError):
    """The text names no place in the queue."""


_NAMES: dict[str, dict[str, Any]] = {
    "enterprise": {"line": F("name"), "firm": F("name"), "land": F("country"), "house": F("pk")},
    "project": {
        "line": F("title"),
        "firm": Coalesce(F("owner__name"), Value(""), output_field=CharField()),
        "land": F("country"),
        "house": F("owner_id"),
    },
    "opportunity": {
        "line": F("title"),
        "firm": F("enterprise__name"),
        "land": F("enterprise__country"),
        "house": F("enterprise_id"),
    },
    "translation": {
        "line": F("title"),
        "firm": F("enterprise__name"),
        "land": F("enterprise__country"),
        "house": F("enterprise_id"),
    },
}


def _waiting(subject: str, beyond: Q) -> "QuerySet[Any, tuple[Any, ...]]":
    rows: QuerySet[Any] = MODELS[subject]._default_manager.filter(beyond, state="submitted")
    named = rows.annotate(kind=Value(subject, output_field=CharField()), **_NAMES[subject])
    rows = named.order_by()
    return rows.values_list("kind", "pk", "line", "language", "firm", "land", "submitted_at", "version", "house")


def queue(*, after: str = "", limit: int = PAGE) -> tuple[list[Waiting], str]:
    """What waits, oldest first, at most `limit` rows after a place, and the place where the next page begins, if any.

    Raises BadPlace where `after` is none.
    """
    first, *others = (_waiting(subject, _beyond(subject, after)) for subject in MODELS)
    found = first.union(*others, all=True).order_by("submitted_at", "kind", "pk")[: limit + 1]
    rows = [Waiting(*row) for row in found]
    return rows[:limit], rows[limit - 1].place if len(rows) > limit else ""


def _beyond(subject: str, after: str) -> Q:
    """Rows of one kind that stand behind a place of the whole queue, which is in order of time, kind and number."""
    if not after:
        return Q()
    try:
        time, kind, number = re.fullmatch(r"([^~]{1,40})~([a-z]{1,20})-([0-9]{1,18})", after, re.ASCII).groups()  # type: ignore[union-attr]
        at = datetime.fromisoformat(time)
    except (AttributeError, ValueError):
        raise BadPlace from None
    if at.tzinfo is None or kind not in MODELS:
        raise BadPlace
    later = Q(submitted_at__gt=at)
    if subject == kind:
        return later | Q(submitted_at=at, pk__gt=int(number))
    return later | Q(submitted_at=at) if subject > kind else later


def count() -> int:
    """How much waits in all."""
    return sum(model._default_manager.filter(state="submitted").count() for model in MODELS.values())


def find(identifier: str) -> tuple[str, Publishable] | None:
    """The row that "opportunity-12" names, with the word for its kind."""
    subject, _dash, number = identifier.partition("-")
    if subject not in MODELS or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    row = MODELS[subject]._default_manager.filter(pk=int(number)).first()
    return (subject, row) if row else None
