"""A full matching run whose machines are lost one after the other finds what an undisturbed one finds, each match once."""

import subprocess
from functools import partial
from pathlib import Path

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


def disk(machinery: Machinery, number: int) -> Path:
    """A machine's own."""
    return machinery.folder / f"machine-{number}"


def worker_of(machinery: Machinery, number: int) -> subprocess.Popen[bytes]:
    """A worker of one of several machines, which share PostgreSQL, Redis and the store of snapshots, but no disk."""
    folder = disk(machinery, number)
    return machinery.worker(
        PART_SECONDS="0.4", LEASE="8", VAR_DIR=str(folder), SNAPSHOT_DIR=str(folder / "snapshots"),
        MATCHING_SNAPSHOTS=str(machinery.folder / "store"),
    )  # fmt: skip


def test_machines_lost_in_the_middle_of_a_full_run_lose_and_double_no_match(machinery: Machinery) -> None:
    clerk = machinery.clerk()
    clerk.tell("listings", times(6000), 60)
    machinery.sweeper()
    worker = worker_of(machinery, 0)
    run = clerk.tell("full_run")
    kills = times(20)
    for done in range(1, kills + 1):
        wait_for(partial(reached, machinery, run, done), 60, "a part")
        machinery.kill(worker)
        assert state(machinery, run) == "running"
        worker = worker_of(machinery, done)
    wait_for(lambda: state(machinery, run) == "done", 120, "the end of the run")
    for number in (0, kills):
        assert list(disk(machinery, number).glob(f"snapshots/run-{run}-*/offers-rows.npy")), (
            "a machine had no part in it"
        )
    found = lists(machinery, run)
    assert found
    again = clerk.tell("full_run")
    wait_for(lambda: state(machinery, again) == "done", 120, "the end of an undisturbed run")
    assert found == lists(machinery, again)
