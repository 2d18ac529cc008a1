"""The commands of an operator: what they say, write and return."""

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.enterprises.models import Enterprise
from apps.imports.management.importing import harmless
from apps.imports.models import Job
from apps.journal.models import Fact
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from tests.imports.records import enterprise, opportunity, project

pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


def run(kind: str, path: Path, **options: Any) -> str:
    """What the command says on standard output."""
    out = StringIO()
    call_command(f"import_{kind}", path, stdout=out, stderr=StringIO(), **options)
    return out.getvalue().strip()


def test_the_three_kinds_come_in_from_each_format(json_lines: Write, table: Write, sheet: Write) -> None:
    assert (
        run("enterprises", table([enterprise()]), publish=True)
        == "1 rows: 1 created, 0 changed, 0 unchanged, 0 refused"
    )
    site = project(owner="e1")
    run("projects", sheet([list(site), list(site.values())]), publish=True)
    run("opportunities", json_lines([opportunity(project="p1")]), publish=True)
    listing = Opportunity.objects.get()
    assert (listing.enterprise, listing.project) == (Enterprise.objects.get(), Project.objects.get())
    assert [listing.state, Project.objects.get().state] == ["published", "published"]
    assert Enterprise.objects.get().references.get().power_mw == 30


def test_without_publish_rows_are_drafts(json_lines: Write) -> None:
    run("enterprises", json_lines([enterprise()]))
    assert Enterprise.objects.get().state == "draft"
    assert Fact.objects.get().payload["published"] is False


def test_the_same_file_in_another_format_changes_nothing(json_lines: Write, table: Write) -> None:
    run("enterprises", json_lines([enterprise()]), publish=True)
    assert run("enterprises", table([enterprise()]), publish=True).startswith(
        "1 rows: 0 created, 0 changed, 1 unchanged"
    )


def test_refused_rows_are_written_beside_the_file_and_the_command_fails(json_lines: Write) -> None:
    path = json_lines([enterprise(), enterprise("e2", country="Utopia"), enterprise("e3", website="=HYPERLINK(1)")])
    with pytest.raises(CommandError, match="2 rows were refused") as caught:
        run("enterprises", path, publish=True)
    assert caught.value.returncode == 1
    assert Enterprise.objects.count() == 1
    with path.with_name("records.jsonl.errors.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["line"], row["column"], row["value"]) for row in rows] == [
        ("2", "country", "Utopia"),
        ("3", "website", "'=HYPERLINK(1)"),
    ]
    assert "Utopia" in rows[0]["reason"]


def test_an_old_error_file_does_not_outlive_a_good_run(json_lines: Write) -> None:
    path = json_lines([enterprise()])
    errors = path.with_name(f"{path.name}.errors.csv")
    errors.write_text("old")
    run("enterprises", path)
    assert not errors.exists()


def test_a_dry_run_says_what_would_happen(json_lines: Write) -> None:
    said = run("enterprises", json_lines([enterprise()]), dry_run=True)
    assert said == "1 rows: 1 created, 0 changed, 0 unchanged, 0 refused (dry run: nothing was changed)"
    assert not Enterprise.objects.exists()


def test_a_file_that_cannot_be_taken_names_every_reason(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("external_id,nmae\n1,x\n")
    with pytest.raises(CommandError) as caught:
        run("enterprises", path)
    assert all(name in str(caught.value) for name in ("nmae", "name", "country"))
    assert not Job.objects.exists()


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none\.csv"):
        run("enterprises", tmp_path / "none.csv")


def test_a_file_that_breaks_off_is_taken_up_to_there_and_the_command_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_text('external_id,name,country\ne1,One,KZ\ne2,"Two')
    with pytest.raises(CommandError):
        run("enterprises", path)
    assert Enterprise.objects.get().external_id == "e1"
    assert "breaks off in line 3" in path.with_name("cut.csv.errors.csv").read_text("utf-8-sig")


def test_progress_is_told_after_two_seconds(json_lines: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.imports.management.importing.QUIET_SECONDS", 0)
    err = StringIO()
    call_command("import_enterprises", json_lines([enterprise()]), stdout=StringIO(), stderr=err)
    assert "1 rows read, 0 refused" in err.getvalue()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless("plain = text") == "plain = text"
