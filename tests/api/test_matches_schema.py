"""What the schema promises of a listing's matches is what the answer holds."""

import json
from typing import Any

import pytest
from django.test import Client

from apps.enterprises.models import Enterprise
from apps.matching.api import as_json
from apps.matching.selectors import Fit, Partner, Reason
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(client: Client) -> dict[str, Any]:
    """The schema of one match."""
    schema = json.loads(client.get("/api/v1/schema/", headers={"Accept": "application/json"}).content)
    answers = schema["paths"]["/api/v1/opportunities/{id}/matches/"]["get"]["responses"]
    return dict(answers["200"]["content"]["application/json"]["schema"]["properties"]["results"]["items"])


def test_every_field_of_a_match_is_documented(entry: dict[str, Any], cell_maker: Actor) -> None:
    fit = Fit(1.0, (Reason("technology", 1.0, 1.0, 1.0, "The technologies agree."),))
    offer = a_published_offer(cell_maker.enterprise)
    shown = as_json(Partner("opportunity", offer, Enterprise(pk=1), 1.0, 0.5, fit, fit, ()))
    _assert_documented(shown, entry)


def _assert_documented(value: Any, schema: dict[str, Any]) -> None:
    if isinstance(value, dict):
        assert set(value) == set(schema["properties"]) == set(schema["required"])
        for name, each in value.items():
            _assert_documented(each, schema["properties"][name])
    elif isinstance(value, list):
        for each in value:
            _assert_documented(each, schema["items"])


def test_the_schema_says_what_blocked_tells_and_what_it_never_tells(entry: dict[str, Any]) -> None:
    text = entry["properties"]["blocked"]["description"]
    assert "near miss" in text
    assert "Whom the other excludes by name is never told." in text
