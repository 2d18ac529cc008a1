"""What the platform asks of matching: follow a change, and compute everything anew."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.journal import services as journal
from apps.matching import depot, increments, listings, live, marks, news, proof, runs, selectors, sources, store
from apps.matching.models import Run, Visit
from apps.matching.rules import Marked
from apps.matching.snapshot import Damaged

MANY = 200  # more changed listings at once are left to a full run
VISIT = timedelta(hours=1)  # so long after its beginning a visit of the page counts as the same one
_PASTS = {Marked.SHORTLISTED: "shortlisted", Marked.DISMISSED: "dismissed", "": "restored", None: "noted"}
# What is NULL stays as it is; a row that would not change is left alone, and not returned.
_MARK = """
INSERT INTO matching_mark AS m (enterprise_id, owner, other, state, reason, note, by_id)
VALUES (%(enterprise)s, %(owner)s, %(other)s, coalesce(%(state)s, ''), coalesce(%(reason)s, ''), coalesce(%(note)s, ''), %(by)s)
ON CONFLICT (owner, other) DO UPDATE
   SET state = coalesce(%(state)s, m.state), reason = coalesce(%(reason)s, m.reason), note = coalesce(%(note)s, m.note),
       by_id = %(by)s, at = now()
 WHERE (coalesce(%(state)s, m.state), coalesce(%(reason)s, m.reason), coalesce(%(note)s, m.note))
       IS DISTINCT FROM (m.state, m.reason, m.note)
RETURNING id
"""


@transaction.atomic
def follow(*, enterprise_ids: Sequence[int] = (), opportunity_ids: Sequence[int] = ()) -> int:
    """Make lists agree with these rows as they are now; returns how many listings had changed.

    Where there are no lists yet, the vocabulary is another one, or much changed at once, a full run is asked for instead.
    """
    _have_snapshot()
    store.lock()
    changed = store.refresh(enterprise_ids=enterprise_ids, opportunity_ids=opportunity_ids)
    if changed:
        _update_lists(changed)
    return len(changed)


def _have_snapshot() -> None:
    run = selectors.current_run()
    if run is not None:
        with suppress(Damaged):
            depot.bring(run)


def _update_lists(changed: Sequence[int]) -> None:
    run = selectors.current_run()
    if run is None or len(changed) > MANY or run.stamp != store.stamp(sources.vocabulary()):
        _leave_to_a_run(changed)
        return
    try:
        here = live.standing(run)
    except Damaged:  # lost or spoilt: a new run writes another
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


def shortlist(*, pair: marks.Pair, enterprise: int, actor: User) -> bool:
    """Put a match on the shortlist of the enterprise whose list it is in."""
    return _mark(pair, enterprise, actor, state=Marked.SHORTLISTED, reason="")


def dismiss(*, pair: marks.Pair, enterprise: int, actor: User, reason: str, note: str | None = None) -> bool:
    """Take a match out of its owner's list, for a reason of the introductions' rules; it is not pushed again."""
    return _mark(pair, enterprise, actor, state=Marked.DISMISSED, reason=reason, note=note)


def restore(*, pair: marks.Pair, enterprise: int, actor: User) -> bool:
    """Take a match off the shortlist, or bring one back that was dismissed; its note stays."""
    return _mark(pair, enterprise, actor, state="", reason="")


def note(*, pair: marks.Pair, enterprise: int, actor: User, text: str) -> bool:
    """Put down what is worth remembering of a match."""
    return _mark(pair, enterprise, actor, note=text)


@transaction.atomic
def _mark(
    pair: marks.Pair,
    enterprise: int,
    actor: User,
    *,
    state: str | None = None,
    reason: str | None = None,
    note: str | None = None,
) -> bool:
    """One conditional upsert, and a fact of the enterprise alone where something changed."""
    owner, other = pair
    values = {"owner": owner, "other": other, "state": state, "reason": reason, "note": note}
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {**values, "enterprise": enterprise, "by": actor.pk})
        row = cursor.fetchone()
    if row:
        journal.record(
            kind=f"match.{_PASTS[state]}", subject="match", ids=row, actor=actor.pk, enterprise=enterprise,
            mine=str(marks.party_of(owner)), theirs=str(marks.party_of(other)), **({"reason": reason} if reason else {}),
        )  # fmt: skip
    return row is not None


@transaction.atomic
def visit(*, user: User, enterprise: int, pairs: Collection[marks.Pair]) -> Visit:
    """Remember what a member finds in the enterprise's lists; `before` is what they found on their visit before this one."""
    packed = marks.packed(pairs)
    row, _ = Visit.objects.get_or_create(user=user, enterprise_id=enterprise, defaults={"pairs": packed})
    ended = Visit.objects.filter(pk=row.pk, at__lte=Now() - VISIT)
    if ended.update(before=F("pairs"), before_at=F("at"), pairs=packed, at=Now()):
        row.refresh_from_db()
    return row
