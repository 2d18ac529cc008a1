"""Offers, requests and projects, in the state that a story needs."""

from typing import Any

from apps.enterprises.models import Enterprise
from apps.opportunities import services
from apps.opportunities.models import Opportunity
from apps.projects import services as projects
from apps.projects.models import Project
from tests.factories.enterprises import a_published_enterprise


def a_draft_offer(enterprise: Enterprise | None = None, **values: Any) -> Opportunity:
    """An offer that nobody but its enterprise sees."""
    stated: dict[str, Any] = {
        "side": "offer", "family": "business", "language": "en", "title": "LFP cells for stationary storage",
        "summary": "We supply LFP cells of 314 Ah for containers, 5 GWh a year.", "technologies": ["lfp"],
        "modes": ["equipment-supply"],
    }  # fmt: skip
    project = values.pop("project", None)
    owner = enterprise or a_published_enterprise()
    return services.create(enterprise=owner, project=project, values=stated | values, actor=None)


def a_draft_request(enterprise: Enterprise | None = None, **values: Any) -> Opportunity:
    """A request that nobody but its enterprise sees."""
    stated: dict[str, Any] = {
        "side": "request", "title": "Batteries for frequency regulation", "power_mw_min": 20.0, "energy_mwh_min": 40.0,
        "summary": "We look for a supplier of a 20 MW, 40 MWh system for frequency regulation.",
    }  # fmt: skip
    return a_draft_offer(enterprise, **(stated | values))


def submitted(listing: Opportunity) -> Opportunity:
    """The listing, waiting for a moderator."""
    services.move(opportunity=listing, name="submit", actor=None)
    return listing


def published(listing: Opportunity) -> Opportunity:
    """The listing, public."""
    services.move(opportunity=listing, name="vouch", actor=None)
    return listing


def a_submitted_offer(enterprise: Enterprise | None = None, **values: Any) -> Opportunity:
    """An offer that waits for a moderator."""
    return submitted(a_draft_offer(enterprise, **values))


def a_published_offer(enterprise: Enterprise | None = None, **values: Any) -> Opportunity:
    """An offer that everybody sees."""
    return published(a_draft_offer(enterprise, **values))


def a_published_request(enterprise: Enterprise | None = None, **values: Any) -> Opportunity:
    """A request that everybody sees."""
    return published(a_draft_request(enterprise, **values))


def a_draft_project(owner: Enterprise | None = None, **values: Any) -> Project:
    """A storage project that nobody but its owner sees."""
    stated: dict[str, Any] = {
        "title": "Ekibastuz storage", "country": "KZ", "language": "en", "power_mw": 20.0, "energy_mwh": 40.0,
        "technologies": ["lfp"], "stage": "procurement", "description": "Frequency regulation beside a substation.",
    }  # fmt: skip
    return projects.create(owner=owner or a_published_enterprise(), values=stated | values, actor=None)


def a_published_project(owner: Enterprise | None = None, **values: Any) -> Project:
    """A storage project that everybody sees."""
    project = a_draft_project(owner, **values)
    projects.move(project=project, name="vouch", actor=None)
    return project
