"""A full matching run whose workers are killed finds what an undisturbed one finds, each match once."""

from functools import partial

import pytest

from tests.faults.machinery import Machinery, times, wait_for

pytestmark = pytest.mark.faults


def lists(machinery: Machinery, run: int) -> list[tuple[object, ...]]:
    """The matches of a run."""
    return machinery.ask("SELECT owner, other, score, reasons FROM matching_match WHERE run_id = %s ORDER BY 1, 2", run)


def state(machinery: Machinery, run: int) -> str:
    return str(machinery.one("SELECT state FROM matching_run WHERE id = %s", run))


def reached(machinery: Machinery, run: int, parts: int) -> bool:
    """Whether so many parts of a run are done."""
    return bool(
        machinery.one("SELECT parts > 0 AND parts - remaining >= %s FROM matching_run WHERE id = %s", parts, run)
    )


def test_workers_killed_in_the_middle_of_a_full_run_lose_and_double_no_match(machinery: Machinery) -> None:
    clerk = machinery.clerk()
    clerk.tell("listings", times(6000), 60)
    machinery.sweeper()
    worker = machinery.worker(PART_SECONDS="0.4", LEASE="8")
    run = clerk.tell("full_run")
    for done in range(1, times(20) + 1):
        wait_for(partial(reached, machinery, run, done), 60, "a part")
        machinery.kill(worker)
        assert state(machinery, run) == "running"
        worker = machinery.worker(PART_SECONDS="0.4", LEASE="8")
    wait_for(lambda: state(machinery, run) == "done", 120, "the end of the run")
    found = lists(machinery, run)
    assert found
    again = clerk.tell("full_run")
    wait_for(lambda: state(machinery, again) == "done", 120, "the end of an undisturbed run")
    assert found == lists(machinery, again)
