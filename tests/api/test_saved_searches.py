"""What clients of the API rely on in saved searches."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.search.models import SavedSearch

pytestmark = pytest.mark.django_db
BODY = {
    "name": "Kazakh offers", "frequency": "weekly", "q": "LFP cells", "lang": "en", "side": ["offer"],
    "country": ["kz", "CN"], "min_mwh": "2 GWh",
}  # fmt: skip


def test_a_search_is_saved_read_changed_and_deleted(program: Any, stranger: User) -> None:
    caller = program(stranger)
    made = caller.post("searches/", BODY)
    assert made.status_code == 201
    assert (
        made.json() | {"country": ["KZ", "CN"], "min_mwh": 2000.0, "kind": "opportunity", "paused": False}
        == made.json()
    )
    path = f"searches/{made.json()['id']}/"
    assert caller.get(path).json() == made.json()
    assert [each["name"] for each in caller.get("searches/").json()["results"]] == ["Kazakh offers"]
    changed = caller.patch(path, {"name": "Offers", "paused": True}, 1)
    assert (changed.json()["name"], changed.json()["paused"], changed.json()["q"]) == ("Offers", True, "LFP cells")
    assert changed.headers["ETag"] == f'"{changed.json()["version"]}"'
    assert caller.patch(path, {"frequency": "daily"}, 1).status_code == 412
    assert caller.patch(path, {"frequency": "daily"}).status_code == 428
    assert caller.send("delete", path, b"").status_code == 204
    assert caller.get(path).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 121}, "name", "too_long"),
        ({"frequency": "hourly"}, "frequency", "unknown_code"),
        ({"kind": "person"}, "kind", "unknown_code"),
        ({"q": "x" * 401}, "q", "too_long"),
        ({"q": "a\x00b"}, "q", "control_character"),
        ({"q": "🔋"}, "q", "not_understood"),
        ({"lang": "klingonese"}, "lang", "language"),
        ({"country": ["KZ", "XX"]}, "country.1", "unknown_code"),
        ({"country": [5]}, "country.0", "unknown_code"),
        ({"side": {"offer": 1}}, "side", "invalid"),
        ({"min_mwh": "5 bananas"}, "min_mwh", "number"),
        ({"min_mwh": -1}, "min_mwh", "out_of_range"),
        ({"colour": "red"}, "colour", "unknown"),
    ],
)
def test_a_wrong_criterion_is_refused_with_its_name(
    program: Any, named: Any, stranger: User, wrong: dict[str, Any], field: str, code: str
) -> None:
    assert named(program(stranger).post("searches/", BODY | wrong)) == {field: code}
    assert not SavedSearch.objects.exists()


def test_what_is_saved_already_is_a_conflict(program: Any, stranger: User) -> None:
    caller = program(stranger)
    caller.post("searches/", BODY)
    again = caller.post("searches/", BODY | {"name": "Twice", "country": ["CN", "KZ"]})
    assert again.status_code == 409
    assert "Kazakh offers" in again.json()["detail"]


def test_changes_that_say_nothing_or_wrong_things_change_nothing(program: Any, named: Any, stranger: User) -> None:
    caller = program(stranger)
    path = f"searches/{caller.post('searches/', BODY).json()['id']}/"
    assert named(caller.patch(path, {"q": "other"}, 1)) == {"q": "unknown"}
    assert named(caller.patch(path, {"name": " "}, 1)) == {"name": "required"}
    assert caller.patch(path, [], 1).status_code == 400
    assert caller.patch(path, {}, 1).json()["version"] == 1


def test_the_schema_describes_saved_searches(program: Any) -> None:
    schema = program(None).get("schema/").json()
    several, one = (schema["paths"][f"/api/v1/searches/{rest}"] for rest in ("", "{id}/"))
    assert {"get", "post"} <= set(several)
    assert {"get", "patch", "delete"} <= set(one)
    body = several["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(BODY) <= set(body["properties"])
