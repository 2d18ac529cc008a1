"""After thousands of random changes the lists are those that a full run over everything, read anew, gives."""

import os
import random
from pathlib import Path
from typing import Any

import pytest

from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.matching import live, runs, selectors
from apps.matching.criteria import TOP
from apps.matching.models import Match, PackedListing, Run
from tests.faults.changes import Changes
from tests.faults.machinery import WHOLE

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
CHANGES = 10_000 if WHOLE else 300
SEED = int(os.environ.get("SEED", random.randrange(10**6) if WHOLE else 1))
WORKERS = 2


@pytest.fixture
def small(thesaurus: None, compiled: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
        """Do so many deliveries, or all."""
        waiting = Delivery.objects.filter(queue="matching", state=Delivery.State.QUEUED).order_by("pk")
        for _ in range(most):
            queued = list(waiting.values_list("pk", flat=True))
            if not queued:
                return
            number = self.chance.choice(queued)
            self.patch.setattr(live, "_held", self.chance.choice(self.memories))
            assert deliveries.deliver(number), Delivery.objects.get(pk=number).error


def lists() -> dict[tuple[int, int], float]:
    """The score of each entry of the lists that are shown."""
    run = selectors.current_run()
    assert run
    return dict(
        ((owner, other), score)
        for owner, other, score in Match.objects.filter(run_id=run.pk).values_list("owner", "other", "score")
    )


def test_after_random_changes_and_two_runs_midway_the_lists_are_those_of_a_fresh_full_run(
    small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"SEED={SEED}")
    chance = random.Random(SEED)
    changes, workers = Changes(chance), Workers(chance, monkeypatch)
    changes.begin()
    workers.work()
    for number in range(CHANGES):
        if number == CHANGES // 3:
            changes.rate()
        if number == 2 * CHANGES // 3:
            changes.weigh()
        changes.make_one()
        workers.work(chance.choice([0, 0, 1, 2, 5]))
    workers.work()
    print(dict(changes.made))
    from apps.matching.models import Run as R

    print(
        list(R.objects.values_list("pk", "state", "offers", "requests", "parts", "sequence")),
        sum(1 for _ in PackedListing.objects.all()),
        len(live._held),
    )
    kept = lists()
    assert max(sum(owner == one for owner, _ in kept) for one in {owner for owner, _ in kept}) == TOP
    before = PackedListing.objects.order_by("-sequence").values_list("sequence", flat=True)[0]
    PackedListing.objects.update(stamp="")  # the run reads every listing anew
    last = selectors.current_run()
    assert last
    Run.objects.filter(pk=runs.request().pk).update(weights=last.weights)
    workers.work()
    from apps.matching import store

    print("changed", PackedListing.objects.filter(sequence__gt=before).count())
    assert kept == lists()
    assert 0
