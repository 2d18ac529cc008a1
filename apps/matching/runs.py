"""A full run: snapshot, ranges of offers scored by any worker, merge, and the switch of the lists that are shown.

The deliveries of one fact carry it: "begin", "pack", one "score" for each range of offers, "merge", an "index" for each of two,
"show", "tidy", and "spread" where the operator wants it. Each does its work in the
transaction that marks it done, so a worker that is killed loses nothing but its own part, and another does that part again.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now, TruncDate

from apps.core.clock import database_now
from apps.enterprises.models import Claim, Enterprise
from apps.journal import services as journal
from apps.journal.models import Delivery, Fact
from apps.matching import (
    copying,
    depot,
    increments,
    kernel,
    listings,
    news,
    parts,
    proof,
    selectors,
    snapshot,
    sources,
    store,
)
from apps.matching.live import Standing, standing
from apps.matching.models import Current, PackedListing, Part, Run

BEGIN, PACK, SCORE, MERGE = "matching.begin", "matching.pack", "matching.score", "matching.merge"
INDEX, SHOW, TIDY, SPREAD, NEXT = (
    "matching.index", "matching.show", "matching.tidy", "matching.spread", "matching.next"
)  # fmt: skip
INDEXES = ("owner", "other")
PAIRS_A_PART = 250_000_000  # one to five seconds of work; a larger part looks up as often
REFRESHED = 1000  # listings packed at a time
Renew = Callable[[], None]  # prolongs the lease of the delivery that is being worked on


class Ended(Exception):
    """The run was cancelled while one of its deliveries was at work: what that one wrote is taken back."""


@transaction.atomic
def request(*, actor: int | None = None) -> Run:
    """Ask for a full run; one that waits already serves everybody who asks."""
    store.lock()
    _abandon_what_died()
    waiting = Run.objects.filter(state=Run.State.REQUESTED).first()
    if waiting:
        return waiting
    run = Run.objects.create(state=Run.State.REQUESTED, requested_by=actor, weights=selectors.weights_now())
    fact = journal.record(kind="matching.requested", subject="run", ids=[run.pk], actor=actor)
    Run.objects.filter(pk=run.pk).update(fact_id=fact.pk)
    run.refresh_from_db()
    return run


def _abandon_what_died() -> None:
    """A run of which a part failed five times gives way to the next."""
    for run in Run.objects.filter(state__in=[Run.State.RUNNING, Run.State.REQUESTED]):
        if Delivery.objects.filter(fact_id=run.fact_id or 0, state=Delivery.State.DEAD).exists():
            Run.objects.filter(pk=run.pk, state=run.state).update(state=Run.State.ABANDONED, finished_at=Now())
            let_the_next_begin(after=run.pk)


def let_the_next_begin(*, after: int) -> None:
    """A run that waited for this one has had its first delivery already, so it needs another."""
    waiting = Run.objects.filter(state=Run.State.REQUESTED, fact_id__isnull=False).exclude(pk=after).first()
    if waiting:
        journal.deliver_to(fact=Fact.objects.get(pk=waiting.fact_id or 0), handler=BEGIN, keys=[f"after {after}"])


def begin(fact: Fact, renew: Renew) -> None:
    """Take the run's turn, and pack what is not packed as it should be; nothing where another run is at work.

    The run's row is left alone until the end, so that who cancels does not wait.
    """
    store.lock()
    _have_time(renew)
    run = Run.objects.filter(pk=fact.subject_ids[0], state=Run.State.REQUESTED).first()
    if run is None or Run.objects.filter(state=Run.State.RUNNING).exists():
        return
    began, followed = database_now(), _last_change()
    stamp = store.stamp(sources.vocabulary())
    refresh_stale(stamp, renew)
    asked_for = Run.objects.filter(pk=run.pk, state=Run.State.REQUESTED)
    if asked_for.update(state=Run.State.RUNNING, started_at=began, followed=followed, stamp=stamp):
        journal.deliver_to(fact=fact, handler=PACK, keys=[""])


def _have_time(renew: Renew) -> None:
    """Renewed at once, a delivery is locked: nobody takes it, however long its step lasts, while its process lives."""
    store.take_time()
    renew()


def _last_change() -> int:
    return PackedListing.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def refresh_stale(mark: str, renew: Renew) -> None:
    """Pack what was packed under another vocabulary, whose evidence expired, what was missed, and what is gone."""
    present = dict(PackedListing.objects.filter(data__isnull=False).values_list("key", "stamp"))
    enterprises, opportunities = _published()
    wrong = {key for key, found in present.items() if found != mark} | ({*enterprises, *opportunities} ^ present.keys())
    wrong |= {listings.enterprise_key(each) for each in _evidence_ended()} & enterprises
    held = sorted(wrong)
    for begin_at in range(0, len(held), REFRESHED):
        keys = held[begin_at : begin_at + REFRESHED]
        renew()
        changed = store.refresh(
            enterprise_ids=[key // 2 for key in keys if key % 2],
            opportunity_ids=[key // 2 for key in keys if not key % 2],
        )
        news.wait_for_run([key for key in changed if key not in present])


def _evidence_ended() -> QuerySet[Claim, int]:
    """Enterprises with a claim that was in force when the last run began and is not any more."""
    last = Run.objects.filter(state=Run.State.DONE).order_by("-pk").first()
    ended = Claim.objects.filter(expires__lt=TruncDate(Now()))
    if last is not None and last.started_at:
        ended = ended.filter(expires__gte=last.started_at.date())
    return ended.values_list("enterprise_id", flat=True)


def _published() -> tuple[set[int], set[int]]:
    enterprises = Enterprise.objects.published().values_list("pk", flat=True)
    opportunities = sources.listed().values_list("pk", flat=True)
    return {listings.enterprise_key(each) for each in enterprises}, {
        listings.opportunity_key(each) for each in opportunities
    }


def pack(fact: Fact, renew: Renew) -> None:
    """Write the snapshot, open the partition, hand out the ranges. Lists follow changes meanwhile: nothing is locked."""
    run = _running(fact)
    if run is None:
        return
    _have_time(renew)
    vocabulary = sources.vocabulary()
    if store.stamp(vocabulary) != run.stamp:
        _begin_anew(run)
        return
    written = _write_snapshot(run, vocabulary, renew)
    if Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(**written):
        run.refresh_from_db()
        start(run, fact)
    else:
        transaction.on_commit(depot.sweep, robust=True)


def _begin_anew(run: Run) -> None:
    """The vocabulary changed after the listings were packed for this run: another one packs them again."""
    if Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(state=Run.State.ABANDONED, finished_at=Now()):
        request(actor=run.requested_by)
        let_the_next_begin(after=run.pk)


def _write_snapshot(run: Run, vocabulary: listings.Vocabulary, renew: Renew) -> dict[str, Any]:
    """Write it, and tell what the run keeps of it. What changed after the last change named may be in it or not."""
    last = _last_change()
    offers: list[listings.Packed] = []
    requests: list[listings.Packed] = []
    for *_, is_request, data in store.read(present_only=True):
        (requests if is_request else offers).append(store.decode(bytes(data or b"")))
    words = _lexicon(offers + requests)
    found = snapshot.lay_out(offers, requests, words)
    renew()
    checksum = depot.put(run.pk, found, words, vocabulary.alike)
    return {"checksum": checksum, "sequence": last, "offers": len(offers), "requests": len(requests)}


def _lexicon(items: list[listings.Packed]) -> snapshot.Lexicon:
    """How telling words are stays as it was until a quarter more or fewer texts are there: lists then agree with increments."""
    current = selectors.current_run()
    if current is not None:
        try:
            _, words, _ = depot.read(current)
        except snapshot.Damaged:
            words = snapshot.EMPTY_LEXICON
        if words.documents and 0.8 <= snapshot.documents(items) / words.documents <= 1.25:
            return words
    return snapshot.lexicon(items)


def start(run: Run, fact: Fact) -> None:
    """Open the partition and hand out the ranges of a run whose snapshot is written."""
    ranges = parts.ranges(run.offers, parts.stride(run.requests, PAIRS_A_PART))
    call("matching_open_partition", run.pk)
    Run.objects.filter(pk=run.pk).update(parts=len(ranges), remaining=len(ranges))
    journal.deliver_to(fact=fact, handler=SCORE, keys=[f"{begin_at}-{end}" for begin_at, end in ranges])


def call(function: str, run_id: int) -> None:
    """What the application's role may not do to tables itself: open, attach or drop a run's partition."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [run_id])


