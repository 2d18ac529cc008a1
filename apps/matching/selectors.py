"""Reading a listing's list of matches, with reasons for both ways."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from apps.enterprises.models import Enterprise
from apps.introductions.rules import INTRODUCED
from apps.introductions.selectors import room
from apps.journal.models import Fact
from apps.matching import attention, listings, near, obstacles, wording
from apps.matching.criteria import (
    COUNT,
    CRITERIA,
    DEFAULT_WEIGHTS,
    TRACK_RECORD,
    UNKNOWN,
    Way,
    contributions,
    seen,
    way,
)
from apps.matching.models import Current, FairnessReport, Match, Run, WeightSet
from apps.opportunities.models import Opportunity

GOOD = 0.6  # the score from which people are told of a partner
NEAR = 10
_NEWEST = """
  WITH mine AS (SELECT 2 * id AS key, published_at FROM opportunities_opportunity WHERE state = 'published' AND enterprise_id = ANY(%(ids)s)
                UNION ALL
                SELECT 2 * id + 1, published_at FROM enterprises_enterprise WHERE state = 'published' AND id = ANY(%(ids)s)),
       met AS (SELECT coalesce(2 * sender_opportunity_id, 2 * sender_id + 1) AS one,
                      coalesce(2 * receiver_opportunity_id, 2 * receiver_id + 1) AS two
                 FROM introductions_introduction
                WHERE state = ANY(%(introduced)s) AND (sender_id = ANY(%(ids)s) OR receiver_id = ANY(%(ids)s))),
       best AS (SELECT DISTINCT ON (m.other) m.owner, m.other, m.score,
                       greatest(mine.published_at, theirs.published_at, firm.published_at) AS since
                  FROM mine
                  JOIN matching_match m ON m.run_id = %(run)s AND m.owner = mine.key AND m.score >= %(least)s
                  LEFT JOIN opportunities_opportunity theirs ON m.other %% 2 = 0 AND theirs.id = m.other / 2
                  LEFT JOIN enterprises_enterprise firm ON m.other %% 2 = 1 AND firm.id = m.other / 2
                 WHERE NOT EXISTS (SELECT FROM matching_mark k
                                    WHERE k.owner = m.owner AND k.other = m.other AND k.state = 'dismissed')
                   AND NOT EXISTS (SELECT FROM met WHERE (one, two) IN ((m.owner, m.other), (m.other, m.owner)))
                 ORDER BY m.other, m.score DESC, m.owner)
