"""What the platform asks of matching: follow a change, and compute everything anew."""

from collections.abc import Sequence

from django.db import transaction

from apps.matching import increments, listings, live, news, proof, runs, selectors, sources, store
from apps.matching.models import Run
from apps.matching.snapshot import Damaged

MANY = 200  # more changed listings at once are left to a full run


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
        _leave_to_a_run(changed)
        return
    try:
        here = live.standing(run)
    except Damaged:  # another machine's disk: a new run writes a snapshot here
        _leave_to_a_run(changed)
        return
    news.tell(increments.catch_up(here))
    if here.tail > max(2000, len(here.offers.keys) // 10):
        runs.request()


def _leave_to_a_run(changed: Sequence[int]) -> None:
    proof.fall_behind(selectors.current_run())
    news.wait_for_run(changed)
    runs.request()


@transaction.atomic
def rematch(*, opportunity_id: int) -> int:
    """Settle one listing's lists again, even where nothing about it changed; returns how many listings had changed."""
    store.lock()
    changed = store.refresh(opportunity_ids=[opportunity_id])
    run = selectors.current_run()
    if run is None or run.stamp != store.stamp(sources.vocabulary()):
        _leave_to_a_run(changed)
        return len(changed)
    here = live.standing(run)
    news.tell(increments.catch_up(here))
    increments.settle(here, listings.opportunity_key(opportunity_id))
    return len(changed)


def follow_grounds() -> None:
    """Ask for a full run where the lists that are shown rest on other rates, frameworks or concepts than there are now."""
    run = selectors.current_run()
    if run is not None and run.stamp != store.stamp(sources.vocabulary()):
        runs.request()


def request_run(*, actor: int | None = None) -> Run:
    """Ask for a full run; the one that waits already is returned to everybody who asks."""
    return runs.request(actor=actor)


def follow_projects(*, project_ids: Sequence[int]) -> int:
    """A project's site is where its requests are."""
    return follow(opportunity_ids=sources.opportunities_of_projects(project_ids))
