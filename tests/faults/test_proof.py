"""After thousands of random changes the lists are those that a full run over everything, read anew, gives."""

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.matching import live, proof, runs, selectors
from apps.matching.criteria import TOP
from apps.matching.models import Match, PackedListing, Run
from tests.faults.changes import Changes
from tests.faults.machinery import WHOLE

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
CHANGES = 10_000 if WHOLE else 300
SEED = int(os.environ.get("SEED", random.randrange(10**6) if WHOLE else 2))
WORKERS = 2


@pytest.fixture
def small_parts(
    thesaurus: None, compiled: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs of several parts, and a folder of their own for snapshots."""
    settings.SNAPSHOT_DIR = tmp_path / "snapshots"
    monkeypatch.setattr(runs, "PAIRS_A_PART", 1)


class Workers:
    """Workers that take what is queued in any order, each with what it holds of a run in its own memory."""

    def __init__(self, chance: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
        self.chance = chance
        self.patch = monkeypatch
        self.memories: list[dict[int, live.Standing]] = [{} for _ in range(WORKERS)]

    def work(self, most: int = 1_000_000) -> None:
        """Do so many deliveries, or all; any that fails fails the test."""
        waiting = Delivery.objects.filter(queue="matching", state=Delivery.State.QUEUED).order_by("pk")
        while most and (queued := list(waiting.values_list("pk", flat=True))):
            number = self.chance.choice(queued)
            self.patch.setattr(live, "_held", self.chance.choice(self.memories))
            assert deliveries.deliver(number), Delivery.objects.get(pk=number).error
            most -= 1


def lists() -> dict[tuple[int, int], float]:
    """The score of each entry of the lists that are shown."""
    rows = Match.objects.filter(run_id=shown().pk).values_list("owner", "other", "score")
    return {(owner, other): score for owner, other, score in rows}


def shown() -> Run:
    run = selectors.current_run()
    assert run
    return run


def test_after_random_changes_and_two_runs_midway_the_lists_are_those_of_a_fresh_full_run(
    small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"SEED={SEED}")
    chance = random.Random(SEED)
    changes, workers = Changes(chance), Workers(chance, monkeypatch)
    changes.begin()
    workers.work()
    rolls = {CHANGES // 3: changes.rate, 2 * CHANGES // 3: changes.weigh}
    for number in range(CHANGES):
        rolls.get(number, lambda: None)()
        changes.make_one()
        workers.work(chance.choice([0, 0, 1, 2, 5]))
    workers.work()
    kept = lists()
    assert max(Counter(owner for owner, _ in kept).values()) == TOP, "somebody is left outside a list"
    PackedListing.objects.update(stamp="")  # the run reads every listing anew
    Run.objects.filter(pk=runs.request().pk).update(weights=shown().weights)
    workers.work()
    assert kept == lists(), f"SEED={SEED}: {dict(changes.made)}"
    assert (shown().compared or 0) > 0
    assert not Run.objects.filter(disagreements__gt=0).exists()


def test_a_run_counts_the_lists_that_are_not_as_it_finds_them(
    small_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(1)
    workers = Workers(chance, monkeypatch)
    Changes(chance).begin()
    workers.work()
    one = Match.objects.filter(run_id=shown().pk).order_by("owner", "other").first()
    assert one
    Match.objects.filter(run_id=one.run_id, owner=one.owner, other=one.other).update(score=one.score / 2)
    runs.request()
    workers.work()
    run = proof.last_compared()
    assert run
    assert run == shown()
    assert run.disagreements == 1


FULL = {key: 1 - key / 100 for key in range(1, TOP + 1)}


@pytest.mark.parametrize(
    ("old", "new", "passed_over", "agree"),
    [
        (FULL, FULL, set(), True),
        (FULL, FULL | {1: 0.5}, set(), False),
        ({1: 0.9}, {1: 0.9, 2: 0.8}, set(), False),
        ({1: 0.9}, {1: 0.9, 2: 0.8}, {2}, True),
        (FULL, {key: score for key, score in FULL.items() if key != TOP} | {99: 0.95}, {99}, True),
        (FULL, {key: score for key, score in FULL.items() if key != 1} | {99: 0.95}, {99}, False),
    ],
)  # fmt: skip
def test_lists_agree_but_for_what_only_the_new_run_read(
    old: dict[int, float], new: dict[int, float], passed_over: set[int], agree: bool
) -> None:
    assert proof.agree(old, new, passed_over) is agree