SELECT owner, other, score, since FROM best ORDER BY since DESC NULLS LAST, score DESC, other LIMIT %(limit)s
"""
Row = Opportunity | Enterprise


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
    """The other side of a match as its owner sees it; where `blocked` says why, it is none, and the score what it would be."""

    kind: str  # "opportunity" or "enterprise"
    opportunity: Opportunity | None
    enterprise: Enterprise
    score: float
    confidence: float
    forward: Fit
    backward: Fit
    unknown: tuple[str, ...]
    blocked: tuple[str, ...] = ()
    busy: bool = False  # as many introductions wait for its answer as it takes

    @property
    def key(self) -> int:
        """What it is called in the lists."""
        return key_of(self.opportunity or self.enterprise)


@dataclass(frozen=True, slots=True)
class Newest:
    """A good partner of one of several listings; `since` both are public."""

    mine: Row
    theirs: Row
    score: float
    since: datetime | None


def current_run() -> Run | None:
    """The run whose lists are shown."""
    current = Current.objects.select_related("run").filter(pk=1).first()
    return current.run if current else None


def applied() -> WeightSet | None:
    """The weights that the operator applied; None while those that ship hold."""
    return WeightSet.objects.filter(state=WeightSet.State.APPLIED).first()


def weights_now() -> dict[str, int]:
    """The weights of the next full run."""
    chosen = applied()
    return dict(chosen.weights if chosen else DEFAULT_WEIGHTS)


def last_lesson() -> Fact | None:
    """When weights were last learned from answers to introductions, or there was too little to learn from."""
    return Fact.objects.filter(kind__in=["weights.learned", "weights.too_few"]).order_by("-pk").first()


def matches_of(
    *, opportunity_id: int | None = None, enterprise_id: int | None = None, limit: int = 20, spread: bool = False
) -> list[Partner]:
    """The list of an opportunity, or of an enterprise that stands as an offer, best first, in the reader's language.

    With `spread`, a request's partners come in the order that also spreads attention.
    """
    run = current_run()
    if run is None:
        return []
    if opportunity_id is None:
        key, offering = listings.enterprise_key(enterprise_id or 0), True
    else:
        key = listings.opportunity_key(opportunity_id)
        offering = Opportunity.objects.filter(pk=opportunity_id, side="offer").exists()
    rows = list(Match.objects.filter(run_id=run.pk, owner=key).order_by("-score", "other")[:limit])
    if spread and not offering:
        rows = attention.shown(run, key, rows)
    return _partners(rows, run.weights, offering=offering)


def shown_matches(*, opportunity_id: int | None = None, enterprise_id: int | None = None) -> list[Partner]:
    """The list as its owner is shown it: in the order that the operator chose, with who takes no more introductions now.

    Where attention is spread, those come last.
    """
    spread = settings.MATCHING_EXPOSURE
    found = matches_of(opportunity_id=opportunity_id, enterprise_id=enterprise_id, spread=spread)
    left = room({partner.enterprise.pk for partner in found})
    marked = [replace(partner, busy=not left.get(partner.enterprise.pk)) for partner in found]
    return sorted(marked, key=lambda partner: partner.busy) if spread else marked


def fairness() -> FairnessReport | None:
    """The latest report of how evenly lists spread attention."""
    return FairnessReport.objects.order_by("-run_id").first()


def near_misses(row: Row) -> list[Partner]:
    """Partners that would score well but for what `blocked` tells, best first; for the listing's own people only.

    An enterprise stands for itself only where none of its listings is there.
    """
    run = current_run()
    if run is None:
        return []
    key, offering = key_of(row), is_offer(row)
    entries = near.entries(run, key, least=_near_from(run.pk, key))
    found = [
        replace(partner, blocked=obstacles.told(row, partner.opportunity or partner.enterprise))
        for partner in _partners(entries, run.weights, offering=offering)
    ]
    posted = {partner.enterprise.pk for partner in found if partner.opportunity}
    told = [partner for partner in found if partner.opportunity or partner.enterprise.pk not in posted]
    return [partner for partner in told if partner.blocked][:NEAR]


def _near_from(run_id: int, key: int) -> float:
    """Blocked is worth telling who is good, or would stand among the first ten of the list that its owner sees anyway."""
    tenth = (
        Match.objects.filter(run_id=run_id, owner=key).order_by("-score", "other").values_list("score", flat=True)[9:10]
    )
    return min([GOOD, *tenth])


def newest_of(enterprise_ids: Sequence[int], *, limit: int) -> list[Newest]:
    """The newest good partners of these enterprises and their listings, each once, where it fits best.

    Neither whom they dismissed nor whom they have been introduced to.
    """
    run = current_run()
    if run is None or not enterprise_ids:
        return []
    values: dict[str, Any] = {
        "ids": list(enterprise_ids), "run": run.pk, "least": GOOD, "limit": limit, "introduced": list(INTRODUCED),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, values)
        rows = cursor.fetchall()
    shown = shown_of([key for owner, other, _, _ in rows for key in (owner, other)])
    found = [(shown.get(owner), shown.get(other), score, since) for owner, other, score, since in rows]
    return [Newest(mine, theirs, score, since) for mine, theirs, score, since in found if mine and theirs]


def shown_of(keys: Sequence[int]) -> dict[int, Row]:
    """What is public of these, by key; between a withdrawal and its delivery a list may name what is gone."""
    opportunities = (
        Opportunity.objects.published()
        .select_related("enterprise", "project__owner")
        .filter(enterprise__state="published", pk__in=[key // 2 for key in keys if key % 2 == 0])
    )
    enterprises = Enterprise.objects.published().filter(pk__in=[key // 2 for key in keys if key % 2])
    found: dict[int, Row] = {listings.opportunity_key(row.pk): row for row in opportunities}
    return found | {listings.enterprise_key(row.pk): row for row in enterprises}


def partners_at(run: Run, pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], Partner]:
    """These entries of lists, each an owner and another, as their owner sees them; without those that are not public now."""
    owners, others = ({pair[side] for pair in pairs} for side in (0, 1))
    rows = Match.objects.filter(run_id=run.pk, owner__in=owners, other__in=others)
    wanted = [row for row in rows if (row.owner, row.other) in set(pairs)]
    shown = shown_of([key for pair in pairs for key in pair])
    return {
        (row.owner, row.other): partner_of(row, shown[row.other], run.weights, offering=is_offer(shown[row.owner]))
        for row in wanted
        if row.other in shown and row.owner in shown
    }


def key_of(row: Row) -> int:
    """What a listing or an enterprise is called in the lists."""
    return listings.enterprise_key(row.pk) if isinstance(row, Enterprise) else listings.opportunity_key(row.pk)


def is_offer(row: Row) -> bool:
    """Whether it stands among the offers, as enterprises do through their profiles."""
    return isinstance(row, Enterprise) or row.side == "offer"


def _partners(rows: Sequence[Match], weights: Mapping[str, int], *, offering: bool) -> list[Partner]:
    shown = shown_of([row.other for row in rows])
    return [partner_of(row, shown[row.other], weights, offering=offering) for row in rows if row.other in shown]


def partner_of(row: Match, other: Row, weights: Mapping[str, int], *, offering: bool) -> Partner:
    """An entry of a list as its owner sees it, in the reader's language."""
    packed = bytes(row.reasons)
    ours, theirs = packed[:COUNT], packed[COUNT:]
    opportunity = other if isinstance(other, Opportunity) else None
    return Partner(
        kind="opportunity" if opportunity else "enterprise",
        opportunity=opportunity,
        enterprise=other.enterprise if isinstance(other, Opportunity) else other,
        score=row.score,
        confidence=round(row.confidence, 4),
        forward=_fit(ours, weights, offering=offering),
        backward=_fit(theirs, weights, offering=not offering),
        unknown=_unknown(ours, weights, offering=offering),
    )


def _fit(scores: Sequence[int], weights: Mapping[str, int], *, offering: bool) -> Fit:
    counted = contributions(scores, weights, offering=offering)
    reasons = [Reason(name, *numbers, text=wording.sentence(name, numbers[0])) for name, numbers in counted.items()]
    whole: Way = way(scores, weights, offering=offering)
    return Fit(whole.score, tuple(sorted(reasons, key=lambda reason: (-reason.contribution, reason.criterion))))


def _unknown(scores: Sequence[int], weights: Mapping[str, int], *, offering: bool) -> tuple[str, ...]:
    """Criteria that would count if either side stated them."""
    ways = [seen(weights, offering=each) for each in (False, True)]
    return tuple(
        name
        for name, score in zip(CRITERIA, scores, strict=True)
        if score == UNKNOWN and not (offering and name in TRACK_RECORD) and any(way[name] for way in ways)
    )
