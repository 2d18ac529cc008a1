"""What a file does to the platform: created, changed, left as it is, refused; one fact for each batch."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from apps.core.lifecycle import State
from apps.enterprises import services as enterprises
from apps.enterprises.models import Enterprise, Identifier
from apps.imports import services
from apps.imports.models import Job, RowError
from apps.journal.intake import Terms
from apps.journal.models import Fact, Version
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from tests.imports.records import OPERATOR, counts, enterprise, facts, opportunity, project, refusals

pytestmark = pytest.mark.django_db
Import = Callable[..., Job]


def test_an_enterprise_comes_in_with_everything_it_says(take_in: Import) -> None:
    assert counts(take_in("enterprises", enterprise())) == (1, 0, 0, 0)
    row = Enterprise.objects.get(external_id="e1")
    assert (row.name, row.country, row.state, row.version) == ("Алматы Энергия Сақтау", "KZ", State.PUBLISHED, 1)
    assert row.published_at is not None
    assert row.energy_profile == {"renewable_share": 0.4, "year": 2025}
    reference = row.references.get()
    assert (reference.value, reference.power_mw) == (Decimal("12500000.55"), 30.0)
    assert reference.as_entered == {"power_mw": {"number": "30", "unit": "MW"}}
    assert row.claims.get().standard == "IEC 62933"
    number = row.identifiers.get()
    assert (number.scheme, number.syntax_ok, number.checksum_ok) == ("LEI", True, True)


def test_the_same_record_is_the_same_row_whether_it_is_imported_or_written_by_hand(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    values, problems = services.KINDS["enterprises"].record.clean(enterprise("e2"))
    assert not problems
    enterprises.create(values=values, actor=None)
    imported, written = (
        {
            **Enterprise.objects.values().get(external_id=name),
            "references": list(row.references.values()),
            "claims": list(row.claims.values()),
            "identifiers": list(row.identifiers.values()),
        }
        for name in ("e1", "e2")
        for row in [Enterprise.objects.get(external_id=name)]
    )
    passed_over = {"id", "external_id", "state", "published_at", "created", "updated", "enterprise_id"}
    assert _without(imported, passed_over) == _without(written, passed_over)


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    if isinstance(value, dict):
        return {name: _without(item, names) for name, item in value.items() if name not in names}
    return value


def test_a_listing_comes_in_with_its_links_and_quantities(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    take_in("projects", project(owner="e1"))
    take_in("opportunities", opportunity(project="p1"))
    row = Opportunity.objects.select_related("enterprise", "project").get()
    assert (row.enterprise.external_id, row.project.external_id if row.project else "") == ("e1", "p1")
    assert (row.incoterm, row.family, row.budget_max) == ("DAP", "business", Decimal("40000000.50"))
    assert row.certifications_required == ["UL 9540", 'with "quotes" and \\ slashes']
    assert (row.excluded_countries, row.quantity_unit, row.c_rate_min) == ([], "", None)
    site = Project.objects.get()
    assert (site.energy_mwh, site.as_entered) == (200.0, {"energy_mwh": {"number": "0.2", "unit": "GWh"}})


def test_a_batch_is_one_fact(take_in: Import) -> None:
    take_in("enterprises", *(enterprise(f"e{number}") for number in range(1500)))
    first, second = Fact.objects.order_by("pk")
    assert first.kind == second.kind == "enterprise.imported"
    assert (len(first.subject_ids), len(second.subject_ids)) == (1000, 500)
    assert {*first.subject_ids, *second.subject_ids} == set(Enterprise.objects.values_list("pk", flat=True))
    assert first.payload == {"created": 1000, "changed": 0, "published": True}


def test_the_same_file_twice_changes_nothing(take_in: Import) -> None:
    files = {"enterprises": enterprise(), "projects": project(owner="e1"), "opportunities": opportunity(project="p1")}
    for kind, record in files.items():
        take_in(kind, record)
    before = [list(model.objects.values()) for model in (Enterprise, Project, Opportunity)]
    recorded = facts()
    for kind, record in files.items():
        assert counts(take_in(kind, record)) == (0, 0, 1, 0)
    assert [list(model.objects.values()) for model in (Enterprise, Project, Opportunity)] == before
    assert facts() == recorded
    assert not Version.objects.exists()


def test_a_change_of_the_sixth_decimal_of_a_price_is_a_change(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    for price, expected in ((0.045, (1, 0, 0, 0)), (0.045, (0, 0, 1, 0)), (0.045001, (0, 1, 0, 0))):
        assert counts(take_in("opportunities", opportunity(unit_price=price))) == expected
    assert Opportunity.objects.get().unit_price == Decimal("0.045001")


def test_a_changed_row_gets_a_new_version_and_the_old_one_is_kept(take_in: Import) -> None:
    take_in("enterprises", enterprise(), enterprise("e2"))
    take_in("opportunities", opportunity())
    assert counts(take_in("opportunities", opportunity(title="Containers for 240 MWh"))) == (0, 1, 0, 0)
    row = Opportunity.objects.get()
    assert (row.version, row.title, row.state, row.budget_min) == (
        2,
        "Containers for 240 MWh",
        State.PUBLISHED,
        20_000_000,
    )
    kept = Version.objects.get()
    assert (kept.subject, kept.subject_id, kept.number) == ("opportunity", row.pk, 1)
    assert kept.data["title"] == "Containers for 200 MWh"
    assert facts()[-1] == ("opportunity.imported", [row.pk])


def test_changed_references_replace_the_old_ones(take_in: Import) -> None:
    take_in("enterprises", enterprise(), enterprise("e2"))
    Identifier.objects.update(registry_confirmed=True)
    title = {"title": "Шардара", "country": "KZ", "year": 2025}
    assert counts(take_in("enterprises", enterprise(references=[title]), enterprise("e2"))) == (0, 1, 1, 0)
    row = Enterprise.objects.get(external_id="e1")
    assert [reference.title for reference in row.references.all()] == ["Шардара"]
    assert row.version == 2
    assert row.identifiers.get().registry_confirmed is True


def test_a_confirmation_outlives_other_numbers_of_the_same_enterprise(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    Identifier.objects.update(registry_confirmed=True)
    numbers = [{"scheme": "LEI", "value": "213800KUD8LAJWSQ9D15"}, {"scheme": "other", "value": "17"}]
    take_in("enterprises", enterprise(identifiers=[*numbers, numbers[0]]))
    assert dict(Identifier.objects.values_list("scheme", "registry_confirmed")) == {"LEI": True, "other": None}


def test_what_a_file_does_not_mention_stays_and_what_it_leaves_empty_goes(take_in: Import) -> None:
    take_in("projects", project())
    short = {name: project()[name] for name in ("external_id", "title", "country")}
    assert counts(take_in("projects", short)) == (0, 0, 1, 0)
    assert counts(take_in("projects", short | {"description": "", "power_mw": None})) == (0, 1, 0, 0)
    row = Project.objects.get()
    assert (row.description, row.power_mw, row.energy_mwh) == ("", None, 200.0)


def test_an_edit_that_contradicts_what_is_stored_is_refused(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    take_in("opportunities", opportunity())
    names = ("external_id", "enterprise", "side", "title", "summary", "language")
    job = take_in("opportunities", {name: opportunity()[name] for name in names} | {"power_mw_min": 100})
    assert refusals(job) == [(1, "power_mw_max", "reversed")]
    assert Opportunity.objects.get().version == 1


def test_a_file_cannot_change_the_currency_of_amounts_that_it_does_not_state(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    take_in("opportunities", opportunity())
    changed = {key: value for key, value in opportunity(currency="EUR").items() if key != "budget_max"}
    assert refusals(take_in("opportunities", changed)) == [(1, "currency", "not_restated")]


def test_good_rows_go_in_beside_bad_ones(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    job = take_in(
        "opportunities",
        opportunity("o1"),
        opportunity("o2", power_mw_min=float("nan")),
        opportunity("o3", budget_min=1e400),
        opportunity("o4", power_mw_min=60),
        opportunity("o5", power_mw_min=-1),
        opportunity("o6", currency="XXL"),
        opportunity("o7", target_countries=["CN", "ZZ"]),
        opportunity("o8", language="klingon!"),
        opportunity("o9", power_mw_max="60 kg"),
        opportunity("o10", enterprise="nobody"),
        opportunity("o11", project="nothing"),
        opportunity("o12", colour="green"),
        opportunity("o13", title="a\x00b"),
        opportunity("o14", title="\ud800"),
        opportunity("o15", title=None),
        opportunity("o16", technologies=["perpetuum mobile"]),
        opportunity("o17"),
    )
    assert refusals(job) == [
        (2, "power_mw_min", "number"),
        (3, "budget_min", "number"),
        (4, "power_mw_max", "reversed"),
        (5, "power_mw_min", "out_of_range"),
        (6, "currency", "unknown_code"),
        (7, "target_countries.1", "unknown_code"),
        (8, "language", "language"),
        (9, "power_mw_max", "number"),
        (10, "enterprise", "unknown"),
        (11, "project", "unknown"),
        (12, "colour", "unknown"),
        (13, "title", "control_character"),
        (14, "title", "encoding"),
        (15, "title", "required"),
        (16, "technologies.0", "concept"),
    ]
    assert counts(job) == (2, 0, 0, 15)
    assert set(Opportunity.objects.values_list("external_id", flat=True)) == {"o1", "o17"}
    assert RowError.objects.get(line=13).value == "a␀b"
    assert "kg" in RowError.objects.get(line=9).message


def test_what_only_the_database_refuses_costs_its_own_row_only(
    take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(services.KINDS["enterprises"].record.parsers, "name", str)
    long = "x" * 301
    job = take_in("enterprises", *(enterprise(f"e{number}", name=long if number == 7 else "n") for number in range(20)))
    assert counts(job) == (19, 0, 0, 1)
    assert refusals(job) == [(8, "", "database")]


def test_a_row_that_somebody_else_makes_at_the_same_moment_is_not_lost(
    take_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look sees no such row, the write then meets it: the second try reads it."""
    kind = services.KINDS["enterprises"]
    stored = kind.store.__globals__["EnterpriseIntake"].stored
    seen: list[int] = []

    def blind_at_first(self: Any, external_ids: list[str]) -> dict[str, Any]:
        seen.append(len(external_ids))
        return stored(self, external_ids) if len(seen) > 1 else {}

    take_in("enterprises", enterprise())
    monkeypatch.setattr(kind.store.__globals__["EnterpriseIntake"], "stored", blind_at_first)
    assert counts(take_in("enterprises", enterprise(), enterprise("e2"))) == (1, 0, 1, 0)


