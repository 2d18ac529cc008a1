"""The teams of a project: its requests are the roles, their lists of matches those who could fill them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.consortia import teams
from apps.consortia.teams import Candidate, Problem
from apps.matching import apart
from apps.matching.listings import enterprise_key, opportunity_key
from apps.matching.selectors import Partner, matches_of
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference import selectors as reference

ROLES = 8  # the newest requests of a project; more would no longer be a small set
CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Member:
    """Who fills which role, and how well both fit each other."""

    request: Opportunity
    partner: Partner


@dataclass(frozen=True, slots=True)
class Team:
    """A team with what holds it together; `fit` is the mean of the members' joint scores.

    `languages` are those that all members speak who state any, `covered` the wished frameworks with the countries in them,
    `cost` the sum of the stated prices in euro (None where none is), `gap` by how much a team could still be better.
    """

    members: tuple[Member, ...]
    fit: float
    gap: float
    languages: tuple[str, ...]
    covered: tuple[tuple[str, tuple[str, ...]], ...]
    cost: float | None
    priced: int


@dataclass(frozen=True, slots=True)
class Found:
    """The best teams, the best first; where there is none, what is in the way (teams.CONDITIONS) and which roles stand empty."""

    roles: tuple[Opportunity, ...]
    teams: tuple[Team, ...]
    budget: float | None
    in_the_way: tuple[str, ...] = ()
    empty: tuple[Opportunity, ...] = ()


def teams_of(project: Project) -> Found:
    """The best few teams for the open requests of a project; for its owner's people only."""
    requests = _requests(project)
    fill = {request.pk: matches_of(opportunity_id=request.pk, limit=CANDIDATES) for request in requests}
    problem = _problem(project, requests, fill)
    found = teams.best(problem) if requests else []
    told = tuple(_told(team, problem, requests, fill) for team in found)
    if told or not requests:
        return Found(requests, told, problem.budget)
    reasons = teams.in_the_way(problem)
    empty = tuple(request for role, request in enumerate(requests) if f"role {role}" in reasons)
    return Found(requests, (), problem.budget, tuple(each for each in reasons if each in teams.CONDITIONS), empty)


def _requests(project: Project) -> tuple[Opportunity, ...]:
    rows = (
        Opportunity.objects.published().filter(project=project, side="request").select_related("enterprise", "project")
    )
    return tuple(rows.order_by("-pk")[:ROLES])[::-1]


def key_of(partner: Partner) -> int:
    """The listing's key of a partner: an opportunity's, or an enterprise's that stands for itself."""
    return opportunity_key(partner.opportunity.pk) if partner.opportunity else enterprise_key(partner.enterprise.pk)


def _problem(project: Project, requests: Sequence[Opportunity], fill: Mapping[int, Sequence[Partner]]) -> Problem:
    rates, members = reference.rates(), reference.members()
    candidates = [
        _candidate(role, partner, rates, members)
        for role, request in enumerate(requests)
        for partner in fill[request.pk]
        if partner.score > 0
    ]
    return Problem(
        roles=len(requests),
        candidates=candidates,
        budget=_euro(project.budget, project.currency, rates),
        frameworks=frozenset(code for request in requests for code in request.target_frameworks),
        apart=apart.pairs(candidate.key for candidate in candidates),
    )


def _candidate(
    role: int, partner: Partner, rates: Mapping[str, float], members: Mapping[str, frozenset[str]]
) -> Candidate:
    offer, enterprise = partner.opportunity, partner.enterprise
    spoken = [*(offer.languages if offer and offer.languages else enterprise.languages)]
    return Candidate(
        role=role,
        key=key_of(partner),
        fit=partner.score,
        languages=frozenset(tag.partition("-")[0] for tag in spoken),
        frameworks=frozenset(code for code, countries in members.items() if enterprise.country in countries),
        cost=_euro(offer.budget_min, offer.currency, rates) if offer else None,
    )


def _euro(amount: object, currency: str, rates: Mapping[str, float]) -> float | None:
    rate = rates.get(currency)
    return None if amount is None or not rate else float(str(amount)) / rate


def _told(
    team: teams.Team, problem: Problem, requests: Sequence[Opportunity], fill: Mapping[int, Sequence[Partner]]
) -> Team:
    by_key = {(pk, key_of(partner)): partner for pk, partners in fill.items() for partner in partners}
    members = tuple(Member(requests[each.role], by_key[requests[each.role].pk, each.key]) for each in team.members)
    countries = {each.key: by_key[requests[each.role].pk, each.key].enterprise.country for each in team.members}
    covered = tuple(
        (code, tuple(sorted({countries[each.key] for each in team.members if code in each.frameworks})))
        for code in sorted(problem.frameworks)
    )
    priced = sum(each.cost is not None for each in team.members)
    cost = team.cost if priced else None
    languages = tuple(sorted(team.languages))
    return Team(members, team.fit / len(members), team.gap, languages, covered, cost, priced)
