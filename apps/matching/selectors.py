"""Reading a listing's list of matches, with reasons for both ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.enterprises.models import Enterprise
from apps.matching import listings, wording
from apps.matching.criteria import COUNT, CRITERIA, TRACK_RECORD, UNKNOWN, Way, contributions, way
from apps.matching.models import Current, Match, Run
from apps.opportunities.models import Opportunity


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion of one way: score in [0, 1], its share of the known weight, and what it adds to the way's score."""

    criterion: str
    score: float
    weight: float
    contribution: float
    text: str


@dataclass(frozen=True, slots=True)
class Fit:
    """One way of a match; the contributions of its reasons add up to its score. Without a score nothing is known."""

    score: float | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """The other side of a match as its owner sees it."""

    kind: str  # "opportunity" or "enterprise"
    opportunity: Opportunity | None
    enterprise: Enterprise
    score: float
    confidence: float
    forward: Fit
    backward: Fit
    unknown: tuple[str, ...]
    blocked: tuple[str, ...] = ()


def current_run() -> Run | None:
    """The run whose lists are shown."""
    current = Current.objects.select_related("run").filter(pk=1).first()
    return current.run if current else None


def matches_of(
    *, opportunity_id: int | None = None, enterprise_id: int | None = None, limit: int = 20
) -> list[Partner]:
    """The list of an opportunity, or of an enterprise that stands as an offer, best first, in the reader's language."""
    run = current_run()
    if run is None:
        return []
    key = (
        listings.opportunity_key(opportunity_id)
        if opportunity_id is not None
        else listings.enterprise_key(enterprise_id or 0)
    )
    rows = list(Match.objects.filter(run_id=run.pk, owner=key).order_by("-score", "other")[:limit])
    opportunities, enterprises = _shown([row.other for row in rows])
    offering = opportunity_id is None or Opportunity.objects.filter(pk=opportunity_id, side="offer").exists()
    found = []
    for row in rows:
        opportunity = None if row.other % 2 else opportunities.get(row.other // 2)
        enterprise = (
            opportunity.enterprise if opportunity else enterprises.get(row.other // 2) if row.other % 2 else None
        )
        if enterprise is not None:  # between a withdrawal and its delivery a list may name what is gone
            found.append(_partner(row, opportunity, enterprise, run.weights, offering=offering))
    return found


def _shown(keys: Sequence[int]) -> tuple[dict[int, Opportunity], dict[int, Enterprise]]:
    opportunities = (
        Opportunity.objects.published().select_related("enterprise", "project").filter(enterprise__state="published")
    )
    enterprises = Enterprise.objects.published()
    return (
        opportunities.in_bulk([key // 2 for key in keys if key % 2 == 0]),
        enterprises.in_bulk([key // 2 for key in keys if key % 2]),
    )


def _partner(
    row: Match, opportunity: Opportunity | None, enterprise: Enterprise, weights: Mapping[str, int], *, offering: bool
) -> Partner:
    packed = bytes(row.reasons)
    ours, theirs = packed[:COUNT], packed[COUNT:]
    return Partner(
        kind="opportunity" if opportunity else "enterprise",
        opportunity=opportunity,
        enterprise=enterprise,
        score=row.score,
        confidence=round(row.confidence, 4),
        forward=_fit(ours, weights, offering=offering),
        backward=_fit(theirs, weights, offering=not offering),
        unknown=_unknown(ours, offering=offering),
    )


def _fit(scores: Sequence[int], weights: Mapping[str, int], *, offering: bool) -> Fit:
    counted = contributions(scores, weights)
    reasons = [Reason(name, *numbers, text=wording.sentence(name, numbers[0])) for name, numbers in counted.items()]
    whole: Way = way(scores, weights, offering=offering)
    return Fit(whole.score, tuple(sorted(reasons, key=lambda reason: (-reason.contribution, reason.criterion))))


def _unknown(scores: Sequence[int], *, offering: bool) -> tuple[str, ...]:
    """Criteria that would count if either side stated them."""
    return tuple(
        name
        for name, score in zip(CRITERIA, scores, strict=True)
        if score == UNKNOWN and not (offering and name in TRACK_RECORD)
    )
