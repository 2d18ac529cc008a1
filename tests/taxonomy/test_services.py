"""Importing, exporting and editing the thesaurus in the database."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.journal.models import Fact
from apps.taxonomy import models, selectors, services
from apps.taxonomy.api import TaxonomyView
from apps.taxonomy.choices import concepts
from apps.taxonomy.rules import BadScheme
from apps.taxonomy.scheme import Scheme
from tests.factories.people import an_administrator
from tests.taxonomy.test_scheme import TURTLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(db: None) -> None:
    """No thesaurus at all, whatever the tests' database was given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE taxonomy_concept, taxonomy_label, taxonomy_group, taxonomy_grouplabel, taxonomy_ambiguouslabel, "
            "taxonomy_schemeversion CASCADE"
        )


def the_facts() -> list[str]:
    return list(Fact.objects.filter(kind="taxonomy.changed").values_list("kind", flat=True))


@pytest.mark.usefixtures("empty")
def test_the_shipped_scheme_loads_once_and_reads_back_as_its_files(shipped: Scheme) -> None:
    assert services.load_shipped()
    stored = selectors.scheme()
    assert (stored.concepts, stored.groups, stored.ambiguous) == (shipped.concepts, shipped.groups, shipped.ambiguous)
    assert not services.load_shipped()
    assert selectors.scheme() is stored


def test_an_export_imported_again_changes_nothing(loaded: Scheme) -> None:
    for form in ("turtle", "json-ld"):
        done = services.import_scheme(texts=[selectors.export(form)], form=form)
        assert (done.added, done.changed, done.unchanged) == (0, 0, len(loaded.concepts))
    assert selectors.scheme().stamp == loaded.stamp


@pytest.mark.usefixtures("empty")
def test_an_import_adds_what_is_new_changes_what_differs_and_leaves_the_rest() -> None:
    assert services.import_scheme(texts=[TURTLE]).added == 2
    done = services.import_scheme(texts=[TURTLE.replace('"redox flow"@en', '"redox battery"@en')])
    assert (done.added, done.changed, done.unchanged) == (0, 1, 1)
    scheme = selectors.scheme()
    assert "redox battery" in {label.text for label in scheme.by_key["flow"].labels}
    assert scheme.broader["flow"] == ("storage",)
    assert scheme.ambiguous == (("en", "cell"),)


@pytest.mark.usefixtures("empty")
def test_each_change_is_a_fact_and_an_import_without_one_is_none() -> None:
    services.import_scheme(texts=[TURTLE])
    services.import_scheme(texts=[TURTLE])
    assert len(the_facts()) == 1


@pytest.mark.usefixtures("empty")
def test_a_wrong_file_changes_nothing_and_names_everything_wrong() -> None:
    services.import_scheme(texts=[TURTLE])
    before = selectors.stored()
    wrong = TURTLE.replace("skos:broader vb:storage", "skos:broader vb:flow").replace(
        '"redox flow"@en', '"Flow Battery"@en'
    )
    with pytest.raises(BadScheme) as refused:
        services.import_scheme(texts=[wrong])
    assert len(refused.value.problems) == 2
    assert selectors.stored() == before


@pytest.mark.usefixtures("empty")
def test_a_file_without_concepts_is_refused() -> None:
    with pytest.raises(BadScheme, match="describes no concept"):
        services.import_scheme(texts=[""])


@pytest.mark.usefixtures("empty")
def test_a_concept_described_in_two_files_is_refused() -> None:
    with pytest.raises(BadScheme, match="flow: it is described in more than one file"):
        services.import_scheme(texts=[TURTLE, TURTLE.replace("redox", "re-dox")])


@pytest.mark.usefixtures("empty")
def test_a_change_makes_a_new_tagger() -> None:
    services.import_scheme(texts=[TURTLE])
    before = selectors.tagger()
    assert selectors.tagger() is before
    assert before.concepts("all-vanadium redox flow and hybrid flow", "en") == {"flow": 1.0}
    services.import_scheme(texts=[TURTLE.replace('"redox flow"@en', '"hybrid flow"@en')])
    assert selectors.tagger().concepts("all-vanadium redox flow and hybrid flow", "en") == {"flow": 1.0}
    assert selectors.tagger().tag("hybrid flow", "en")


