"""The real projects go in whole: imported, published, tagged, indexed and matched with the companies of real deals."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from apps.enterprises.models import Enterprise
from apps.imports.models import Job
from apps.journal.models import Delivery
from apps.matching import selectors as matching
from apps.matching.listings import enterprise_key, opportunity_key
from apps.matching.models import Match, PackedListing
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.search.models import Entry
from tests.matching import deals
from tests.realinput import convert
from tests.realinput.conftest import do_what_is_queued, take_in

pytestmark = pytest.mark.django_db  # which also tells pytest-django to make the database
ROWS = 883
Jobs = Mapping[str, Job]


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[convert.Row]:
    return convert.read(shared_data / convert.FILE)


@pytest.fixture(scope="module")
def companies(shared_data: Path) -> list[convert.Record]:
    """The companies of real deals, each with its deals as references: who may answer the requests."""
    done = deals.read(shared_data / "cgit_energy_deals_to_2017.csv")
    return deals.deals(done, [])[0]


@pytest.fixture(scope="module")
def jobs(
    platform: None, shared_data: Path, companies: list[convert.Record], tmp_path_factory: pytest.TempPathFactory
) -> Jobs:
    """Everything taken in, and all that follows from it done."""
    folder = tmp_path_factory.mktemp("records")
    files = convert.write_all(shared_data / convert.FILE, folder)
    convert.write(files["enterprises"], [convert.ENTERPRISE, *companies])
    taken = take_in(files)
    do_what_is_queued()
    return taken


def test_no_row_is_refused(jobs: Jobs, rows: list[convert.Row], companies: list[convert.Record]) -> None:
    refused = [
        f"{kind} {error.line}: {error.column}: {error.message}"
        for kind, job in jobs.items()
        for error in job.errors.all()
    ]
    assert refused == []
    assert len(rows) == ROWS
    created = {kind: job.created_rows for kind, job in jobs.items()}
    assert created == {"enterprises": len(companies) + 1, "projects": ROWS, "opportunities": ROWS}


def test_every_project_and_request_is_published_and_indexed(jobs: Jobs, companies: list[convert.Record]) -> None:
    assert Project.objects.published().count() == ROWS
    assert Opportunity.objects.published().filter(side="request", project__isnull=False).count() == ROWS
    entries = {
        subject: set(Entry.objects.filter(subject=subject).values_list("subject_id", flat=True))
        for subject in ("project", "opportunity")
    }
    assert entries["project"] == set(Project.objects.values_list("pk", flat=True))
    assert entries["opportunity"] == set(Opportunity.objects.values_list("pk", flat=True))
    assert Entry.objects.filter(subject="enterprise").count() == len(companies) + 1


def test_every_delivery_is_done(jobs: Jobs) -> None:
    assert not Delivery.objects.exclude(state=Delivery.State.DONE).exists()


def test_what_the_source_states_is_what_the_platform_holds(jobs: Jobs, rows: list[convert.Row]) -> None:
    assert Project.objects.values("country").distinct().count() == len({row["country_iso3"] for row in rows})
    project = Project.objects.get(external_id="gcdf-40")
    assert (project.country, project.power_mw, project.stage, project.operation_year) == ("BW", 600, "operation", 2014)
    assert float(project.budget or 0) == pytest.approx(1239231226.53)
    request = Opportunity.objects.get(external_id="gcdf-40-request")
    assert (request.project, request.target_countries, request.modes) == (project, ["BW"], ["epc-integration"])


def test_every_request_is_matched_with_companies(jobs: Jobs) -> None:
    run = matching.current_run()
    assert run is not None
    keys = set(map(opportunity_key, Opportunity.objects.values_list("pk", flat=True)))
    packed = set(PackedListing.objects.filter(data__isnull=False).values_list("key", flat=True))
    assert packed == keys | set(map(enterprise_key, Enterprise.objects.values_list("pk", flat=True)))
    owners = set(Match.objects.filter(run_id=run.pk).values_list("owner", flat=True).distinct())
    assert keys - owners == set()


def test_what_is_not_understood_is_little_and_known(jobs: Jobs) -> None:
    """58 of 883: loans whose text names only lender and company, and works called no more than "network" or "power supply"."""
    lost = Project.objects.filter(technologies=[]).order_by("pk").values_list("external_id", "title")
    told = "\n".join(f"{name}: {title}" for name, title in lost)
    assert len(lost) <= 0.07 * ROWS, f"no technology was found in {len(lost)} of {ROWS} projects:\n{told}"
    both = Opportunity.objects.filter(technologies=[]).values_list("project__external_id", flat=True)
    assert set(both) == {name for name, _ in lost}, "a request says what its project says"
