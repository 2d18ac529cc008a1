"""What clients of the API rely on in introductions."""

from typing import Any

import pytest

from apps.introductions.models import Introduction
from apps.introductions.services import Undeliverable
from tests.factories.cast import Actor
from tests.factories.introductions import an_introduction
from tests.factories.listings import a_published_offer, a_published_request

pytestmark = pytest.mark.django_db


def test_an_introduction_is_asked_for_answered_and_concluded(
    program: Any, named: Any, grid_operator: Actor, cell_maker: Actor
) -> None:
    asker, asked = program(grid_operator.person), program(cell_maker.person)
    offer, request = a_published_offer(cell_maker.enterprise), a_published_request(grid_operator.enterprise)
    body = {"from": f"opportunity-{request.pk}", "to": f"opportunity-{offer.pk}", "note": "40 MWh", "language": "en"}
    made = asker.post("introductions/", body)
    assert (made.status_code, made.json()["state"], made.json()["role"]) == (201, "proposed", "sender")
    again = asker.post("introductions/", body)
    assert (again.status_code, again.json()) == (200, made.json())
    path = f"introductions/{made.json()['id']}/"
    assert named(asked.post(f"{path}decline/", {"reason": "other"})) == {"remark": "required"}
    assert named(asked.post(f"{path}decline/", {"reason": "weather"})) == {"reason": "unknown_code"}
    assert asker.post(f"{path}accept/").status_code == 403
    assert asked.post(f"{path}accept/", **{"If-Match": '"9"'}).status_code == 412
    accepted = asked.post(f"{path}accept/", **{"If-Match": made.headers["ETag"]})
    assert (accepted.status_code, accepted.headers["ETag"]) == (200, '"2"')
    assert asked.post(f"{path}accept/").status_code == 409
    assert named(asker.post(f"{path}conclude/", {"outcome": "none"})) == {"reason": "required"}
    assert named(asker.post(f"{path}conclude/", {"outcome": "supply", "reason": "price"})) == {
        "reason": "contradiction"
    }
    assert asker.post(f"{path}conclude/", {"outcome": "supply"}).json()["outcome"] == "supply"
    listed = asked.get("introductions/?role=receiver&state=concluded").json()
    assert [each["id"] for each in listed["results"]] == [made.json()["id"]]
    assert asked.get("introductions/?role=sender").json()["count"] == 0
    assert asked.get("introductions/?state=lost").status_code == 400


def test_names_are_null_until_both_sides_agree(program: Any, grid_operator: Actor, cell_maker: Actor) -> None:
    row = an_introduction(grid_operator.enterprise, a_published_offer(cell_maker.enterprise))
    asked, path = program(cell_maker.person), f"introductions/{row.pk}/"
    before = asked.get(path)
    other = before.json()["other"]
    assert (other["enterprise"], other["contact"], other["country"]) == (None, None, "KZ")
    assert grid_operator.enterprise.name not in before.content.decode()
    told = asked.get("journal/").json()["results"]
    named = {row["enterprise"] for row in told} | {
        pk for row in told if row["subject"] == "enterprise" for pk in row["subject_ids"]
    }
    assert grid_operator.enterprise.pk not in named
    after = asked.post(f"{path}accept/").json()["other"]
    assert after["enterprise"]["name"] == grid_operator.enterprise.name
    assert after["contact"] == {"name": grid_operator.person.name, "email": grid_operator.person.email}


def test_an_exclusion_a_withdrawn_listing_and_none_at_all_are_answered_alike(
    program: Any, refused: Any, grid_operator: Actor, cell_maker: Actor
) -> None:
    excluding = a_published_offer(cell_maker.enterprise, excluded_enterprises=["grid-operator"])
    body = {"from": f"enterprise-{grid_operator.enterprise.pk}", "note": "Hello", "language": "en"}
    for number in (excluding.pk, 987654321):
        answer = refused(
            program(grid_operator.person).post("introductions/", body | {"to": f"opportunity-{number}"}), 409
        )
        assert answer["detail"] == str(Undeliverable())
    assert not Introduction.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"note": " "}, "note", "required"),
        ({"note": "x" * 2001}, "note", "too_long"),
        ({"language": "klingonese"}, "language", "language"),
        ({"to": "project-1"}, "to", "invalid"),
        ({"to": 5}, "to", "invalid"),
        ({"from": "enterprise-987654321"}, "from", "unknown"),
    ],
)
def test_a_wrong_field_is_refused_with_its_name(
    program: Any, named: Any, grid_operator: Actor, cell_maker: Actor, wrong: dict[str, Any], field: str, code: str
) -> None:
    body = {
        "from": f"enterprise-{grid_operator.enterprise.pk}", "to": f"enterprise-{cell_maker.enterprise.pk}", "note": "Hello",
        "language": "en",
    }  # fmt: skip
    assert named(program(grid_operator.person).post("introductions/", body | wrong)) == {field: code}