def partition(run_id: int) -> str:
    """The table of a run's matches."""
    return f"matching_match_{int(run_id)}"


def _running(fact: Fact) -> Run | None:
    return Run.objects.filter(pk=fact.subject_ids[0], state=Run.State.RUNNING).first()


def _look_up(run: Run, renew: Renew) -> None:
    """Between two stretches of long work: keep the lease, and go no further in a run that was cancelled."""
    renew()
    if not Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).exists():
        raise Ended


def score(fact: Fact, key: str, renew: Renew) -> None:
    """Score a range of offers with all requests: the offers' lists become rows, the requests' are kept for the merge."""
    run = _running(fact)
    if run is None:
        return
    _have_time(renew)
    here = standing(run)
    first, end = (int(place) for place in key.split("-"))
    with suppress(Ended), transaction.atomic():
        pairs = _score(run, here, first, end, renew)
        _finish_part(run, fact, pairs)
    here.rest()


def _score(run: Run, here: Standing, first: int, end: int, renew: Renew) -> int:
    of_requests, pairs = kernel.empty_lists(len(here.requests.keys)), 0
    size = parts.stride(run.requests, PAIRS_A_PART)
    for at in range(first, end, size):
        of_offers, _, met = kernel.scan(
            here.offers, here.requests, here.rule, start=at, stop=min(at + size, end), of_requests=of_requests
        )
        _look_up(run, renew)
        copying.copy(partition(run.pk), copying.rows_of_lists(
            run.pk, of_offers, here.offers, here.requests, here.rule, offering=True, first=at
        ))  # fmt: skip
        pairs += met
    parts.keep(run, first, of_requests)
    return pairs


