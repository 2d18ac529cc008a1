"""Facts are written with their change, refused any change of their own, and sealed."""

import threading

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction

from apps.journal import registry, seals, services
from apps.journal.models import Delivery, Fact, Seal, Unsealed

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A handler that hears of "test.happened" and remembers which facts it saw."""
    seen: list[int] = []
    monkeypatch.setattr(registry, "_handlers", {})
    registry.register(
        "test.hear", lambda fact, delivery: seen.append(fact.pk), queue="default", kinds=["test.happened"]
    )
    return seen


def happened() -> Fact:
    with transaction.atomic():
        return services.record(kind="test.happened", subject="test", ids=[1, 2])


def test_a_fact_has_one_delivery_for_each_handler_that_hears_of_it(heard: list[int]) -> None:
    fact = happened()
    assert list(fact.deliveries.values_list("handler", "state", "queue")) == [("test.hear", "queued", "default")]


def test_a_fact_of_another_kind_has_no_delivery(heard: list[int]) -> None:
    fact = services.record(kind="test.other", subject="test", ids=[])
    assert not fact.deliveries.exists()


def test_a_change_that_is_rolled_back_leaves_no_fact(heard: list[int]) -> None:
    def change_and_fail() -> None:
        with transaction.atomic():
            services.record(kind="test.happened", subject="test", ids=[1])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert not Fact.objects.exists()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_fact SET kind = 'other'",
        "DELETE FROM journal_fact",
        "UPDATE journal_seal SET head = 'x'",
        "DELETE FROM journal_seal",
    ],
)
def test_the_database_refuses_to_change_or_delete_a_fact_or_a_seal(heard: list[int], statement: str) -> None:
    happened()
    seals.seal()
    with (
        pytest.raises((InternalError, ProgrammingError), match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_sealing_covers_every_fact_once_and_the_chain_holds(heard: list[int], transactional_db: None) -> None:
    for _ in range(5):
        happened()
    assert seals.seal(limit=3) == 3
    assert seals.seal(limit=3) == 2
    assert seals.seal() == 0
    verdict = seals.verify()
    assert (verdict.sealed, verdict.waiting, verdict.fault) == (5, 0, "")


def test_a_fact_that_was_tampered_with_breaks_the_chain(heard: list[int], transactional_db: None) -> None:
    fact = happened()
    seals.seal()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE journal_fact DISABLE TRIGGER journal_fact_append_only")
        cursor.execute("UPDATE journal_fact SET subject_ids = '{7}' WHERE id = %s", [fact.pk])
        cursor.execute("ALTER TABLE journal_fact ENABLE TRIGGER journal_fact_append_only")
    assert "does not hold" in seals.verify().fault


def test_a_fact_that_lost_its_place_in_the_queue_of_the_sealer_is_noticed(
    heard: list[int], transactional_db: None
) -> None:
    happened()
    Unsealed.objects.all().delete()
    assert "neither sealed nor waiting" in seals.verify().fault


def test_sealing_while_the_chain_is_checked_is_no_fault(
    heard: list[int], transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    happened()
    seals.seal()
    computed = seals._head

    def seal_another_meanwhile(previous: str, lines: list[str]) -> str:
        monkeypatch.setattr(seals, "_head", computed)
        sealer = threading.Thread(target=_happen_and_seal)
        sealer.start()
        sealer.join()
        return computed(previous, lines)

    monkeypatch.setattr(seals, "_head", seal_another_meanwhile)
    assert seals.verify() == seals.Verdict(1, 0, Seal.objects.order_by("id")[0].head)
    assert seals.verify().sealed == 2


def _happen_and_seal() -> None:
    happened()
    seals.seal()
    connection.close()


def test_a_fact_outside_a_transaction_is_refused(heard: list[int], transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        services.record(kind="test.happened", subject="test", ids=[])
