"""Workers that die, stall, live in the wrong time or take a job that harms them lose nothing and double nothing."""

import random
import signal
import time

import pytest

from tests.faults.machinery import Machinery, times, wait_for

pytestmark = pytest.mark.faults
HARM = ("kill", "loop", "eat", "recurse")


def test_workers_killed_in_the_middle_of_their_work_lose_and_double_nothing(machinery: Machinery) -> None:
    workers = [machinery.worker(wait=False, COLD="1") for _ in range(3)]
    machinery.sweeper()
    facts = machinery.clerk().tell("record", "fault.work", times(1000), 0.05)
    chance = random.Random(7)
    for _round in range(times(20)):
        wait_for(
            lambda: machinery.one("SELECT count(*) FROM journal_delivery WHERE state = 'running'") > 0, what="work"
        )
        number = chance.randrange(len(workers))
        machinery.kill(workers[number])
        workers[number] = machinery.worker(wait=False, COLD="1")
    wait_for(lambda: machinery.unfinished() == 0, 120, "the end of the work")
    machinery.check_every_fact_was_worked_on_once(facts)


def test_a_hint_that_comes_fifty_times_to_several_workers_is_followed_once(machinery: Machinery) -> None:
    clerk = machinery.clerk()
    facts = clerk.tell("record", "fault.work", times(100), 0.01)
    for (delivery,) in machinery.ask("SELECT id FROM journal_delivery"):
        clerk.tell("hint", delivery, 50)
    for _ in range(2):
        machinery.worker(wait=False, COLD="1")
    wait_for(lambda: machinery.unfinished() == 0, what="the end of the work")
    time.sleep(1)
    machinery.check_every_fact_was_worked_on_once(facts)
    assert machinery.one("SELECT max(attempts) FROM journal_delivery") == 1


def test_a_worker_whose_clock_is_two_hours_ahead_steals_and_loses_nothing(machinery: Machinery) -> None:
    for ahead in ("0", "7200"):
        machinery.worker(CLOCK_AHEAD=ahead, COLD="1")
    machinery.sweeper()
    facts = machinery.clerk().tell("record", "fault.work", times(100), 0.2)
    wait_for(lambda: machinery.unfinished() == 0, 60, "the end of the work")
    machinery.check_every_fact_was_worked_on_once(facts)
    assert machinery.one("SELECT max(attempts) FROM journal_delivery") == 1


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


def test_jobs_that_harm_their_worker_are_dead_after_five_attempts_and_others_go_on(machinery: Machinery) -> None:
    machinery.worker(children=4, limited=True, COLD="1")
    machinery.sweeper()
    clerk = machinery.clerk()
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
