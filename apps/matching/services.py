"""What the platform asks of matching: follow a change, and compute everything anew."""

from collections.abc import Sequence

from django.db import transaction

from apps.journal import services as journal
from apps.matching import increments, listings, live, runs, selectors, sources, store
from apps.matching.increments import Pair
from apps.matching.models import Run
from apps.matching.snapshot import Damaged

MANY = 200  # more changed listings at once are left to a full run
FOUND_AT_MOST = 50


@transaction.atomic
def follow(*, enterprise_ids: Sequence[int] = (), opportunity_ids: Sequence[int] = ()) -> int:
    """Make lists agree with these rows as they are now; returns how many listings had changed.

    Where there are no lists yet, the vocabulary is another one, or much changed at once, a full run is asked for instead.
    """
    store.lock()
    changed = store.refresh(enterprise_ids=enterprise_ids, opportunity_ids=opportunity_ids)
    if changed:
        _update_lists(changed)
    return len(changed)


def _update_lists(changed: Sequence[int]) -> None:
    run = selectors.current_run()
    if run is None or len(changed) > MANY or run.stamp != store.stamp(sources.vocabulary()):
        runs.request()
        return
    try:
        here = live.standing(run)
    except Damaged:  # another machine's disk: a new run writes a snapshot here
        runs.request()
        return
    tell(increments.catch_up(here))
    if here.tail > max(2000, len(here.offers.keys) // 10):
        runs.request()


@transaction.atomic
def rematch(*, opportunity_id: int) -> int:
    """Settle one listing's lists again, even where nothing about it changed; returns how many listings had changed."""
    store.lock()
    changed = store.refresh(opportunity_ids=[opportunity_id])
    run = selectors.current_run()
    if run is None or run.stamp != store.stamp(sources.vocabulary()):
        runs.request()
        return len(changed)
    here = live.standing(run)
    tell(increments.catch_up(here))
    increments.settle(here, listings.opportunity_key(opportunity_id))
    return len(changed)


def tell(entered: Sequence[Pair]) -> None:
    """Record which pairs are new and good, for both sides: keys and scores only, one fact for each listing that owns the list."""
    good: dict[int, list[Pair]] = {}
    for pair in entered:
        if pair[2] >= selectors.GOOD:
            good.setdefault(pair[0], []).append(pair)
    for owner, pairs in good.items():
        best = sorted(pairs, key=lambda pair: (-pair[2], pair[1]))[:FOUND_AT_MOST]
        journal.record(
            kind="match.found",
            subject="enterprise" if owner % 2 else "opportunity",
            ids=[owner // 2],
            partners=[
                {"kind": "enterprise" if other % 2 else "opportunity", "id": other // 2, "score": round(score, 4)}
                for _, other, score in best
            ],
        )


def request_run(*, actor: int | None = None) -> Run:
    """Ask for a full run; the one that waits already is returned to everybody who asks."""
    return runs.request(actor=actor)


def follow_projects(*, project_ids: Sequence[int]) -> int:
    """A project's site is where its requests are."""
    return follow(opportunity_ids=sources.opportunities_of_projects(project_ids))
