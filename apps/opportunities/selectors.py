"""Reads over opportunities."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.opportunities.models import Opportunity
from apps.opportunities.rules import RECORD

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
