"""Files that people send: accepted, taken in batch by batch, followed, and never taken twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from apps.accounts.models import User
from apps.enterprises.models import Enterprise
from apps.imports import uploads
from apps.imports.models import Job
from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from apps.opportunities.models import Opportunity
from tests.factories.cast import Actor
from tests.factories.people import a_key

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.IMPORT_DIR = tmp_path / "imports"
    return tmp_path / "imports"


@pytest.fixture
def send() -> Send:
    """Sends a file to the API as somebody."""

    def post(who: User | None, content: bytes, **form: Any) -> Any:
        headers = {"Authorization": f"Bearer {a_key(who)}"} if who else {}
        file = SimpleUploadedFile(form.pop("name", "offers.csv"), content)
        return Client(headers=headers).post("/api/v1/imports/", {"kind": "opportunities", "file": file} | form)

    return post


def look(who: User, pk: int, query: str = "") -> Any:
    return Client(headers={"Authorization": f"Bearer {a_key(who)}"}).get(f"/api/v1/imports/{pk}/{query}")


def work() -> int:
    """Do the deliveries of imports until none is queued; returns how many there were."""
    return sum(1 for _ in _each())


def _each() -> Iterator[int]:
    while pk := _next():
        assert deliveries.deliver(pk)
        yield pk


def _next() -> int:
    """The delivery of an import that is queued; 0 where none is."""
    queued = Delivery.objects.filter(handler=uploads.HANDLER, state=Delivery.State.QUEUED)
    return queued.values_list("pk", flat=True).first() or 0


def lines(actor: Actor, count: int = 3, **more: Any) -> bytes:
    """Rows of CSV for an enterprise that need not be named."""
    names = ["external_id", "side", "title", "summary", "language", *more]
    rows = [[f"o{number}", "offer", f"Cells {number}", "LFP cells", "en", *more.values()] for number in range(count)]
    return "\n".join(",".join(cells) for cells in [names, *rows]).encode()


def test_a_file_is_accepted_with_a_job_that_can_be_followed(cell_maker: Actor, send: Send) -> None:
    answer = send(cell_maker.person, lines(cell_maker))
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["Location"] == f"/api/v1/imports/{job['id']}/"
    assert (job["state"], job["progress"]) == ("waiting", {"total": None, "done": 0})
    assert not Opportunity.objects.exists()
    work()
    job = look(cell_maker.person, job["id"]).json()
    assert (job["state"], job["progress"], job["created"]) == ("done", {"total": 3, "done": 3}, 3)
    assert job["finished"] is not None
    assert set(Opportunity.objects.values_list("enterprise", "state")) == {(cell_maker.enterprise.pk, "draft")}


def test_rows_can_be_submitted_for_review_at_once(cell_maker: Actor, send: Send) -> None:
    send(cell_maker.person, lines(cell_maker), submit="true")
    work()
    assert set(Opportunity.objects.values_list("state", flat=True)) == {"submitted"}


def test_a_delivery_takes_one_batch_and_each_batch_is_a_delivery_of_its_own(cell_maker: Actor, send: Send) -> None:
    send(cell_maker.person, lines(cell_maker, 2500))
    assert work() == 4  # the file, then three batches
    assert Opportunity.objects.count() == 2500
    facts = Fact.objects.filter(kind="opportunity.imported").order_by("pk")
    assert [len(fact.subject_ids) for fact in facts] == [1000, 1000, 500]
    assert {fact.actor_id for fact in facts} == {cell_maker.person.pk}


def test_progress_shows_between_batches(cell_maker: Actor, send: Send) -> None:
    job = send(cell_maker.person, lines(cell_maker, 1500)).json()
    steps = [look(cell_maker.person, job["id"]).json()["progress"] for _ in _each()]
    assert steps == [{"total": 1500, "done": 0}, {"total": 1500, "done": 1000}, {"total": 1500, "done": 1500}]


def test_a_batch_that_fails_is_taken_again_from_where_it_began(cell_maker: Actor, send: Send) -> None:
    def die() -> None:
        raise RuntimeError("the machine caught fire")

    send(cell_maker.person, lines(cell_maker, 1500))
    deliveries.deliver(_next())
    assert not deliveries.deliver(_next(), before_commit=die)
    assert not Opportunity.objects.exists()
    assert Job.objects.get().position == 0
    Delivery.objects.update(available_at="2000-01-01T00:00:00Z")
    work()
    assert Opportunity.objects.count() == 1500
    assert Job.objects.get().created_rows == 1500


def test_rows_that_were_lost_from_the_disk_are_read_from_the_file_again(
    cell_maker: Actor, send: Send, folder: Path
) -> None:
    send(cell_maker.person, lines(cell_maker, 1500))
    for number, _ in enumerate(_each()):
        if number == 1:
            (spool,) = folder.glob("*.rows")
            spool.unlink()
    assert Opportunity.objects.count() == 1500


def test_a_file_that_is_gone_ends_its_job_with_a_reason(cell_maker: Actor, send: Send, folder: Path) -> None:
    job = send(cell_maker.person, lines(cell_maker)).json()
    for file in folder.iterdir():
        file.unlink()
    work()
    assert look(cell_maker.person, job["id"]).json()["state"] == "refused"


@pytest.mark.django_db(transaction=True)
def test_a_finished_file_is_not_kept(cell_maker: Actor, send: Send, folder: Path) -> None:
    send(cell_maker.person, lines(cell_maker))
    assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]
    work()
    assert not list(folder.iterdir())


def test_refused_rows_are_shown_with_line_column_and_reason_in_pages(cell_maker: Actor, send: Send) -> None:
    job = send(cell_maker.person, lines(cell_maker, 250, power_mw_min="-1")).json()
    work()
    seen = look(cell_maker.person, job["id"]).json()
    assert (seen["refused"], len(seen["errors"])) == (250, 200)
    first = seen["errors"][0]
    assert (first["line"], first["column"], first["code"], first["value"]) == (2, "power_mw_min", "out_of_range", "-1")
    rest = look(cell_maker.person, job["id"], f"?after={seen['next_errors']}").json()
    assert (len(rest["errors"]), rest["next_errors"]) == (50, None)
    assert {row["line"] for row in seen["errors"] + rest["errors"]} == set(range(2, 252))


def test_refusals_are_written_in_the_language_of_who_sent_the_file(cell_maker: Actor, send: Send) -> None:
    User.objects.filter(pk=cell_maker.person.pk).update(language="zh-hans")
    job = send(cell_maker.person, lines(cell_maker, 1, country="CN")).json()
    work()
    with translation.override("zh-hans"):
        expected = gettext("There is no such column: “%(name)s”.") % {"name": "country"}
    assert look(cell_maker.person, job["id"]).json()["errors"][0]["detail"] == expected


def test_a_file_of_the_wrong_form_is_refused_before_a_row_goes_in(cell_maker: Actor, send: Send) -> None:
    job = send(cell_maker.person, lines(cell_maker, 3, colour="green")).json()
    work()
    seen = look(cell_maker.person, job["id"]).json()
    assert (seen["state"], seen["progress"]["done"]) == ("refused", 0)
    assert [(row["column"], row["code"]) for row in seen["errors"]] == [("colour", "unknown")]
    assert not Opportunity.objects.exists()


def test_what_follows_a_persons_rights_is_decided_when_the_rows_go_in(cell_maker: Actor, send: Send) -> None:
    job = send(cell_maker.person, lines(cell_maker)).json()
    cell_maker.enterprise.memberships.all().delete()
    work()
    assert look(cell_maker.person, job["id"]).json()["created"] == 0
    assert not Opportunity.objects.exists()


def test_another_enterprises_rows_are_refused(cell_maker: Actor, developer: Actor, send: Send) -> None:
    send(developer.person, lines(developer))
    work()
    job = send(cell_maker.person, lines(cell_maker)).json()
    work()
    seen = look(cell_maker.person, job["id"]).json()
    assert {row["code"] for row in seen["errors"]} == {"foreign"}
    assert set(Opportunity.objects.values_list("enterprise", flat=True)) == {developer.enterprise.pk}


def test_a_job_is_nobody_elses_business(cell_maker: Actor, stranger: User, send: Send) -> None:
    job = send(cell_maker.person, lines(cell_maker)).json()
    assert look(stranger, job["id"]).status_code == 404
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    assert look(stranger, job["id"]).status_code == 200


def test_only_the_operator_publishes_without_review(cell_maker: Actor, send: Send) -> None:
    Enterprise.objects.filter(pk=cell_maker.enterprise.pk).update(external_id="e1", state="published")
    assert send(cell_maker.person, lines(cell_maker), publish="true").status_code == 403
    User.objects.filter(pk=cell_maker.person.pk).update(is_staff=True)
    send(cell_maker.person, lines(cell_maker, 1, enterprise="e1"), publish="true")
    work()
    assert Opportunity.objects.get().state == "published"


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"kind": "animals"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"submit": "perhaps"}, "submit"),
        ({"file": "text"}, "file"),
    ],
)
def test_a_wrong_form_names_its_part(cell_maker: Actor, send: Send, form: dict[str, str], named: str) -> None:
    answer = send(cell_maker.person, lines(cell_maker), **form)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [named]
    assert not Job.objects.exists()


def test_a_stranger_may_bring_enterprises_but_no_listings(stranger: User, send: Send) -> None:
    assert send(None, b"x").status_code == 401
    assert send(stranger, b"external_id,title\n").status_code == 403
    assert send(stranger, b"external_id,name,country\ne9,New,KZ\n", kind="enterprises").status_code == 202
    work()
    assert Enterprise.objects.get().memberships.get().user == stranger


def test_a_file_that_is_too_large_is_refused_clearly(
    cell_maker: Actor, send: Send, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1024 * 1024)
    answer = send(cell_maker.person, b"x" * (1024 * 1024 + 1))
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["detail"]
    assert not Job.objects.exists()
    assert not list(folder.iterdir())


def test_the_declared_size_is_looked_at_before_the_body_is_read(cell_maker: Actor) -> None:
    client = Client(headers={"Authorization": f"Bearer {a_key(cell_maker.person)}"})
    answer = client.post(
        "/api/v1/imports/", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**12)
    )
    assert answer.status_code == 413


def test_an_import_that_failed_for_good_says_that_it_is_stuck(cell_maker: Actor, send: Send) -> None:
    job = send(cell_maker.person, lines(cell_maker)).json()
    Delivery.objects.filter(handler=uploads.HANDLER).update(state="dead")
    assert look(cell_maker.person, job["id"]).json()["state"] == "stuck"
