"""Reads over projects."""

from typing import Any

from apps.projects.models import Project

_PLAIN = (
    "external_id", "title", "country", "latitude", "longitude", "technologies", "power_mw", "energy_mwh", "stage",
    "operation_year", "currency", "description", "language",
)  # fmt: skip


def as_record(project: Project) -> dict[str, Any]:
    """The project as a record of the contract (JSON-ready values)."""
    record: dict[str, Any] = {name: getattr(project, name) for name in _PLAIN}
    record["owner"] = (project.owner.external_id or "") if project.owner else ""
    record["budget"] = None if project.budget is None else float(project.budget)
    return record


def as_public(project: Project) -> dict[str, Any]:
    """What anybody may read of a published project."""
    record = as_record(project)
    for private in ("external_id", "owner"):
        del record[private]
    amount, currency = record.pop("budget"), record.pop("currency")
    owner = project.owner
    return {
        "id": project.pk,
        **record,
        "budget": None if amount is None else {"amount": amount, "currency": currency},
        "owner": {"id": owner.pk, "name": owner.name, "country": owner.country}
        if owner and owner.state == "published"
        else None,
        "demonstration": project.demonstration,
        "published_at": project.published_at,
    }


def as_private(project: Project) -> dict[str, Any]:
    """What the owner's members read besides."""
    return {
        "external_id": project.external_id,
        "state": project.state,
        "version": project.version,
        "review_note": project.review_note,
        "as_entered": project.as_entered,
    }
