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
