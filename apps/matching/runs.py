"""A full run: snapshot, ranges of offers scored by any worker, merge, and the switch of the lists that are shown.

The deliveries of one fact carry it: "begin", one "score" for each range of offers, "merge", "tidy", and "spread" where the
operator wants it. Each does its work in the
transaction that marks it done, so a worker that is killed loses nothing but its own part, and another does that part again.
"""

import shutil
from collections.abc import Callable
from functools import partial

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now, TruncDate

from apps.enterprises.models import Claim, Enterprise
from apps.journal import services as journal
from apps.journal.models import Delivery, Fact
from apps.matching import (
    copying,
    increments,
    kernel,
    listings,
    live,
    merging,
    news,
    proof,
    selectors,
    snapshot,
    sources,
    store,
)
from apps.matching.criteria import TOP
from apps.matching.kernel import Lists
from apps.matching.layout import TILE
from apps.matching.live import standing
from apps.matching.models import Current, PackedListing, Part, Run

BEGIN, SCORE, MERGE, TIDY = "matching.begin", "matching.score", "matching.merge", "matching.tidy"
SPREAD = "matching.spread"
PAIRS_A_PART = 250_000_000  # one to five seconds of work
REFRESHED = 1000  # listings packed at a time
Renew = Callable[[], None]  # prolongs the lease of the delivery that is being worked on


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
            Run.objects.filter(pk=run.pk).update(state=Run.State.ABANDONED, finished_at=Now())
            _let_the_next_begin(run)


def _let_the_next_begin(ended: Run) -> None:
    """A run that waited for this one has had its first delivery already, so it needs another."""
    waiting = Run.objects.filter(state=Run.State.REQUESTED).exclude(pk=ended.pk).first()
    if waiting:
        journal.deliver_to(fact=Fact.objects.get(pk=waiting.fact_id or 0), handler=BEGIN, keys=[f"after {ended.pk}"])


def begin(fact: Fact, renew: Renew) -> None:
    """Take the lease, write the snapshot, open the partition, hand out the ranges; nothing where another run is at work."""
    run = Run.objects.filter(pk=fact.subject_ids[0], state=Run.State.REQUESTED).first()
    store.lock()
    if run is None or Run.objects.filter(state=Run.State.RUNNING).exists():
        return
    Run.objects.filter(pk=run.pk).update(state=Run.State.RUNNING, started_at=Now(), followed=_last_change())
    vocabulary = sources.vocabulary()
    refresh_stale(store.stamp(vocabulary), renew)
    _write_snapshot(run, vocabulary, renew)
    run.refresh_from_db()
    start(run, fact)


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


def _write_snapshot(run: Run, vocabulary: listings.Vocabulary, renew: Renew) -> None:
    offers: list[listings.Packed] = []
    requests: list[listings.Packed] = []
    last = 0
    for _, sequence, is_request, data in store.read(present_only=True):
        (requests if is_request else offers).append(store.decode(bytes(data or b"")))
        last = sequence
    last = max(last, _last_change())
    renew()
    words = _lexicon(offers + requests)
    found = snapshot.lay_out(offers, requests, words)
    renew()
    checksum = snapshot.write(live.folder(run.pk), found, words, vocabulary.alike)
    Run.objects.filter(pk=run.pk).update(
        checksum=checksum, stamp=store.stamp(vocabulary), sequence=last, offers=len(offers), requests=len(requests)
    )


def _lexicon(items: list[listings.Packed]) -> snapshot.Lexicon:
    """How telling words are stays as it was until a quarter more or fewer texts are there: lists then agree with increments."""
    current = selectors.current_run()
    if current is not None:
        try:
            _, words, _ = snapshot.read(live.folder(current.pk), current.checksum)
        except snapshot.Damaged:
            words = snapshot.EMPTY_LEXICON
        if words.documents and 0.8 <= snapshot.documents(items) / words.documents <= 1.25:
            return words
    return snapshot.lexicon(items)


