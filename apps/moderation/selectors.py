"""What waits for a moderator."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce

from apps.core.models import Publishable
from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.projects.models import Project

MODELS: dict[str, type[Publishable]] = {"enterprise": Enterprise, "project": Project, "opportunity": Opportunity}
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
}


def _waiting(subject: str) -> "QuerySet[Any, tuple[Any, ...]]":
    rows: QuerySet[Any] = MODELS[subject]._default_manager.filter(state="submitted")
    named = rows.annotate(kind=Value(subject, output_field=CharField()), **_NAMES[subject])
    rows = named.order_by()
    return rows.values_list("kind", "pk", "line", "language", "firm", "land", "submitted_at", "version", "house")


def queue(limit: int = PAGE) -> list[Waiting]:
    """What waits, oldest first, at most `limit` rows."""
    enterprises, projects, opportunities = (_waiting(subject) for subject in MODELS)
    rows = enterprises.union(projects, opportunities, all=True).order_by("submitted_at", "kind", "pk")[:limit]
    return [Waiting(*row) for row in rows]


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
