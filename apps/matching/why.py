"""Why a named partner does not stand in a listing's list, as far as that may be told.

What may not be told is said in one way, whatever it is: whom either side keeps away, who belongs to one group, where a project lies
that is not public. So the answer is the first of these that holds, and none before the last depends on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from apps.enterprises.models import Enterprise
from apps.enterprises.rules import pk_of
from apps.introductions.rules import Party
from apps.matching import against, marks, near, obstacles, selectors
from apps.matching.criteria import TOP
from apps.matching.models import Match, Run
from apps.matching.selectors import Partner, Row
from apps.opportunities.models import Opportunity

Outcome = Literal["unknown", "own", "side", "listed", "told", "waiting", "below", "untold"]


@dataclass(frozen=True, slots=True)
class Answer:
    """How it stands with a partner; `place` in the list, `partner` with its score where both are compared."""

    outcome: Outcome
    partner: Partner | None = None
    place: int = 0
    told: tuple[str, ...] = ()


def named(text: str) -> Party | None:
    """The enterprise (vb-17) or the listing (its number or address) that somebody writes; None where it is neither."""
    text = text.strip()
    if enterprise := pk_of(text):
        return Party("enterprise", enterprise)
    parts = [part for part in text.partition("?")[0].partition("#")[0].split("/") if part]
    number = parts[-1] if parts else ""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    return Party("enterprise" if "enterprises" in parts else "opportunity", int(number))


def why(mine: Row, party: Party | None) -> Answer:
    """Why a partner is not in the list of one of our rows, or where it stands there."""
    theirs = _rows(party) if party else []
    if not theirs:
        return Answer("unknown")
    if _firm(theirs[0]) == _firm(mine):
        return Answer("own")
    offering = selectors.is_offer(mine)
    facing = [row for row in theirs if selectors.is_offer(row) != offering]
    if not facing:
        return Answer("side")
    run = selectors.current_run()
    return _compared(run, mine, facing) if run else Answer("waiting")


def _rows(party: Party) -> list[Row]:
    """What is public of a partner: one listing, or an enterprise with its listings."""
    key = marks.key_of(party)
    if party.kind == "opportunity":
        return list(selectors.shown_of([key]).values())
    posted = Opportunity.objects.published().filter(enterprise_id=party.pk).order_by("-pk")[: near.CHOSEN]
    return list(selectors.shown_of([key, *(marks.key_of(Party("opportunity", row.pk)) for row in posted)]).values())


def _firm(row: Row) -> int:
    return int(row.pk if isinstance(row, Enterprise) else row.enterprise_id)


def _compared(run: Run, mine: Row, facing: Sequence[Row]) -> Answer:
    key, others = selectors.key_of(mine), {selectors.key_of(row): row for row in facing}
    listed = list(
        Match.objects.filter(run_id=run.pk, owner=key).order_by("-score", "other").values_list("other", flat=True)[:TOP]
    )
    for place, other in enumerate(listed, start=1):
        if other in others:
            return Answer("listed", selectors.partners_at(run, [(key, other)]).get((key, other)), place)
    told = {other: obstacles.told(mine, row) for other, row in others.items()}
    free = [other for other in others if not told[other]]
    if not free:
        return Answer("told", told=tuple(dict.fromkeys(text for texts in told.values() for text in texts)))
    met = against.between(run, key, free)
    if met is None:
        return Answer("waiting")
    if met:
        return Answer(
            "below", selectors.partner_of(met[0], others[met[0].other], run.weights, offering=selectors.is_offer(mine))
        )
    return Answer("untold")
