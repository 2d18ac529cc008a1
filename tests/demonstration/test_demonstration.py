"""The demonstration data: whole, varied, in ten languages, and free of repetition."""

import json
from collections import Counter
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from apps.enterprises.models import Enterprise
from apps.imports import services as imports
from apps.imports import showcase
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference.services import load_seeds
from apps.taxonomy.selectors import scheme
from apps.taxonomy.services import load_shipped

LANGUAGES = ("en", "zh-Hans", "ru", "pt", "ar", "fr", "es", "fa", "id", "hi")


@cache
def records(kind: str) -> tuple[dict[str, Any], ...]:
    paths = [path for name, path in showcase.files() if name == kind]
    return tuple(json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines())


@pytest.fixture
def thesaurus(db: None) -> None:
    load_seeds()
    load_shipped()


def test_there_are_sixty_enterprises_sixty_projects_and_two_hundred_and_fifty_opportunities() -> None:
    assert [len(records(kind)) for kind in imports.KINDS] == [60, 60, 250]


def test_the_enterprises_are_at_home_in_at_least_twenty_countries() -> None:
    assert len({record["country"] for record in records("enterprises")}) >= 20


@pytest.mark.parametrize("kind", list(imports.KINDS))
def test_every_language_has_at_least_five_of_each_kind(kind: str) -> None:
    counted = Counter(record["language"] for record in records(kind))
    assert min(counted[language] for language in LANGUAGES) >= 5


def test_every_mode_stage_and_root_of_the_technologies_has_at_least_five_opportunities(thesaurus: None) -> None:
    present = scheme()
    counted = Counter(key for record in records("opportunities") for key in (*record["modes"], *record["stages"]))
    counted.update(
        root for record in records("opportunities") for root in {present.root[key] for key in record["technologies"]}
    )
    wanted = [key for key in present.keys if present.kind(key) in ("mode", "stage")]
    wanted += [key for key in present.keys if present.kind(key) == "technology" and not present.broader[key]]
    assert {key: counted[key] for key in wanted if counted[key] < 5} == {}


def grams(text: str, language: str) -> set[str]:
    """Runs of five words, or of five characters where words are not parted by spaces."""
    parts = list(text) if language == "zh-Hans" else text.split()
    return {"\0".join(parts[at : at + 5]) for at in range(len(parts) - 4)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_summary_shares_more_than_three_tenths_of_its_five_grams_with_another(language: str) -> None:
    found = [
        (record["external_id"], grams(record["summary"], language))
        for record in records("opportunities")
        if record["language"] == language
    ]
    shared = {(one, other): len(a & b) / min(len(a), len(b)) for (one, a), (other, b) in combinations(found, 2)}
    assert {pair: share for pair, share in shared.items() if share > 0.3} == {}


def test_everything_is_taken_in_marked_as_demonstration_and_not_twice(thesaurus: None) -> None:
    assert showcase.load() == 370
    for model in (Enterprise, Project, Opportunity):
        assert not model.objects.exclude(state="published", demonstration=True).exists()
    assert showcase.load() == 0


def test_the_demonstrations_people_can_sign_in(thesaurus: None, client: Any) -> None:
    showcase.load()
    showcase.invite_people("a long password")
    assert client.login(email="maker@demo.example", password="a long password")