def start(run: Run, fact: Fact) -> None:
    """Open the partition and hand out the ranges of a run whose snapshot is written."""
    size = max(TILE, PAIRS_A_PART // max(1, run.requests) // TILE * TILE)
    ranges = [(at, min(at + size, run.offers)) for at in range(0, max(run.offers, 1), size)]
    _call("matching_open_partition", run.pk)
    Run.objects.filter(pk=run.pk).update(parts=len(ranges), remaining=len(ranges))
    journal.deliver_to(fact=fact, handler=SCORE, keys=[f"{begin_at}-{end}" for begin_at, end in ranges])


def _call(function: str, run_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [run_id])


def _partition(run_id: int) -> str:
    return f"matching_match_{int(run_id)}"


def score(fact: Fact, key: str) -> None:
    """Score a range of offers with all requests: the offers' lists become rows, the requests' are kept for the merge."""
    run = Run.objects.filter(pk=fact.subject_ids[0], state=Run.State.RUNNING).first()
    if run is None:
        return
    here = standing(run)
    begin_at, end = (int(part) for part in key.split("-"))
    of_offers, of_requests, pairs = kernel.scan(here.offers, here.requests, here.rule, start=begin_at, stop=end)
    found = copying.rows_of_lists(
        run.pk, of_offers, here.offers, here.requests, here.rule, offering=True, first=begin_at
    )
    copying.copy(_partition(run.pk), found)
    Part.objects.create(run=run, start=begin_at, lists=of_requests.scores.tobytes() + of_requests.places.tobytes())
    _finish_part(run, fact, pairs)


def _finish_part(run: Run, fact: Fact, pairs: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matching_run SET remaining = remaining - 1, pairs = pairs + %s WHERE id = %s RETURNING remaining",
            [pairs, run.pk],
        )
        if cursor.fetchone() == (0,):
            journal.deliver_to(fact=fact, handler=MERGE, keys=[""])


def merge(fact: Fact, renew: Renew) -> None:
    """Merge the requests' lists, index the partition, catch up with what changed meanwhile, and show it."""
    run = Run.objects.filter(pk=fact.subject_ids[0], state=Run.State.RUNNING).first()
    if run is None:
        return
    here = standing(run)
    copying.copy(_partition(run.pk), copying.rows_of_lists(
        run.pk, merging.merged(_parts(run, len(here.requests.keys)), here.offers), here.offers, here.requests, here.rule, offering=False
    ))  # fmt: skip
    renew()
    _call("matching_attach_partition", run.pk)
    store.lock()
    renew()
    increments.catch_up(here)
    if shown := selectors.current_run():
        proof.compare(shown, run, here)
    _switch(run, fact)


def _parts(run: Run, requests: int) -> list[Lists]:
    found = Part.objects.filter(run=run).order_by("start").values_list("lists", flat=True)
    return [_lists(bytes(data), requests) for data in found]


def _lists(data: bytes, size: int) -> Lists:
    cut = size * TOP * 8
    return Lists(
        np.frombuffer(data[:cut], np.float64).reshape(size, TOP), np.frombuffer(data[cut:], np.int32).reshape(size, TOP)
    )


def _switch(run: Run, fact: Fact) -> None:
    before = selectors.current_run()
    news.tell_after_run(run.pk, before=before.pk if before else None)
    Current.objects.update_or_create(pk=1, defaults={"run": run})
    Part.objects.filter(run=run).delete()
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, finished_at=Now())
    journal.record(kind="matching.finished", subject="run", ids=[run.pk], actor=run.requested_by)
    journal.deliver_to(fact=fact, handler=TIDY, keys=[""])
    if settings.MATCHING_EXPOSURE:
        journal.deliver_to(fact=fact, handler=SPREAD, keys=[""])
    waiting = Run.objects.filter(state=Run.State.REQUESTED, fact_id__isnull=False).first()
    if waiting:
        journal.deliver_to(fact=Fact.objects.get(pk=waiting.fact_id or 0), handler=BEGIN, keys=[f"after {run.pk}"])


def tidy(fact: Fact) -> None:
    """Drop what runs before the current one left, in the database and on disk."""
    current = Current.objects.values_list("run_id", flat=True).get(pk=1)
    ended = Run.objects.filter(state__in=[Run.State.DONE, Run.State.ABANDONED]).exclude(pk=current).filter(parts__gt=0)
    for run_id in ended.values_list("pk", flat=True):
        _call("matching_drop_partition", run_id)
        transaction.on_commit(partial(shutil.rmtree, live.folder(run_id), ignore_errors=True))
        Part.objects.filter(run_id=run_id).delete()
    ended.update(parts=F("parts") * 0)
