"""What the page of a project's teams shows."""

from dataclasses import dataclass

from apps.portal.cards import Detail, Words


@dataclass(frozen=True, slots=True)
class TeamMember:
    """Who fills a role of a project."""

    role: Words
    matches_url: str
    who: Words
    offer: Words | None
    url: str
    country: str
    score: float


@dataclass(frozen=True, slots=True)
class TeamCard:
    """A team: its members in the order of the roles, and what holds it together."""

    fit: float
    members: tuple[TeamMember, ...]
    details: tuple[Detail, ...]
    proof: str


@dataclass(frozen=True, slots=True)
class TeamsPage:
    """The teams of a project, or what is in the way of any."""

    title: Words
    url: str
    roles: int
    teams: tuple[TeamCard, ...]
    obstacles: tuple[str, ...]
    missing: tuple[Words, ...]
