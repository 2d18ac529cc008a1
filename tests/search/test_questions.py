"""What a question is understood to mean: regions, sizes, sums, exact words and what is not wanted, and its misspelt words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.enterprises.rules import KINDS
from apps.reference.models import ExchangeRate
from apps.search import organisations, questions, services, spelling, understanding
from apps.search.selectors import Page
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_project

Index = Callable[..., None]
Find = Callable[..., Page]
BARE: dict[str, Any] = {"summary": "-", "technologies": [], "modes": [], "language": "en"}
UNSIZED = dict.fromkeys(
    ("power_mw_min", "power_mw_max", "energy_mwh_min", "energy_mwh_max", "budget_min", "budget_max")
)


def ids(page: Page) -> list[int]:
    return [hit.subject_id for hit in page.results]


def whole(page: Page) -> set[int]:
    return {hit.subject_id for hit in page.results if hit.has_all}


def read(text: str, **how: Any) -> list[tuple[str, str, str]]:
    found = understanding.read(questions.parse(text, **how), "en")
    return [(each.kind, each.text, each.value) for each in found]


@pytest.mark.parametrize(
    "name", ["Central Asia", "中亚", "в Центральной Азии", "وسط آسيا", "Asia central", "मध्य एशिया"]
)
def test_a_region_is_found_by_its_countries_and_by_its_name_in_any_language(
    index: Index, find: Find, name: str
) -> None:
    kazakh = a_published_offer(a_published_enterprise(country="KZ"), title="Cells", **BARE)
    named = a_published_offer(a_published_enterprise(country="BR"), **BARE | {"title": "Storage for Central Asia"})
    index(kazakh, named, a_published_offer(a_published_enterprise(country="BR"), title="Cells", **BARE))
    assert set(ids(find(name))) == {kazakh.pk, named.pk}


def test_each_part_says_how_it_was_read(loaded: None) -> None:
    assert read("液流电池 50-200兆瓦时 东南亚 一带一路") == [
        ("concept", "液流电池", "flow-battery"), ("energy", "50-200兆瓦时", "MWh"), ("region", "东南亚", "035"), ("framework", "一带一路", "BRI"),
    ]  # fmt: skip
    assert ("framework", "ЕАЭС", "EAEU") in read("накопители ЕАЭС")
    assert read("«solid state» -lead") == [("words", "«solid state»", "solid state"), ("words", "-lead", "lead")]


def test_a_part_taken_off_is_plain_words_again(loaded: None) -> None:
    assert read("flow battery 100 MWh", plain=["Flow Battery", "100 MWh"]) == []
    query = questions.parse('"flow battery" -pumps', plain=['"flow battery"', "-pumps"])
    assert [unit.text for unit in query.units] == ["flow battery", "pumps"]
    assert (query.excluded, query.plain) == ((), ('"flow battery"', "-pumps"))


def test_a_size_is_had_by_the_record_or_by_the_text_and_others_stand_apart(index: Index, find: Find) -> None:
    enterprise = a_published_enterprise()
    fits = a_published_offer(
        enterprise, title="Zinc", **BARE | UNSIZED | {"energy_mwh_min": 90.0, "energy_mwh_max": 300.0}
    )
    says = a_published_offer(enterprise, title="Zinc for 100 MWh", **BARE | UNSIZED)
    small = a_published_offer(
        enterprise, title="Zinc", **BARE | UNSIZED | {"energy_mwh_min": 1.0, "energy_mwh_max": 2.0}
    )
    index(fits, says, small)
    page = find("zinc 100 MWh")
    assert (whole(page), set(ids(page))) == ({fits.pk, says.pk}, {fits.pk, says.pk, small.pk})
    assert set(ids(find("100 MWh"))) == {fits.pk, says.pk}
    assert whole(find("zinc 100 MWh", plain=["100 MWh"])) == {says.pk}


def test_a_sum_is_compared_in_the_listings_own_currency_by_the_rates_of_today(index: Index, find: Find) -> None:
    enterprise = a_published_enterprise()
    cheap, dear = (
        a_published_offer(enterprise, title="Zinc", **BARE | UNSIZED | {"budget_min": least, "currency": "CNY"})
        for least in (20_000_000, 90_000_000)
    )
    project = a_published_project(enterprise, title="Zinc", budget=4_000_000, currency="USD")
    index(cheap, dear, project)
    assert whole(find("zinc до 5 млн $")) == {cheap.pk, project.pk}
    ExchangeRate.objects.filter(currency="CHF").delete()
    query = questions.parse("up to 5 million CHF")
    assert (query.sized, "CHF" in query.notes[0]) == ((), True)


def test_quoted_words_stand_in_their_order_and_mean_nothing_else(index: Index, find: Find) -> None:
    enterprise = a_published_enterprise()
    in_order = a_published_offer(enterprise, title="A dry coating line", **BARE)
    apart = a_published_offer(enterprise, title="Coating and a line, dry", **BARE)
    chinese = a_published_offer(enterprise, title="供应商名录", **BARE | {"language": "zh-Hans"})
    index(in_order, apart, chinese, a_published_offer(enterprise, title="应商供名录", **BARE | {"language": "zh-Hans"}))
    for quoted in ('"dry coating"', "“dry coating” line", "«Dry Coating»"):
        assert ids(find(quoted)) == [in_order.pk], quoted
    assert set(ids(find('"dry coating'))) == {in_order.pk, apart.pk}
    assert ids(find("「供应商」")) == [chinese.pk]


def test_what_has_a_minus_before_it_is_left_out_as_a_word_and_as_a_concept(index: Index, find: Find) -> None:
    enterprise = a_published_enterprise()
    flow = a_published_offer(enterprise, title="全钒液流电池 Tsumeb", **BARE | {"language": "zh-Hans"})
    other = a_published_offer(enterprise, title="Sodium-ion cells of Tsumeb", **BARE)
    index(flow, other)
    assert ids(find("Tsumeb -flow battery")) == [other.pk]
    assert ids(find("Tsumeb -sodium")) == [flow.pk]
    assert ids(find("-sodium")) == [flow.pk]
    assert set(ids(find("Tsumeb sodium-ion"))) == {flow.pk, other.pk}


@pytest.fixture
def words_kept(index: Index) -> None:
    index(
        a_published_offer(title="Extruder for gearboxes", **BARE),
        a_published_offer(title="Экструдер", **BARE | {"language": "ru"}),
    )
    services.keep_words()
    spelling.forget()


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("extrudr", "extruder"), ("exturder for gaerboxes", "extruder for gearboxes"), ("экструдир", "экструдер"),
        ("extruders", None), ("xyzzyplugh", None), ("extr", None), ('"extrudr"', None), ("", None),
    ],
)  # fmt: skip
def test_a_misspelt_word_is_put_as_the_listings_have_it(words_kept: None, asked: str, meant: str | None) -> None:
    answer = Client().get("/api/v1/opportunities/", {"q": asked}).json()
    assert answer["did_you_mean"] == meant


def test_the_words_of_listings_are_counted_in_the_background_and_read_once(words_kept: None) -> None:
    Client().get("/api/v1/opportunities/", {"q": "extrudr"})
    with CaptureQueriesContext(
        connection,
    ) as made:
        Client().get("/api/v1/opportunities/", {"q": "gaerboxes"})
    assert not [each for each in made.captured_queries if "knownword" in each["sql"]]


def test_an_answer_of_the_api_carries_what_was_understood(index: Index) -> None:
    answer = (
        Client().get("/api/v1/opportunities/", {"q": "flow battery >= 20 MW -pumps", "plain": "flow battery"}).json()
    )
    (size, left_out) = answer["understood"]
    assert (size["kind"], size["text"], size["value"], size["least"], size["most"]) == (
        "power",
        ">= 20 MW",
        "MW",
        20.0,
        None,
    )
    assert (left_out["text"], left_out["excluded"]) == ("-pumps", True)
    assert answer["language"] == {"value": "en", "label": "English", "stated": False}
    stated = Client().get("/api/v1/enterprises/", {"q": "batería 20 MW", "lang": "es"}).json()
    assert stated["language"]["stated"]
    assert "power" not in {each["kind"] for each in stated["understood"]}  # an enterprise has no size


def test_a_kind_of_organisation_is_found_by_what_its_listings_enterprise_says_it_is(index: Index, find: Find) -> None:
    maker = a_published_enterprise(name="Volt A", kinds=["maker"])
    trader = a_published_enterprise(name="Volt B", kinds=["trader"])
    terms = {"title": "Cells", "summary": "In stock.", "technologies": ["battery-cell"], "language": "en"}
    made, sold = (a_published_offer(owner, **terms) for owner in (maker, trader))
    index(made, sold)
    for asked in ("厂家 电芯", "производитель ячеек", "battery cell manufacturer", "سازنده سلول"):
        found = find(asked)
        assert found.results[0].subject_id == made.pk, asked
        assert ("organisation", "maker") in {(m.kind, m.key) for m in found.results[0].meanings}, asked


def test_every_kind_of_organisation_has_names_in_all_languages_of_the_interface() -> None:
    named = organisations.names()
    assert set(named) == set(KINDS)
    assert {frozenset(called) for called in named.values()} == {
        frozenset({"en", "zh", "ru", "pt", "ar", "fr", "es", "fa", "id", "hi"})
    }
