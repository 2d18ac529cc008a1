"""Redis frozen, killed and wiped, PostgreSQL stopped at once: every acknowledged request is kept, and nothing is done twice."""

import time

import pytest

from tests.faults.machinery import WHOLE, Machinery, times, wait_for
from tests.faults.publications import PER_PUBLICATION, check, publish_through

pytestmark = pytest.mark.faults
PATIENCE = 900 if WHOLE else 120


def test_redis_frozen_killed_and_wiped_loses_nothing_and_delays_nobody(machinery: Machinery) -> None:
    keys, web = machinery.clerk().tell("cast"), machinery.web()
    machinery.worker(LEASE="8", children=2)
    machinery.sweeper()
    assert machinery.servers.redis
    redis = machinery.servers.redis.process()
    assert redis
    recorded: list[int] = []

    def freeze() -> None:
        redis.suspend()
        recorded.append(machinery.one("SELECT count(*) FROM journal_fact"))

    def thaw() -> None:
        recorded.append(machinery.one("SELECT count(*) FROM journal_fact"))
        redis.resume()

    faults = [
        freeze,
        thaw,
        machinery.stop_redis,
        machinery.restart,
        lambda: machinery.stop_redis(wipe=True),
        machinery.restart,
    ]
    log = publish_through(web, keys, times(340 * PER_PUBLICATION), faults)
    assert log.acknowledged >= times(1000)
    assert log.refused == 0, "nobody waited for longer than the client does"
    assert recorded[1] - recorded[0] >= times(100), "requests are answered while Redis is frozen"
    wait_for(lambda: _settled(machinery), PATIENCE, "the end of the work")
    check(machinery, log)


def test_postgres_stopped_at_once_keeps_what_it_acknowledged(machinery: Machinery) -> None:
    keys, web = machinery.clerk().tell("cast"), machinery.web()
    machinery.worker(LEASE="6", children=2)
    machinery.sweeper()

    def stop_at_once() -> None:
        assert machinery.servers.postgres
        machinery.servers.postgres._run("pg_ctl", "stop", "-w", "-m", "immediate")
        time.sleep(0.5)
        machinery.restart()

    log = publish_through(web, keys, times(340 * PER_PUBLICATION), [stop_at_once] * max(1, times(30)))
    assert log.acknowledged >= times(1000)
    assert log.refused > 0
    wait_for(lambda: _settled(machinery), PATIENCE, "the end of the work")
    check(machinery, log)


def _settled(machinery: Machinery) -> bool:
    machinery.watch()
    machinery.let_time_pass()
    return machinery.unfinished() == 0


def test_without_the_sweeper_what_was_published_while_redis_was_down_stays_undone(machinery: Machinery) -> None:
    keys, web = machinery.clerk().tell("cast"), machinery.web()
    worker_number = machinery.number + 1
    machinery.worker(LEASE="8")
    log = publish_through(web, keys, 10 * PER_PUBLICATION, [lambda: machinery.stop_redis(wipe=True)])
    machinery.restart()
    wait_for(
        lambda: (
            "Connected to"
            in machinery.log(worker_number).read_text(errors="replace").rpartition("Connection to broker lost")[2]
        ),
        30,
        "the worker's return",
    )
    time.sleep(2)
    assert machinery.unfinished() > 0
    machinery.sweeper()
    wait_for(lambda: machinery.unfinished() == 0, 60, "the end of the work once the sweeper runs")
    check(machinery, log)
