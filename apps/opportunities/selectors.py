"""Reads over opportunities."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.opportunities.models import Opportunity
from apps.opportunities.rules import AMOUNTS, RECORD
from apps.reference.rules import language_tag, primary
from apps.translations import selectors as translations
from apps.translations.rules import Original, Texts

_LINKS = ("enterprise", "project")
# A listing's own columns, and of what it belongs to only those that a card, a file or the API shows.
_SHOWN = (
    *(field.attname for field in Opportunity._meta.concrete_fields),
    *(f"enterprise__{name}" for name in ("name", "language", "country", "external_id")),
    *(f"project__{name}" for name in ("title", "country", "state", "external_id")),
)


def as_record(opportunity: Opportunity) -> dict[str, Any]:
    """The opportunity as a record of the contract (JSON-ready values), private fields included."""
    record = {item.name: _plain(getattr(opportunity, item.name)) for item in RECORD.fields if item.name not in _LINKS}
    record["enterprise"] = opportunity.enterprise.external_id or ""
    record["project"] = (opportunity.project.external_id or "") if opportunity.project else ""
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


_PRIVATE = ("external_id", "enterprise", "project", "excluded_enterprises")


def as_public(opportunity: Opportunity) -> dict[str, Any]:
    """What anybody may read of a published opportunity; whom it excludes by name is never told."""
    record = {name: value for name, value in as_record(opportunity).items() if name not in _PRIVATE}
    currency = record.pop("currency")
    for name in AMOUNTS:
        record[name] = None if record[name] is None else {"amount": record[name], "currency": currency}
    enterprise, project = opportunity.enterprise, opportunity.project
    return {
        "id": opportunity.pk,
        **record,
        "minimum_order_unit": minimum_order_unit(opportunity),
        "enterprise": {"id": enterprise.pk, "name": enterprise.name, "country": enterprise.country},
        "project": {"id": project.pk, "title": project.title} if project and project.state == "published" else None,
        "demonstration": opportunity.demonstration,
        "published_at": opportunity.published_at,
    }


def minimum_order_unit(opportunity: Opportunity) -> str:
    """What the minimum order counts: as it was entered ("20 containers"), or else the unit of the quantity."""
    entered: dict[str, str] = opportunity.as_entered.get("minimum_order", {})
    return entered.get("unit") or opportunity.quantity_unit


def as_private(opportunity: Opportunity) -> dict[str, Any]:
    """What the enterprise's members read besides."""
    return {
        "external_id": opportunity.external_id,
        "state": opportunity.state,
        "version": opportunity.version,
        "review_note": opportunity.review_note,
        "excluded_enterprises": opportunity.excluded_enterprises,
        "as_entered": opportunity.as_entered,
    }


def original(opportunity: Opportunity) -> Original:
    """The listing as what is translated."""
    texts = Texts(opportunity.title, opportunity.summary)
    enterprise, version = opportunity.enterprise_id, opportunity.version
    return Original("opportunity", opportunity.pk, enterprise, opportunity.language, version, texts)


def shown(rows: "QuerySet[Opportunity]", language: str) -> "QuerySet[Opportunity]":
    """The same rows with what showing each in a list takes, in a language where there is one."""
    return read_in(rows.select_related("enterprise", "project").only(*_SHOWN), language)


def read_in(rows: "QuerySet[Opportunity]", language: str) -> "QuerySet[Opportunity]":
    """The same rows with their translation into a language, for `translated`."""
    return rows.annotate(translation=translations.in_language("opportunity", language_tag(language) or language))


def translated(opportunity: Opportunity, language: str) -> translations.Shown | None:
    """The public translation that `read_in` found; none where the listing itself is in this language."""
    if primary(opportunity.language) == primary(language):
        return None
    found: dict[str, str] | None = getattr(opportunity, "translation", None)
    return translations.shown(found, original(opportunity).texts)


def versions(opportunity: Opportunity) -> list[translations.Shown]:
    """The public translations of a listing."""
    present = original(opportunity).texts
    rows = translations.public("opportunity", [opportunity.pk]).get(opportunity.pk, [])
    return [translations.as_shown(row, present) for row in rows]
