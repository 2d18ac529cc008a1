"""A delivery is claimed by one worker, done once, tried five times, and never done by who lost the lease."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from celery import current_app
from django.db import connection, connections, transaction

from apps.journal import deliveries, hints, registry, services, sweeper
from apps.journal.models import Delivery, Fact

pytestmark = pytest.mark.django_db(transaction=True)
State = Delivery.State


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Sets what the handler of "test.happened" does."""
    work: list[Callable[[], None]] = []
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setattr(hints, "send", lambda rows: 0)  # every hint is lost: the rows alone must do
    monkeypatch.setattr(hints, "waiting", lambda queue: 0)
    registry.register("test.work", lambda fact, delivery: work[-1](), queue="default", kinds=["test.happened"])
    return work.append


def queued() -> Delivery:
    with transaction.atomic():
        fact = services.record(kind="test.happened", subject="test", ids=[1])
    return fact.deliveries.get()


def state_of(delivery: Delivery) -> tuple[str, int]:
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts


def let_the_lease_run_out(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(lease_until="2000-01-01T00:00:00Z")


def due_now(delivery: Delivery) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(available_at="2000-01-01T00:00:00Z")


def test_work_and_its_mark_are_one_transaction(handler: Callable[[Callable[[], None]], None]) -> None:
    handler(lambda: None)
    delivery = queued()
    assert deliveries.deliver(delivery.pk)
    assert state_of(delivery) == (State.DONE, 1)
    assert not deliveries.deliver(delivery.pk)


def test_a_hint_delivered_twice_does_the_work_once(handler: Callable[[Callable[[], None]], None]) -> None:
    done: list[int] = []
    handler(lambda: done.append(1))
    delivery = queued()

    def look() -> None:
        deliveries.deliver(delivery.pk)
        connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [1]
    assert state_of(delivery) == (State.DONE, 1)


def test_a_failure_is_written_down_and_the_fifth_makes_it_dead(handler: Callable[[Callable[[], None]], None]) -> None:
    def fail() -> None:
        raise ValueError("the reason")

    handler(fail)
    delivery = queued()
    for attempt in range(1, 6):
        due_now(delivery)
        assert not deliveries.deliver(delivery.pk)
        assert state_of(delivery) == (State.DEAD if attempt == 5 else State.QUEUED, attempt)
    assert "the reason" in delivery.error
    assert not deliveries.deliver(delivery.pk)


def test_a_failed_handler_leaves_nothing_half_written(handler: Callable[[Callable[[], None]], None]) -> None:
    def fail() -> None:
        services.record(kind="test.half", subject="test", ids=[])
        raise ValueError

    handler(fail)
    deliveries.deliver(queued().pk)
    assert not Fact.objects.filter(kind="test.half").exists()


def test_a_dead_delivery_can_be_tried_again_by_hand(handler: Callable[[Callable[[], None]], None]) -> None:
    handler(lambda: None)
    delivery = queued()
    Delivery.objects.filter(pk=delivery.pk).update(state=State.DEAD, attempts=5)
    assert deliveries.retry([delivery.pk]) == 1
    assert deliveries.deliver(delivery.pk)
    assert deliveries.retry([delivery.pk]) == 0


def test_a_worker_that_outlived_its_lease_is_fenced_out(handler: Callable[[Callable[[], None]], None]) -> None:
    delivery = queued()
    second: list[bool] = []

    def stall() -> None:
        services.record(kind="test.late", subject="test", ids=[])
        handler(lambda: None)
        thread = threading.Thread(target=take_over)
        thread.start()
        thread.join()

    def take_over() -> None:
        let_the_lease_run_out(delivery)
        second.append(deliveries.deliver(delivery.pk))
        connections.close_all()

    handler(stall)
    assert not deliveries.deliver(delivery.pk)
    assert second == [True]
    assert not Fact.objects.filter(kind="test.late").exists()
    assert state_of(delivery) == (State.DONE, 2)


def test_a_claim_is_judged_by_the_databases_clock_alone(
    handler: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import time  # noqa: PLC0415

    handler(lambda: None)
    delivery = queued()
    assert deliveries.claim(delivery.pk)
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + 7200)
    assert deliveries.claim(delivery.pk) is None


def test_the_sweeper_hints_again_what_was_queued_too_long_or_lost_its_worker(
    handler: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    hinted: list[tuple[int, str]] = []

    def send(rows: list[tuple[int, str]]) -> int:
        hinted.extend(rows)
        return len(rows)

    late, lost, fresh = queued(), queued(), queued()
    monkeypatch.setattr(hints, "send", send)
    due_now(late)
    deliveries.claim(lost.pk)
    let_the_lease_run_out(lost)
    assert sweeper.sweep(grace_seconds=60) == 2
    assert {pk for pk, _queue in hinted} == {late.pk, lost.pk}
    assert fresh.pk not in {pk for pk, _queue in hinted}
    assert sweeper.sweep(grace_seconds=60) == 0  # it does not repeat itself at once


def test_a_job_that_kills_its_worker_is_dead_after_five_attempts(handler: Callable[[Callable[[], None]], None]) -> None:
    delivery = queued()
    for _attempt in range(5):
        assert deliveries.claim(delivery.pk)
        let_the_lease_run_out(delivery)
    assert deliveries.claim(delivery.pk) is None
    sweeper.sweep()
    assert state_of(delivery) == (State.DEAD, 5)


def test_more_recipients_can_be_added_once_each(handler: Callable[[Callable[[], None]], None]) -> None:
    registry.register("test.mail", lambda fact, delivery: None, queue="notices")
    fact = queued().fact
    services.deliver_to(fact=fact, handler="test.mail", keys=["1", "2"])
    services.deliver_to(fact=fact, handler="test.mail", keys=["2", "3"])
    assert sorted(Delivery.objects.filter(handler="test.mail").values_list("key", flat=True)) == ["1", "2", "3"]


def test_a_broker_that_is_down_neither_fails_nor_delays_the_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_handlers", {})
    monkeypatch.setitem(hints._silence, "until", 0.0)

    def broken(*args: object, **kwargs: object) -> None:
        raise ConnectionError("the broker is down")

    monkeypatch.setattr(current_app, "send_task", broken)
    registry.register("test.work", lambda fact, delivery: None, queue="default", kinds=["test.happened"])
    assert queued().state == State.QUEUED


def test_the_lease_is_prolonged_only_by_its_holder(handler: Callable[[Callable[[], None]], None]) -> None:
    delivery = queued()
    assert deliveries.claim(delivery.pk)
    delivery.refresh_from_db()
    deliveries.renew(delivery)
    let_the_lease_run_out(delivery)
    assert deliveries.claim(delivery.pk)
    with pytest.raises(deliveries.LeaseLost):
        deliveries.renew(delivery)


def test_work_that_renews_its_lease_outlives_it(handler: Callable[[Callable[[], None]], None]) -> None:
    delivery = queued()
    Delivery.objects.filter(pk=delivery.pk).update(attempts=deliveries.MAX_ATTEMPTS - 1)
    others: list[object] = []

    def work_long() -> None:
        delivery.refresh_from_db()
        let_the_lease_run_out(delivery)
        deliveries.renew(delivery)
        thread = threading.Thread(target=look_on)
        thread.start()
        thread.join()

    def look_on() -> None:
        others.extend([deliveries.claim(delivery.pk), sweeper.sweep(grace_seconds=0)])
        connections.close_all()

    handler(work_long)
    assert deliveries.deliver(delivery.pk)
    assert others == [None, 0]
    assert state_of(delivery) == (State.DONE, deliveries.MAX_ATTEMPTS)


def test_times_come_from_the_database(handler: Callable[[Callable[[], None]], None]) -> None:
    delivery = queued()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp() - %s < interval '1 minute'", [delivery.available_at])
        assert cursor.fetchone() == (True,)


def test_a_busy_queue_is_hinted_only_as_often_as_hints_are_missing(
    handler: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    handler(lambda: None)
    monkeypatch.undo()
    registry.register("test.work", lambda fact, delivery: None, queue="busy", kinds=["test.happened"])
    waiting = [queued() for _ in range(3)]
    for delivery in waiting:
        due_now(delivery)
    with current_app.connection_for_write() as broker:
        queue: Any = broker.default_channel
        assert sweeper.sweep() == 0  # each has its hint
        assert queue.basic_get("busy", no_ack=True)
        assert [sweeper.sweep(repeat_seconds=0) for _ in range(2)] == [1, 0]
        queue.queue_purge("busy")
        assert sweeper.sweep(repeat_seconds=0) == 3
        assert queue.queue_purge("busy") == 3


def test_while_the_broker_is_silent_no_delivery_counts_as_hinted(
    handler: Callable[[Callable[[], None]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = queued()
    due_now(delivery)
    monkeypatch.setattr(hints, "waiting", lambda queue: None)
    assert sweeper.sweep() == 0
    delivery.refresh_from_db()
    assert delivery.hinted_at is None