def _finish_part(run: Run, fact: Fact, pairs: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matching_run SET remaining = remaining - 1, pairs = pairs + %s"
            " WHERE id = %s AND state = 'running' RETURNING remaining",
            [pairs, run.pk],
        )
        left = cursor.fetchone()
    if left is None:
        raise Ended
    if left == (0,):
        journal.deliver_to(fact=fact, handler=MERGE, keys=[""])


def merge(fact: Fact, renew: Renew) -> None:
    """Merge the requests' lists, so that all rows are there and can be indexed."""
    run = _running(fact)
    if run is None:
        return
    _have_time(renew)
    here = standing(run)
    with suppress(Ended), transaction.atomic():
        _merge(run, here, renew)
        journal.deliver_to(fact=fact, handler=INDEX, keys=INDEXES)


def _merge(run: Run, here: Standing, renew: Renew) -> None:
    for at, lists in parts.merged(run, len(here.requests.keys), here.offers.keys):
        _look_up(run, renew)
        for rows in copying.rows_by_partner(run.pk, lists, here.offers, here.requests, here.rule, first=at):
            copying.copy(partition(run.pk), rows)
            here.rest()


def index(fact: Fact, key: str, renew: Renew) -> None:
    """One of the two indexes of the partition; whoever ends last has the lists shown."""
    run = _running(fact)
    if run is None:
        return
    _have_time(renew)
    call(f"matching_index_{key}", run.pk)
    if not Run.objects.select_for_update().filter(pk=run.pk, state=Run.State.RUNNING).exists():
        return
    others = Delivery.objects.filter(fact_id=fact.pk, handler=INDEX).exclude(key=key)
    if not others.exclude(state=Delivery.State.DONE).exists():
        journal.deliver_to(fact=fact, handler=SHOW, keys=[""])


def show(fact: Fact, renew: Renew) -> None:
    """Catch up with what changed meanwhile, and show the lists."""
    run = _running(fact)
    if run is None:
        return
    _have_time(renew)
    here = standing(run)
    with suppress(Ended), transaction.atomic():
        call("matching_attach_partition", run.pk)
        store.lock()
        renew()
        increments.catch_up(here)
        _switch(run, fact, here)


def _switch(run: Run, fact: Fact, here: Standing) -> None:
    """Show the run's lists, unless it is cancelled: of the two the first to change the run's row wins."""
    at_work = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    if not at_work.update(state=Run.State.DONE, finished_at=Now()):
        raise Ended
    before = selectors.current_run()
    if before:
        proof.compare(before, run, here)
    news.tell_after_run(run.pk, before=before.pk if before else None)
    Current.objects.update_or_create(pk=1, defaults={"run": run})
    Part.objects.filter(run=run).delete()
    Run.objects.filter(pk=run.pk).update(finished_at=Now())
    journal.record(kind="matching.finished", subject="run", ids=[run.pk], actor=run.requested_by)
    journal.deliver_to(fact=fact, handler=TIDY, keys=[""])
    if settings.MATCHING_EXPOSURE:
        journal.deliver_to(fact=fact, handler=SPREAD, keys=[""])
    let_the_next_begin(after=run.pk)


def tidy() -> None:
    """Drop what runs that ended left in the database and among the snapshots, but for the one that is shown."""
    shown = Current.objects.filter(run__isnull=False).values("run_id")
    ended = Run.objects.exclude(state__in=[Run.State.REQUESTED, Run.State.RUNNING]).exclude(pk__in=shown)
    for run_id in ended.filter(tidied=False).values_list("pk", flat=True):
        call("matching_drop_partition", run_id)
        Part.objects.filter(run_id=run_id).delete()
        Run.objects.filter(pk=run_id).update(tidied=True)
    transaction.on_commit(depot.sweep, robust=True)
