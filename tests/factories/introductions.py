"""Introductions, in the state that a story needs."""

from typing import Any

from apps.accounts.models import User
from apps.enterprises.models import Enterprise, Membership
from apps.introductions import services
from apps.introductions.models import Introduction
from apps.introductions.selectors import Side
from apps.opportunities.models import Opportunity


def side(row: Opportunity | Enterprise) -> Side:
    """What a listing or an enterprise brings."""
    return Side(row.enterprise, row) if isinstance(row, Opportunity) else Side(row)


def editor_of(enterprise: Enterprise) -> User:
    """One of the people who may act for it."""
    return Membership.objects.filter(enterprise=enterprise, role="owner").earliest("pk").user


def an_introduction(
    sender: Opportunity | Enterprise, receiver: Opportunity | Enterprise, **values: Any
) -> Introduction:
    """One that waits for an answer."""
    stated: dict[str, Any] = {
        "note": "We need 40 MWh by spring.",
        "language": "en",
        "actor": editor_of(side(sender).enterprise),
    }
    return services.propose(sender=side(sender), receiver=side(receiver), **(stated | values))[0]


def answered(row: Introduction, name: str, **values: Any) -> Introduction:
    """The introduction after a move of the side whose turn it is."""
    enterprise = row.sender if name == "withdraw" else row.receiver
    work = getattr(services, name)
    work(introduction=row, actor=editor_of(enterprise), by=enterprise.pk, version=row.version, **values)
    return row
