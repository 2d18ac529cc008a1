"""One publication matched on both sides at 20,000 requests and 100,000 or a million offers, rows in PostgreSQL included."""

import json
import time

import numpy as np
import numpy.typing as npt

from bench.full_run import prepare, run_with_workers, scratch, set_up

REQUESTS, CHANGES = 20_000, 40
GOALS_MS = {100_000: 20.0, 1_000_000: 100.0}  # of compute, by offers


def measure(run_id: int) -> list[tuple[float, float]]:
    """(compute, all) in milliseconds for each publication: listings are taken out, lists settled, and then put back."""
    from django.db import transaction

    from apps.matching import increments, live
    from apps.matching.models import Run

    here = live.Standing(Run.objects.get(pk=run_id))
    chance = np.random.default_rng(3)
    took = []
    for number in range(CHANGES):
        is_request = number % 2 == 0
        side = here.segments[is_request][0]
        place = int(chance.integers(0, len(side.keys)))
        key, bits = int(side.keys[place]), side.bits[place]
        side.bits[place] = 0
        with transaction.atomic():
            increments.settle(here, key)
        side.bits[place] = bits
        begin = time.perf_counter()
        with transaction.atomic():
            increments.settle(here, key)
        whole = time.perf_counter() - begin
        mine = here.single(key, is_request=is_request)
        begin = time.perf_counter()
        for others in here.others(is_request=is_request):
            assert mine is not None
            live.scores_with(mine, others, here.rule, is_request=is_request)
        took.append((1000 * (time.perf_counter() - begin), 1000 * whole))
    return took


def main() -> None:
    """Print for each size the compute's line, which has the goal, and that of the whole step with its rows."""
    set_up()
    with scratch():
        for offers, goal in GOALS_MS.items():
            run_id = prepare(offers, REQUESTS)
            run_with_workers(run_id)
            took = np.array(measure(run_id))[2:]
            _line("increment_compute", took[:, 0], offers, goal)
            _line("increment_with_rows", took[:, 1], offers, None)


def _line(bench: str, took: npt.NDArray[np.float64], offers: int, goal: float | None) -> None:
    value = float(np.percentile(took, 95))
    line = {"bench": bench, "value": round(value, 2), "unit": f"ms p95 (p50 {np.median(took):.1f}) at {offers} offers", "peer": None,
            "ratio": None, "goal": goal and f"<= {goal:g}", "ok": goal and value <= goal}  # fmt: skip
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
