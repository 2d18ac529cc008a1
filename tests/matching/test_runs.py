"""A full run is watched, cancelled and resumed; of a cancellation and the showing of the lists exactly one wins."""

import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from apps.matching import control, increments, kernel, parts, progress, runs, selectors, services, snapshot
from apps.matching.listings import opportunity_key
from apps.matching.models import Match, Part, Run
from apps.reference import services as reference
from tests.factories.listings import a_published_offer, a_published_request
from tests.factories.people import an_administrator
from tests.matching.conftest import Work

STEPS = Delivery.objects.filter(handler__startswith="matching.")


def elsewhere(do: Callable[[], Any]) -> None:
    """Done by another process, so to say: on a connection of its own, and committed."""
    raised: list[BaseException] = []

    def work() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            do()
        except BaseException as error:  # noqa: BLE001 - it is raised in the test instead
            raised.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if raised:
        raise raised[0]


def a_market() -> None:
    a_published_offer(technologies=["lfp"])
    a_published_request(technologies=["lfp"])


def deliver(handler: str) -> Delivery:
    """Do the next delivery of a handler."""
    row = STEPS.filter(handler=handler, state="queued").order_by("pk")[0]
    deliveries.deliver(row.pk)
    row.refresh_from_db()
    return row


def begun() -> Run:
    """A run of which nothing but the first step is done."""
    run = runs.request()
    deliver(runs.BEGIN)
    deliver(runs.PACK)
    run.refresh_from_db()
    assert run.state == Run.State.RUNNING
    return run


def deliver_up_to(last: str) -> None:
    """Do what is left of a run that has begun, but for its last step."""
    while handler := STEPS.filter(state="queued").exclude(handler=last).values_list("handler", flat=True).first():
        deliver(handler)


def fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next part fails five times."""
    with monkeypatch.context() as patch:
        patch.setattr(kernel, "scan", lambda *_, **__: 1 / 0)
        for _ in range(deliveries.MAX_ATTEMPTS):
            deliver(runs.SCORE)
            STEPS.filter(state="queued").update(available_at="2020-01-01T00:00Z")


@pytest.mark.django_db(transaction=True)
def test_a_part_at_work_on_a_cancelled_run_writes_nothing_and_the_next_run_begins(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_market()
    runs.request()
    work()
    shown, found = selectors.current_run(), list(Match.objects.values_list("owner", "other"))
    run, scan = begun(), kernel.scan
    waiting = runs.request()
    deliver(runs.BEGIN)

    def cancelled_meanwhile(*arguments: Any, **more: Any) -> Any:
        elsewhere(lambda: control.cancel(run_id=run.pk, actor=None))
        return scan(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(kernel, "scan", cancelled_meanwhile)
        assert deliver(runs.SCORE).state == Delivery.State.DONE
    assert not Part.objects.exists()
    assert selectors.current_run() == shown
    assert list(Match.objects.values_list("owner", "other")) == found
    work()
    assert Run.objects.get(pk=run.pk).state == Run.State.CANCELLED
    assert selectors.current_run() == waiting
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"matching_match_{run.pk}"])
        assert cursor.fetchone() == (None,)
    assert Fact.objects.get(kind="matching.cancelled").subject_ids == [run.pk]


@pytest.mark.django_db(transaction=True)
def test_of_a_cancellation_and_the_switch_exactly_one_wins(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    a_market()
    first, catch_up = begun(), increments.catch_up
    deliver_up_to(runs.SHOW)

    def cancelled_meanwhile(here: Any) -> None:
        catch_up(here)
        elsewhere(lambda: control.cancel(run_id=first.pk, actor=None))

    with monkeypatch.context() as patch:
        patch.setattr(increments, "catch_up", cancelled_meanwhile)
        assert deliver(runs.SHOW).state == Delivery.State.DONE
    assert Run.objects.get(pk=first.pk).state == Run.State.CANCELLED
    assert selectors.current_run() is None
    second, refused = begun(), []
    deliver_up_to(runs.SHOW)

    def too_late() -> None:
        with pytest.raises(control.Refused, match="too late") as caught:
            elsewhere(lambda: control.cancel(run_id=second.pk, actor=None))
        refused.append(caught.value)

    row = STEPS.get(handler=runs.SHOW, state="queued")
    assert deliveries.deliver(row.pk, before_commit=too_late)
    assert refused
    assert selectors.current_run() == second
    assert Fact.objects.filter(kind="matching.cancelled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_is_cancelled_while_its_snapshot_is_written(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    a_market()
    run, lay_out = runs.request(), snapshot.lay_out

    def cancelled_meanwhile(*arguments: Any) -> Any:
        elsewhere(lambda: control.cancel(run_id=run.pk, actor=None))
        return lay_out(*arguments)

    monkeypatch.setattr(snapshot, "lay_out", cancelled_meanwhile)
    deliver(runs.BEGIN)
    assert deliver(runs.PACK).state == Delivery.State.DONE
    run.refresh_from_db()
    assert (run.state, run.parts) == (Run.State.CANCELLED, 0)
    with pytest.raises(control.Refused, match="ended already"):
        control.cancel(run_id=run.pk, actor=None)


def test_what_changes_while_the_snapshot_is_written_is_in_the_lists(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_market()
    lay_out, late = snapshot.lay_out, []

    def changed_meanwhile(*arguments: Any) -> Any:
        late.append(a_published_offer(technologies=["lfp"]))
        services.follow(opportunity_ids=[late[0].pk])
        return lay_out(*arguments)

    runs.request()
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "lay_out", changed_meanwhile)
        deliver(runs.BEGIN)
        deliver(runs.PACK)
    work()
    assert Match.objects.filter(owner=opportunity_key(late[0].pk)).exists()


def test_a_run_whose_vocabulary_changed_before_its_snapshot_gives_way_to_another(work: Work) -> None:
    a_market()
    run = runs.request()
    deliver(runs.BEGIN)
    reference.import_rates("date,currency,rate\n2099-01-03,USD,1.2\n")
    work()
    run.refresh_from_db()
    assert run.state == Run.State.ABANDONED
    shown = selectors.current_run()
    assert shown
    assert shown.pk > run.pk


class Killed(BaseException):
    """The process of a worker ends here."""


def die() -> None:
    raise Killed


def test_a_worker_that_dies_at_the_end_of_any_step_loses_that_step_alone(work: Work) -> None:
    a_market()
    run, steps = runs.request(), [runs.BEGIN, runs.PACK, runs.SCORE, runs.MERGE, runs.INDEX, runs.INDEX, runs.SHOW]
    for step in steps:
        row = STEPS.filter(handler=step, fact_id=run.fact_id or 0, state="queued").earliest("pk")
        with pytest.raises(Killed):
            deliveries.deliver(row.pk, before_commit=die)
        runs.request()
        for waiting in STEPS.filter(handler=runs.BEGIN, state="queued").exclude(pk=row.pk):
            deliveries.deliver(waiting.pk)
        assert not deliveries.deliver(row.pk), "its lease is taken although it has not run out"
        STEPS.filter(pk=row.pk).update(lease_until="2020-01-01T00:00Z")
        assert deliveries.deliver(row.pk)
        assert Run.objects.filter(state=Run.State.RUNNING).count() <= 1
    assert selectors.current_run() == run
    found = set(Match.objects.filter(run_id=run.pk).values_list("owner", "other", "score"))
    assert found
    runs.request()
    work()
    again = selectors.current_run()
    assert again
    assert again.pk > run.pk
    assert set(Match.objects.filter(run_id=again.pk).values_list("owner", "other", "score")) == found


def test_a_resumed_run_does_what_failed_and_nothing_twice(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PAIRS_A_PART", 1)
    monkeypatch.setattr(parts, "TILE", 2)
    for _ in range(3):
        a_market()
    run = begun()
    deliver(runs.SCORE)
    fail(monkeypatch)
    found = progress.of(Run.objects.get(pk=run.pk))
    assert (found.done, found.failed, found.error) == (1, 1, "ZeroDivisionError: division by zero")
    with pytest.raises(CommandError, match=r"failed: ZeroDivisionError.*match --resume"):
        call_command("match", full=True, stdout=StringIO())
    scanned: list[int] = []
    scan = kernel.scan

    def seen(*arguments: Any, **more: Any) -> Any:
        scanned.append(more["start"])
        return scan(*arguments, **more)

    monkeypatch.setattr(kernel, "scan", seen)
    call_command("match", resume=True, stdout=StringIO())
    run.refresh_from_db()
    assert run.state == Run.State.DONE
    assert len(scanned) == len(set(scanned))
    assert 0 not in scanned
    assert selectors.current_run() == run
    assert Fact.objects.get(kind="matching.resumed").payload == {"steps": 1}


def test_what_has_ended_or_has_not_failed_cannot_be_resumed(work: Work) -> None:
    run = begun()
    with pytest.raises(control.Refused, match="Nothing of run"):
        control.resume(run_id=run.pk, actor=None)
    control.cancel(run_id=run.pk, actor=None)
    with pytest.raises(control.Refused, match=r"cannot be resumed\. Start a new one"):
        control.resume(run_id=run.pk, actor=None)


def test_the_command_tells_how_far_a_run_is_and_cancels_it(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "PAIRS_A_PART", 1)
    monkeypatch.setattr(parts, "TILE", 2)
    for _ in range(3):
        a_market()
    run = begun()
    deliver(runs.SCORE)
    deliveries.claim(STEPS.filter(handler=runs.SCORE, state="queued").order_by("pk")[0].pk)
    out = StringIO()
    call_command("match", status=True, stdout=out)
    run.refresh_from_db()
    line, held = out.getvalue().splitlines()
    assert line.startswith(f"Run {run.pk}: scoring, 1 of {run.parts} parts, {run.pairs} pairs, ")
    assert line.endswith(" s left")
    assert held.startswith("  offers 2 to 4, since ")
    call_command("match", cancel=True, stdout=out)
    assert f"Run {run.pk} is cancelled; the lists that were shown stay." in out.getvalue()
    with pytest.raises(CommandError, match="No run waits or is at work"):
        call_command("match", cancel=True)


def test_staff_watch_cancel_and_resume_a_run_on_its_page(
    work: Work, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_market()
    client.force_login(an_administrator())
    assert "No run yet" in client.get("/en/runs/").content.decode()
    client.post("/en/runs/start/")
    run = Run.objects.get()
    page = client.get("/en/runs/").content.decode()
    assert f"Run {run.pk}" in page
    assert 'hx-trigger="every 3s"' in page
    assert page.count("csrfmiddlewaretoken") == page.count('method="post"')
    deliver(runs.BEGIN)
    deliver(runs.PACK)
    fail(monkeypatch)
    page = client.get(f"/en/runs/?run={run.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "ZeroDivisionError" in page
    assert "<html" not in page
    client.post(f"/en/runs/{run.pk}/resume/")
    work()
    assert client.get(f"/en/runs/?run={run.pk}", headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = client.get("/en/runs/").content.decode()
    assert "every 3s" not in page
    assert "Done" in page
    client.post("/en/runs/start/")
    again = client.post(f"/en/runs/{Run.objects.latest('pk').pk}/cancel/", follow=True).content.decode()
    assert "Cancelled" in again
    late = client.post(f"/en/runs/{run.pk}/cancel/", follow=True).content.decode()
    assert f"Run {run.pk} has ended already." in late
