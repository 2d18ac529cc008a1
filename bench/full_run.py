"""Full runs with 20,000 requests, from the snapshot on disk to indexed rows in PostgreSQL: two workers, one, and a million offers."""

import json
import multiprocessing as processes
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.queues import Queue
from pathlib import Path

OFFERS, MANY, REQUESTS, WORKERS = 100_000, 1_000_000, 20_000, 2
GOAL_SECONDS, GOAL_MANY_SECONDS, GOAL_BYTES, GOAL_WORKERS = 15.0, 120.0, 1.5 * (1 << 30), 1.7


def set_up() -> None:
    """Django with the settings of the tests."""
    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root / "platform"), str(root)]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()


@contextmanager
def scratch() -> Iterator[Path]:
    """A database and a folder of snapshots of one's own; both go at the end."""
    from django.conf import settings
    from django.test.utils import get_runner

    os.environ["BENCH_DATABASE"] = settings.DATABASES["default"]["TEST"]["NAME"] = f"bench_matching_{os.getpid()}"
    runner = get_runner(settings)(verbosity=0, interactive=False)
    made = runner.setup_databases()
    with tempfile.TemporaryDirectory(prefix="voltbridge-bench-") as folder:
        settings.SNAPSHOT_DIR = Path(folder)
        os.environ["SNAPSHOT_DIR"] = folder
        try:
            yield Path(folder)
        finally:
            runner.teardown_databases(made)


def prepare(offers: int, requests: int) -> int:
    """Write the generated snapshot of a run that is ready to start; returns the run's id."""
    from apps.matching import depot, snapshot
    from apps.matching.criteria import DEFAULT_WEIGHTS
    from apps.matching.models import Run
    from bench.generate import generate, similarity

    run = Run.objects.create(state="running", weights=dict(DEFAULT_WEIGHTS), offers=offers, requests=requests)
    checksum = depot.put(run.pk, generate(offers, requests), snapshot.EMPTY_LEXICON, similarity())
    Run.objects.filter(pk=run.pk).update(checksum=checksum)
    return int(run.pk)


def start(run_id: int) -> None:
    """Hand out the ranges of a prepared run."""
    from django.db import transaction

    from apps.journal import services as journal
    from apps.journal.models import Delivery
    from apps.matching import runs
    from apps.matching.models import Run

    with transaction.atomic():
        fact = journal.record(kind="matching.requested", subject="run", ids=[run_id])
        Delivery.objects.filter(fact=fact).delete()  # its "begin" would write a snapshot of the empty platform
        Run.objects.filter(pk=run_id).update(fact_id=fact.pk)
        runs.start(Run.objects.get(pk=run_id), fact)


def worker(ready: "Queue[int]", told: "Queue[int]") -> None:
    """Do deliveries until the run is done, and tell the peak of resident memory."""
    set_up()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
    settings.SNAPSHOT_DIR = Path(os.environ["SNAPSHOT_DIR"])
    from apps.journal import deliveries
    from apps.journal.models import Delivery
    from apps.matching import kernel
    from apps.matching.models import Run

    kernel.warm_up()
    ready.put(1)
    while Run.objects.filter(state="running").exists():
        waiting = list(
            Delivery.objects.filter(state="queued", queue="matching").order_by("pk").values_list("pk", flat=True)[:4]
        )
        if not any(deliveries.deliver(number) for number in waiting):
            time.sleep(0.02)
    told.put(_peak())


def _peak() -> int:
    """Bytes of resident memory at the most, files that it shares with other workers included.

    What `resource` tells would be that of the parent, which made the listings: Linux hands it on when a process begins.
    """
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) * 1024


def run_with_workers(run_id: int, count: int = WORKERS) -> tuple[float, int]:
    """Seconds from handing out the ranges to the switch, and the larger peak of memory."""
    context = processes.get_context("spawn")
    ready: Queue[int] = context.Queue()
    told: Queue[int] = context.Queue()
    workers = [context.Process(target=worker, args=(ready, told)) for _ in range(count)]
    for each in workers:
        each.start()
    for _ in workers:
        ready.get()
    begin = time.perf_counter()
    start(run_id)
    peaks = [told.get() for _ in workers]
    seconds = time.perf_counter() - begin
    for each in workers:
        each.join()
    return seconds, max(peaks)


def _line(bench: str, value: float, unit: str, goal: str, *, ok: bool, **more: float | str | None) -> None:
    line = {"bench": bench, "value": round(value, 2), "unit": unit, "peer": None, "ratio": None, **more}
    print(json.dumps(line | {"goal": goal, "ok": ok}), flush=True)


def main() -> None:
    """Print the seconds of each run, the memory of its workers, and what the second worker gains."""
    set_up()
    with scratch():
        seconds, _peak = run_with_workers(prepare(OFFERS, REQUESTS))
        _line(
            "full_run", seconds, f"s, {OFFERS} offers, two workers", f"<= {GOAL_SECONDS:g}", ok=seconds <= GOAL_SECONDS
        )
        alone, _peak = run_with_workers(prepare(OFFERS, REQUESTS), 1)
        gain = alone / seconds
        _line("full_run_workers", gain, "times as fast as one", f">= {GOAL_WORKERS:g}", ok=gain >= GOAL_WORKERS,
              peer=f"one worker, {alone:.1f} s", ratio=round(gain, 2))  # fmt: skip
        seconds, peak = run_with_workers(prepare(MANY, REQUESTS))
        goal = GOAL_MANY_SECONDS
        _line("full_run_million", seconds, f"s, {MANY} offers, two workers", f"<= {goal:g}", ok=seconds <= goal)
        _line(
            "full_run_memory",
            peak / 2**20,
            f"MiB a worker, {MANY} offers",
            f"<= {GOAL_BYTES / 2**20:g}",
            ok=peak <= GOAL_BYTES,
        )


if __name__ == "__main__":
    main()
