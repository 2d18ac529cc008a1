"""Who does not know the term finds the thing by describing it, and what stands near what was asked comes after it."""

from collections.abc import Callable
from typing import Any

import pytest

from apps.search import expansion, questions, understanding
from apps.search.selectors import Page
from tests.factories.listings import a_published_offer

Index = Callable[..., None]
Find = Callable[..., Page]
BARE: dict[str, Any] = {"summary": "-", "technologies": [], "modes": [], "stages": []}


def ids(page: Page) -> list[int]:
    return [hit.subject_id for hit in page.results]


def added(text: str, language: str = "en") -> list[str]:
    return understanding.added(questions.parse(text, language), "en")


@pytest.mark.parametrize(
    ("language", "description", "title", "spoken"),
    [
        ("en", "train brakes give energy back", "Накопитель для метро", "ru"),
        ("es", "cuando se va la luz en el hogar", "户用储能", "zh-Hans"),
        ("zh-Hans", "把水抽到高处再发电", "Central de bombeo reversível", "pt"),
        ("ru", "лёд для кондиционера офиса ночью", "Ice storage", "en"),
        ("hi", "गाँव में बिजली जो ग्रिड से दूर है", "Microgrid", "en"),
        ("ar", "من يدفع إذا احترقت المحطة", "Seguro de proyectos", "es"),
    ],
)
def test_a_description_finds_the_thing_in_another_language(
    index: Index, find: Find, language: str, description: str, title: str, spoken: str
) -> None:
    wanted = a_published_offer(title=title, language=spoken, **BARE)
    index(wanted, a_published_offer(title="Pallets of paper", language="en", **BARE))
    assert ids(find(description, lang=language)) == [wanted.pk]


def test_what_has_the_words_comes_before_what_they_only_hint_at(index: Index, find: Find) -> None:
    hinted = a_published_offer(title="Battery swapping", language="en", **BARE)
    said = a_published_offer(title="Exchange for scooter batteries", language="en", **BARE)
    index(hinted, said)
    page = find("exchange scooter batteries")
    assert ids(page) == [said.pk, hinted.pk]
    assert [hit.has_all for hit in page.results] == [True, False]


def test_what_is_above_or_beside_a_named_concept_comes_after_it(index: Index, find: Find) -> None:
    exact = a_published_offer(title="Électrolyseur alcalin", language="fr", **BARE)
    near = a_published_offer(title="Electrolysers", language="en", **BARE)
    index(near, exact)
    assert ids(find("碱性电解槽")) == [exact.pk, near.pk]


def test_it_is_said_what_was_looked_for_besides(loaded: None) -> None:
    assert "rail energy storage" in added("train brakes give energy back")
    assert "electrolyser" in added("alkaline electrolyser")


@pytest.mark.parametrize("text", ["", "100 MWh", '"train brakes"', "zzz qqq"])
def test_nothing_is_added_where_nothing_hints_at_anything(loaded: None, text: str) -> None:
    assert added(text) == []


def test_a_part_taken_as_words_hints_at_nothing(loaded: None) -> None:
    assert questions.parse("flow battery", "en", plain=["flow battery"]).added == ()


def test_few_concepts_are_added_however_much_is_asked(loaded: None) -> None:
    many = " ".join(["battery power grid storage water heat energy cell plant"] * 7)
    assert len(expansion.hints(many.split(), (), "en")) <= expansion.MOST
