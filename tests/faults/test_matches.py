"""Offers are published while workers and broker are harmed: the matches are those of a run that was left alone, each told once."""

import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep
from typing import Any

import psutil
import pytest

from tests.faults.conftest import empty
from tests.faults.machinery import WHOLE, Clerk, Machinery, times, wait_for

pytestmark = pytest.mark.faults
REQUESTS = 60
SCALE = 1.0 if WHOLE else 0.1
PATIENCE = 600 if WHOLE else 240
Fault = tuple[float, Callable[[], Any]]  # so many seconds after the first publication, at whole length


class Market:
    """A platform at work, with requests that offers fit, and two workers that can be replaced."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.clerk: Clerk = machinery.clerk()
        self.second: Clerk = machinery.clerk()
        machinery.sweeper()
        self.workers = [self.worker() for _ in range(2)]
        self.clerk.tell("requests", REQUESTS)
        self.full_run()

    def worker(self, **more: str) -> subprocess.Popen[bytes]:
        return self.machinery.worker(children=2, wait=False, LEASE="6", **more)

    def full_run(self) -> dict[tuple[int, int], tuple[float, bytes]]:
        """The lists of a run that nobody disturbs."""
        run = self.clerk.tell("full_run")
        state = "SELECT state FROM matching_run WHERE id = %s"
        wait_for(lambda: self.machinery.one(state, run) == "done", PATIENCE, "the end of the run")
        return self.lists()

    def lists(self) -> dict[tuple[int, int], tuple[float, bytes]]:
        """The lists that are shown."""
        rows = self.machinery.ask(
            "SELECT m.owner, m.other, m.score, m.reasons FROM matching_match m JOIN matching_current c USING (run_id)"
        )
        return {(owner, other): (score, reasons) for owner, other, score, reasons in rows}

    def publish_through(self, count: int, seconds: float, *faults: Fault) -> None:
        """Publish offers for so long while the faults happen, and compare what came out with a run left alone."""
        began = monotonic()
        with ThreadPoolExecutor(1) as pool:
            published = pool.submit(self.clerk.tell, "publish", times(count), seconds * SCALE)
            for at, fault in faults:
                sleep(max(0.0, began + at * SCALE - monotonic()))
                fault()
            facts = published.result()
        wait_for(self._settled, PATIENCE, "the end of the work")
        self.machinery.check_every_fact_was_worked_on_once(facts)
        found = self.lists()
        self._check_each_match_was_told_once(found)
        assert len({owner for owner, _ in found}) > REQUESTS
        assert found == self.full_run()

    def _settled(self) -> bool:
        self.machinery.watch()
        self.machinery.let_time_pass()
        return self.machinery.unfinished() == 0

    def _check_each_match_was_told_once(self, found: dict[tuple[int, int], Any]) -> None:
        told = self.machinery.ask(
            "SELECT 2 * f.subject_ids[1] + (f.subject = 'enterprise')::int, 2 * (p->>'id')::bigint + (p->>'kind' = 'enterprise')::int"
            "  FROM journal_fact f, jsonb_array_elements(f.payload->'partners') p WHERE f.kind = 'match.found'"
        )
        assert len(set(told)) == len(told), "nobody is told twice"
        good = {pair for pair, (score, _) in found.items() if score >= 0.6}
        assert {pair for pair in good if pair[0] % 2 == 0} <= set(told)

    def kill_the_group(self) -> None:
        for worker in self.workers:
            self.machinery.kill(worker)
        self.workers = [self.worker() for _ in self.workers]

    def kill_a_child(self) -> None:
        for child in psutil.Process(self.workers[0].pid).children()[:1]:
            child.kill()

    def hint_again(self) -> None:
        for (delivery,) in self.machinery.ask("SELECT max(id) FROM journal_delivery WHERE handler = 'matching.follow'"):
            self.second.tell("hint", delivery, 50)


@pytest.fixture(scope="module")
def market(stage: Machinery) -> Iterator[Market]:
    """One for all scenarios of this file: each leaves it whole."""
    yield Market(stage)
    empty(stage)


def test_workers_killed_together_three_times(market: Market) -> None:
    market.publish_through(1000, 60, *((second, market.kill_the_group) for second in (5, 12, 20)))


def test_a_child_of_a_worker_killed(market: Market) -> None:
    market.publish_through(300, 20, (5, market.kill_a_child), (12, market.kill_a_child))


def test_redis_killed_and_wiped_and_back_three_seconds_later(market: Market) -> None:
    market.publish_through(300, 20, (5, partial(market.machinery.stop_redis, wipe=True)), (8, market.machinery.restart))


def test_hints_that_come_fifty_times_to_four_workers(market: Market) -> None:
    market.publish_through(300, 20, *((second, market.hint_again) for second in range(2, 20, 3)))


def test_a_worker_stopped_past_its_lease_that_goes_on(market: Market) -> None:
    stopped = market.workers[0]

    def stop() -> None:
        market.machinery.signal(stopped, signal.SIGSTOP)

    def go_on() -> None:
        sleep(7)  # the lease is six seconds
        market.machinery.signal(stopped, signal.SIGCONT)

    market.publish_through(100, 20, (5, stop), (15, go_on))


def test_a_worker_whose_clock_is_two_hours_ahead(market: Market) -> None:
    market.machinery.kill(market.workers.pop())
    market.workers.append(market.worker(CLOCK_AHEAD="7200"))
    market.publish_through(100, 7)