@pytest.mark.usefixtures("empty")
def test_another_processes_change_is_seen_by_its_stamp(settings: Any) -> None:
    services.import_scheme(texts=[TURTLE])
    settings.TAXONOMY_RECHECK_SECONDS = 0
    before = selectors.scheme()
    models.Concept.objects.filter(key="flow").update(deprecated=True)
    assert selectors.scheme() is before  # nobody said that anything changed
    remembered = selectors._Remembered.scheme
    services.mark_changed()
    selectors._Remembered.scheme = remembered  # as in a process that did not make the change itself
    assert selectors.scheme().by_key["flow"].deprecated


def test_reading_costs_no_query_once_the_scheme_is_remembered(loaded: Scheme, django_assert_num_queries: Any) -> None:
    selectors.scheme()
    with django_assert_num_queries(0):
        selectors.label("lfp", "ru")
        selectors.labels_in("zh", "mode")
        selectors.resolve("磷酸铁锂电池", ("technology",))
        selectors.tree("en")
        selectors.groups("fr")


def test_words_resolve_to_concepts_of_the_asked_kinds_only(loaded: Scheme) -> None:
    assert selectors.resolve("lfp", ("technology",)) == "lfp"
    assert selectors.resolve("磷酸铁锂电池", ("technology",)) == "lfp"
    assert selectors.resolve("lfp", ("mode",)) is None
    assert selectors.resolve("nonsense") is None


def test_a_word_for_a_narrower_topic_names_the_mode_or_stage_above_it(loaded: Scheme) -> None:
    assert selectors.resolve("льготный кредит", ("mode",)) == "project-finance"
    assert selectors.resolve("export credit", ("stage",)) == "finance"
    assert selectors.resolve("export credit") == "export-credit"
    assert selectors.resolve("export credit", ("technology",)) is None


def test_a_form_offers_only_the_kinds_it_asks_for(loaded: Scheme) -> None:
    assert dict(concepts("mode")())["project-finance"] == "project finance and investment"  # and no topics below it
    families = dict(concepts("technology", "application")())
    assert "prismatic-cell" in dict(families["energy storage system"])


def test_the_tree_nests_narrower_concepts_and_choices_are_in_the_readers_language(loaded: Scheme) -> None:
    tops = {node["key"]: node for node in selectors.tree("en", "technology")}
    lithium = next(node for node in tops["electrochemical-storage"]["narrower"] if node["key"] == "lithium-ion")
    assert "lfp" in [node["key"] for node in lithium["narrower"]]
    assert dict(concepts("mode")())["joint-venture"] == "joint venture"


@pytest.mark.parametrize(
    "statement",
    [
        """INSERT INTO taxonomy_label (concept_id, language, kind, text)
        SELECT id, 'en', 'preferred', 'x' FROM taxonomy_concept""",
        """INSERT INTO taxonomy_label (concept_id, language, kind, text)
        SELECT concept_id, language, 'hidden', upper(text) FROM taxonomy_label WHERE language = 'en'""",
        "INSERT INTO taxonomy_schemeversion (id, number, stamp, changed_at) VALUES (2, 1, gen_random_uuid(), now())",
        "UPDATE taxonomy_concept SET kind = 'animal'",
    ],
)
@pytest.mark.usefixtures("empty")
def test_the_database_itself_refuses_what_skos_forbids(statement: str) -> None:
    services.import_scheme(texts=[TURTLE])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.usefixtures("empty")
def test_the_commands_import_export_and_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "own.ttl", tmp_path / "out.jsonld"
    source.write_text(TURTLE, "utf-8")
    call_command("import_taxonomy", str(source))
    call_command("export_taxonomy", str(target), format="json-ld")
    call_command("import_taxonomy", str(target))
    call_command("taxonomy_report")
    printed = capsys.readouterr().out
    assert "2 concepts added, 0 changed, 0 unchanged" in printed
    assert "0 concepts added, 0 changed, 2 unchanged" in printed
    assert "2 preferred,   0 lacking" in printed


@pytest.mark.usefixtures("empty")
def test_a_wrong_file_ends_the_command_with_its_problems(tmp_path: Path) -> None:
    source = tmp_path / "own.ttl"
    source.write_text(TURTLE.replace('"technology"', '"animal"'), "utf-8")
    with pytest.raises(CommandError, match="“animal” is no kind of concept"):
        call_command("import_taxonomy", str(source))
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_taxonomy", str(tmp_path / "missing.ttl"))