def test_a_dry_run_changes_nothing(take_in: Import) -> None:
    heard: list[RowError] = []
    job = take_in(
        "enterprises", enterprise(), enterprise("e2", country="?"), dry_run=True,
        report=lambda _job, errors: heard.extend(errors),
    )  # fmt: skip
    assert counts(job) == (1, 0, 0, 1)
    assert [error.column for error in heard] == ["country"]
    assert not Enterprise.objects.exists()
    assert not Job.objects.exists()
    assert not Fact.objects.exists()


def test_the_language_is_read_from_the_text_where_it_is_not_stated(take_in: Import) -> None:
    unstated = {name: value for name, value in enterprise().items() if name != "language"}
    take_in(
        "enterprises",
        unstated,
        unstated | {"external_id": "e2", "language": "", "name": "储能", "summary": "我们生产电芯。"},
    )
    assert dict(Enterprise.objects.values_list("external_id", "language")) == {"e1": "ru", "e2": "zh"}


def test_what_is_said_of_an_unreadable_line_is_in_the_language_of_who_imports(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text("{}\n[]\n", "utf-8")
    said: list[RowError] = []
    with translation.override("zh-hans"):
        services.run_file(kind="projects", path=path, terms=OPERATOR, report=lambda _job, errors: said.extend(errors))
        expected = gettext("This line is not a JSON object.")
    assert expected in [error.message for error in said]
    assert expected != "This line is not a JSON object."


def test_a_file_is_taken_up_to_where_it_breaks_off(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_text('external_id,title,country\np1,One,KZ\np2,Two,KZ\np3,"Thr', "utf-8")
    job = services.run_file(kind="projects", path=path, terms=OPERATOR)
    assert counts(job) == (2, 0, 0, 1)
    assert refusals(job) == [(4, "", "breaks_off")]


def test_a_batch_costs_a_fixed_number_of_queries(take_in: Import) -> None:
    take_in("enterprises", enterprise())
    with CaptureQueriesContext(connection) as few:
        take_in("opportunities", *(opportunity(f"a{number}") for number in range(2)))
    with CaptureQueriesContext(connection) as many:
        take_in("opportunities", *(opportunity(f"b{number}") for number in range(900)))
    assert len(own(many)) == len(own(few))


def own(captured: CaptureQueriesContext) -> list[str]:
    """The queries of an import: whether the thesaurus has changed is asked every other second, by whoever needs it."""
    return [query["sql"] for query in captured.captured_queries if "taxonomy_" not in query["sql"]]


def test_demonstration_rows_are_marked(take_in: Import) -> None:
    take_in("enterprises", enterprise(), terms=Terms(publish=True, demonstration=True))
    assert Enterprise.objects.get().demonstration
