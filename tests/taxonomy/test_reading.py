"""What a text says of its language and its technologies where its writer did not."""

from types import SimpleNamespace

import pytest

from apps.taxonomy.reading import complete, technologies
from apps.taxonomy.scheme import Scheme

KINDS = ("technology",)
TEXTS = ("title", "summary")


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Vanadium flow battery for a mine", "en"),
        ("全钒液流电池储能电站", "zh"),
        ("Ванадиевые проточные батареи", "ru"),
    ],
)
def test_language_and_technologies_are_read_from_the_text(loaded: Scheme, title: str, language: str) -> None:
    values = {"title": title, "summary": ""}
    complete(values, None, texts=TEXTS, kinds=KINDS)
    assert values["language"] == language
    assert "vanadium-flow" in values["technologies"]


def test_what_is_stated_stays(loaded: Scheme) -> None:
    values = {"title": "Flywheels", "language": "hi", "technologies": ["lfp"]}
    complete(values, None, texts=TEXTS, kinds=KINDS)
    assert values == {"title": "Flywheels", "language": "hi", "technologies": ["lfp"]}


def test_what_is_mentioned_in_passing_does_not_count_unless_the_title_names_it(loaded: Scheme) -> None:
    text = "The flywheel stands beside a flywheel. " * 5 + "A wind farm is near."
    assert technologies("Storage hall", text, "en", KINDS) == ["flywheel"]
    assert set(technologies("Storage for a wind farm", text, "en", KINDS)) == {"flywheel", "wind"}


def test_only_concepts_of_the_kinds_that_are_asked_for_count(loaded: Scheme) -> None:
    text = "Flywheels for frequency regulation"
    assert "frequency-regulation" not in technologies(text, "", "en", KINDS)
    assert "frequency-regulation" in technologies(text, "", "en", ("technology", "application"))


def test_what_a_stored_row_has_stays_as_long_as_its_texts_do(loaded: Scheme) -> None:
    row = SimpleNamespace(title="Flywheels", summary="", language="en", technologies=["lfp"])
    same = {"title": "Flywheels", "technologies": []}
    complete(same, row, texts=TEXTS, kinds=KINDS)
    assert same == {"title": "Flywheels"}
    other = {"title": "Supercapacitors", "technologies": []}
    complete(other, row, texts=TEXTS, kinds=KINDS)
    assert other["technologies"] == ["supercapacitor"]
