"""Workers that stall, are lost or take a job that harms them lose nothing and double nothing."""

import signal
import time

import pytest

from tests.faults.machinery import WHOLE, Machinery, times, wait_for

pytestmark = pytest.mark.faults
HARM = ("kill", "loop", "eat", "recurse")


def test_a_worker_stopped_past_its_lease_is_fenced_out_when_it_goes_on(machinery: Machinery) -> None:
    first = machinery.worker(SOFT_LIMIT="60", COLD="1")
    machinery.sweeper()
    facts = machinery.clerk().tell("record", "fault.work", 1, 0.6)
    wait_for(lambda: any((machinery.folder / "mail").glob("working-*")), what="work")
    machinery.signal(first, signal.SIGSTOP)
    machinery.worker(COLD="1")
    wait_for(lambda: machinery.unfinished() == 0, what="the end of the work by another worker")
    machinery.signal(first, signal.SIGCONT)
    wait_for(lambda: "the lease was lost" in machinery.logs(), what="the fence")
    machinery.check_every_fact_was_worked_on_once(facts)
    assert machinery.one("SELECT attempts FROM journal_delivery") == 2


def median_latency(machinery: Machinery, facts: list[int]) -> float:
    """How long the work on these facts took, from the fact to its end."""
    took = "percentile_cont(0.5) WITHIN GROUP (ORDER BY d.finished_at - f.at)"
    joined = "journal_delivery d JOIN journal_fact f ON f.id = d.fact_id"
    return float(machinery.one(f"SELECT extract(epoch FROM {took}) FROM {joined} WHERE f.id = ANY(%s)", facts))


def test_jobs_that_harm_their_worker_are_dead_after_five_attempts_and_others_go_on(machinery: Machinery) -> None:
    machinery.worker(children=4, limited=True, COLD="1")
    machinery.sweeper()
    clerk = machinery.clerk()
    alone = clerk.tell("record", "fault.work", times(100), 0.01)
    wait_for(lambda: machinery.unfinished() == 0, what="work without harm")
    for kind in HARM:
        clerk.tell("record", f"fault.{kind}", times(10), 0)
    facts = clerk.tell("record", "fault.work", times(100), 0.01)

    def all_dead() -> bool:
        machinery.let_time_pass()
        return machinery.unfinished() == 0

    wait_for(all_dead, 240, "the death of the harmful jobs")
    rows = machinery.ask(
        "SELECT handler, state, attempts, error <> '' FROM journal_delivery WHERE handler <> 'fault.trace' ORDER BY 1"
    )
    assert rows == [(f"fault.{kind}", "dead", 5, True) for kind in sorted(HARM) for _ in range(times(10))]
    machinery.check_every_fact_was_worked_on_once(facts)
    if WHOLE:  # ten facts are too few to time
        assert median_latency(machinery, facts) < 2 * median_latency(machinery, alone)


def test_without_the_sweeper_the_work_of_a_killed_worker_stays_undone(machinery: Machinery) -> None:
    worker = machinery.worker(COLD="1")
    machinery.clerk().tell("record", "fault.work", 5, 0.5)
    wait_for(lambda: machinery.one("SELECT count(*) FROM journal_delivery WHERE state = 'running'") > 0, what="work")
    machinery.kill(worker)
    machinery.worker(COLD="1")
    time.sleep(5)  # the lease has run out, and every hint that was left has been followed
    assert machinery.unfinished() > 0
    machinery.sweeper()
    wait_for(lambda: machinery.unfinished() == 0, what="the end of the work once the sweeper runs")
