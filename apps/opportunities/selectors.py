"""Reads over opportunities."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.opportunities.models import Opportunity
from apps.opportunities.rules import AMOUNTS, RECORD

_LINKS = ("enterprise", "project")


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
