"""The pages on which a file is sent and followed."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.imports.models import Job, RowError
from tests.factories.cast import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.IMPORT_DIR = tmp_path


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("offers.csv", "external_id,title\n1,电芯\n".encode())


def test_a_file_that_was_sent_has_a_page_that_asks_again_until_it_is_done(client: Client, cell_maker: Actor) -> None:
    client.force_login(cell_maker.person)
    answer = client.post("/en/imports/", {"kind": "opportunities", "file": a_file()})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/en/imports/{job.pk}/"
    assert 'hx-trigger="every 2s"' in client.get(f"/en/imports/{job.pk}/").content.decode()
    part = client.get(f"/en/imports/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_what_is_missing_is_said_beside_its_field(client: Client, cell_maker: Actor, stranger: User) -> None:
    client.force_login(cell_maker.person)
    page = client.post("/en/imports/", {}).content.decode()
    assert 'id="id_kind_error"' in page
    assert 'id="id_file_error"' in page
    client.force_login(stranger)
    page = client.post("/en/imports/", {"kind": "opportunities", "file": a_file()}).content.decode()
    assert "Register your enterprise first." in page
    assert not Job.objects.exists()


def test_refused_rows_are_listed_with_line_column_and_reason_to_their_sender_only(
    client: Client, cell_maker: Actor, stranger: User
) -> None:
    job = Job.objects.create(
        user=cell_maker.person, kind="opportunities", file_name="offers.csv", state="running", total=9
    )
    RowError.objects.create(job=job, line=14, column="country", code="unknown_code", message="“XX” is not known here.")
    client.force_login(cell_maker.person)
    page = client.get(f"/en/imports/{job.pk}/").content.decode()
    assert "“XX” is not known here." in page
    assert "<bdi>country</bdi>" in page
    client.force_login(stranger)
    assert client.get(f"/en/imports/{job.pk}/").status_code == 404