def test_the_api_lists_concepts_in_a_language_and_serves_skos(rf: RequestFactory, loaded: Scheme) -> None:
    view = TaxonomyView.as_view()
    answer = json.loads(view(rf.get("/", {"lang": "ru"})).render().content)
    assert answer["count"] == len(loaded.concepts)
    lfp = next(row for row in answer["results"] if row["key"] == "lfp")
    assert lfp["label"] == loaded.label("lfp", "ru")
    assert lfp["broader"] == ["lithium-ion"]
    assert lfp["related"] == ["lfp-cathode"]
    lithium = next(row for row in answer["results"] if row["key"] == "lithium-ion")
    assert lithium["matches"] == ["http://www.wikidata.org/entity/Q2822895"]
    assert lithium["notations"] == ["cpc:Y02E60/10", "hs:850760"]
    assert lfp["group"] == "group-energy-storage"
    turtle = view(rf.get("/", headers={"accept": "text/turtle"})).render()
    assert turtle["Content-Type"] == "text/turtle; charset=utf-8"
    assert turtle.content.decode() == selectors.export("turtle")
    assert json.loads(view(rf.get("/?format=json-ld")).render().content)["@context"]["skos"]
    assert view(rf.get("/?format=pdf")).render().status_code == 404


def _admin(client: Client) -> None:
    client.force_login(an_administrator())


def _form(concept: models.Concept, *labels: tuple[str, str, str]) -> dict[str, Any]:
    """The admin's form of a concept with these labels added to the ones it has."""
    stored = list(concept.labels.all())
    data: dict[str, Any] = {
        "kind": concept.kind,
        "definition": concept.definition,
        "broader": [row.pk for row in concept.broader.all()],
        "labels-TOTAL_FORMS": len(stored) + len(labels),
        "labels-INITIAL_FORMS": len(stored),
    }
    rows: list[dict[str, Any]] = [
        {"id": row.pk, "concept": concept.pk, "language": row.language, "kind": row.kind, "text": row.text}
        for row in stored
    ]
    rows += [
        {"concept": concept.pk, "language": language, "kind": kind, "text": text} for language, kind, text in labels
    ]
    return data | {f"labels-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}


@pytest.mark.usefixtures("empty")
def test_an_edit_in_the_admin_is_a_new_version_of_the_scheme(client: Client) -> None:
    services.import_scheme(texts=[TURTLE])
    _admin(client)
    before, concept = selectors.scheme().stamp, models.Concept.objects.get(key="flow")
    address = reverse("admin:taxonomy_concept_change", args=[concept.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, _form(concept, ("fr", "preferred", "batterie à flux"))).status_code == 302
    assert selectors.scheme().stamp != before
    assert selectors.label("flow", "fr") == "batterie à flux"
    assert len(the_facts()) == 2


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        (("en", "hidden", "REDOX FLOW"), "stands twice in en"),
        (("en", "preferred", "another"), "2 preferred labels in en"),
        (("en", "alternative", "Storage of energy"), "is a label of flow, storage"),
        (("xx-yy-zz-1", "alternative", "word"), "no BCP 47 tag"),
    ],
)
@pytest.mark.usefixtures("empty")
def test_the_admin_refuses_what_skos_forbids(client: Client, label: tuple[str, str, str], reason: str) -> None:
    services.import_scheme(texts=[TURTLE])
    _admin(client)
    concept = models.Concept.objects.get(key="flow")
    answer = client.post(reverse("admin:taxonomy_concept_change", args=[concept.pk]), _form(concept, label))
    assert answer.status_code == 200
    assert reason in answer.content.decode()


@pytest.mark.usefixtures("empty")
def test_the_admin_refuses_a_cycle_and_the_deletion_of_a_concept(client: Client) -> None:
    services.import_scheme(texts=[TURTLE])
    _admin(client)
    storage, flow = models.Concept.objects.get(key="storage"), models.Concept.objects.get(key="flow")
    data = _form(storage) | {"broader": [flow.pk]}
    answer = client.post(reverse("admin:taxonomy_concept_change", args=[storage.pk]), data)
    assert "it is broader than itself" in answer.content.decode()
    assert client.post(reverse("admin:taxonomy_concept_delete", args=[flow.pk])).status_code == 403
