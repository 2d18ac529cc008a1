"""GET opportunities/, projects/, enterprises/: open to all, every answer explained, nothing held back in it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.enterprises.models import Claim, Reference
from apps.search import filters, questions, selectors
from tests.factories.cast import Actor
from tests.factories.listings import a_draft_offer, a_published_offer, a_published_project, a_published_request

Index = Callable[..., None]


def read(path: str, *, status: int = 200, **asked: Any) -> dict[str, Any]:
    answer = Client().get(f"/api/v1/{path}/", asked)
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_anybody_searches_and_is_told_why_each_result_is_there(index: Index, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise, title="LFP cells of 314 Ah")
    index(offer, a_draft_offer(cell_maker.enterprise))
    found = read("opportunities", q="磷酸铁锂 314", lang="zh-Hans")
    assert (found["count"], found["count_is_lower_bound"], found["next"], found["previous"]) == (1, False, None, None)
    (result,) = found["results"]
    assert (result["id"], result["title"]) == (offer.pk, "LFP cells of 314 Ah")
    assert result["url"] == f"http://testserver/api/v1/opportunities/{offer.pk}/"
    assert result["matched_words"] == ["314"]
    assert {"kind": "concept", "key": "lfp", "label": "磷酸铁锂电池", "found": "LFP"} in result["matched_concepts"]
    assert result["has_all"]


@pytest.mark.parametrize("kind", ["opportunities", "projects", "enterprises"])
def test_whatever_narrows_or_orders_the_page_is_a_documented_parameter_and_works(
    index: Index, cell_maker: Actor, kind: str
) -> None:
    index(a_published_offer(cell_maker.enterprise), a_published_project(cell_maker.enterprise), cell_maker.enterprise)
    schema = json.loads(Client().get("/api/v1/schema/", headers={"Accept": "application/json"}).content)
    asked = schema["paths"][f"/api/v1/{kind}/"]["get"]["parameters"]
    documented = {each["name"] for each in asked if each["in"] == "query"}
    assert documented == filters.KNOWN
    page = Client().get(f"/en/{'search' if kind == 'opportunities' else kind}/").content.decode()
    form = page[page.index('<form class="search"') : page.index("</form>", page.index('<form class="search"'))]
    assert set(re.findall(r'\sname="(\w+)"', form)) - {"as", "open", "id"} <= documented
    nonsense: dict[str, Any] = dict.fromkeys(documented - {"cursor", "format"}, "?")
    told = read(kind, **nonsense)["notes"]
    assert not [note for note in told if "There is no filter" in note]


def test_facets_carry_labels_in_the_language_asked_for_and_the_tree_of_technologies(
    index: Index, cell_maker: Actor
) -> None:
    index(a_published_offer(cell_maker.enterprise, technologies=["lfp"]))
    found = read("opportunities", lang="zh-Hans")["facets"]
    assert found["country"] == [{"value": "CN", "label": "中国", "count": 1}]
    assert {"value": "lfp", "label": "磷酸铁锂电池", "count": 1, "parent": "lithium-ion"} in found["technology"]
    assert "kind" not in found


def test_each_list_holds_its_own_kind(index: Index, cell_maker: Actor) -> None:
    offer, project = a_published_offer(cell_maker.enterprise), a_published_project(cell_maker.enterprise)
    index(offer, project, cell_maker.enterprise)
    assert [each["id"] for each in read("opportunities")["results"]] == [offer.pk]
    assert [each["id"] for each in read("projects")["results"]] == [project.pk]
    assert [each["id"] for each in read("enterprises")["results"]] == [cell_maker.enterprise.pk]


def test_what_is_held_back_never_leaves(index: Index, cell_maker: Actor) -> None:
    offer = a_published_offer(
        cell_maker.enterprise, external_id="inside-number-1", excluded_enterprises=["rival-42"], language="en"
    )
    index(offer, a_published_project(cell_maker.enterprise, external_id="inside-number-2"), cell_maker.enterprise)
    for path in ("opportunities", "projects", "enterprises"):
        answer = json.dumps(read(path), ensure_ascii=False)
        for secret in (
            "rival-42",
            "excluded_enterprises",
            "inside-number",
            cell_maker.person.email,
            "91110000600037341L",
        ):
            assert secret not in answer, (path, secret)


def test_pages_are_linked_both_ways(index: Index, cell_maker: Actor) -> None:
    offers = [a_published_offer(cell_maker.enterprise, title=f"Offer {number}") for number in range(5)]
    index(*offers)
    first = read("opportunities", page_size=2, side="offer")
    second = Client().get(first["next"]).json()
    third = Client().get(second["next"]).json()
    seen = [each["id"] for page in (first, second, third) for each in page["results"]]
    assert seen == [offer.pk for offer in reversed(offers)]
    assert third["next"] is None
    assert Client().get(third["previous"]).json()["results"] == second["results"]


def test_a_cursor_that_is_none_is_refused_with_a_sentence(loaded: None) -> None:
    assert (
        read("opportunities", status=400, cursor="rubbish")["detail"]
        == "The cursor is none of this list; begin at its first page."
    )


@pytest.mark.parametrize(
    ("asked", "noted"),
    [
        ({"colour": "red"}, "colour"), ({"side": "banana"}, "banana"), ({"technology": "warp drive"}, "warp drive"),
        ({"min_mwh": "much"}, "min_mwh"), ({"page_size": "1e9"}, "100"), ({"page_size": "0"}, "100"),
        ({"page_size": "²"}, "100"), ({"q": "!!! ??? &&&"}, "word"), ({"q": "a" * 10_001}, str(questions.CHARACTERS_READ)),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_left_out_with_a_note(loaded: None, asked: dict[str, Any], noted: str) -> None:
    assert any(noted in note for note in read("opportunities", **asked)["notes"])


def test_sizes_and_filters_narrow_the_list(index: Index, cell_maker: Actor, developer: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise, energy_mwh_min=50.0, energy_mwh_max=60.0)
    request = a_published_request(developer.enterprise, target_frameworks=["BRICS"])
    index(offer, request)
    cases: list[tuple[dict[str, Any], set[int]]] = [
        ({"min_mwh": "55"}, {offer.pk, request.pk}), ({"max_mwh": "45"}, {request.pk}), ({"country": "BR"}, {request.pk}),
        ({"side": "offer"}, {offer.pk}), ({"mode": "equipment-supply"}, {offer.pk, request.pk}), ({"family": "research"}, set()),
        ({"technology": "lithium-ion", "framework": "BRICS"}, {offer.pk, request.pk}),
    ]  # fmt: skip
    for asked, expected in cases:
        assert {each["id"] for each in read("opportunities", **asked)["results"]} == expected, asked


EXTREMES = [
    "\x00", "\ud800", "\u202e\u202e", "'" * 500, "\\" * 501, "& | ! ( )", "<->", ":*", "a:*", '"', "x" * 10_000, "储" * 10_000,
    "👍🏽" * 3000, "ก" * 10_000, "a b " * 2500, "' OR 1=1 --", "%(p0)s %s", "\u0301" * 100, "ｆｕｌｌ　ｗｉｄｔｈ",
]  # fmt: skip


def test_naughty_strings_find_something_or_nothing(loaded: None, shared_data: Path) -> None:
    strings = json.loads((shared_data / "naughty_strings.json").read_text("utf-8"))
    for text in [*map(str, strings), *EXTREMES]:
        query = questions.parse(text)
        assert sum(len(unit.words) for unit in query.units) <= questions.WORDS_READ
        wanted, _notes = filters.parse(
            {"side": [text], "country": [text], "technology": [text], "min_mwh": [text], text: ["x"]}
        )
        page = selectors.find(query, wanted)
        assert (page.count, page.results) == (0, ()), text


@pytest.mark.parametrize("parameter", ["q", "lang", "side", "language", "max_mwh", "page_size", "cursor"])
def test_extreme_values_are_answered_or_refused(loaded: None, parameter: str) -> None:
    for text in EXTREMES:
        answer = Client().get("/api/v1/opportunities/", {parameter: text.encode("utf-8", "replace").decode()})
        assert answer.status_code in ((200, 400) if parameter == "cursor" else (200,)), (parameter, text[:50])


def test_a_list_of_enterprises_is_light_and_the_detail_carries_all(
    index: Index, cell_maker: Actor, financier: Actor, django_assert_max_num_queries: Any
) -> None:
    Reference.objects.bulk_create(
        Reference(enterprise=cell_maker.enterprise, title=f"Plant {number}") for number in range(40)
    )
    Claim.objects.create(enterprise=cell_maker.enterprise, kind="certificate", standard="IEC 62619")
    index(cell_maker.enterprise, financier.enterprise)
    with django_assert_max_num_queries(5):
        found = {each["id"]: each for each in read("enterprises")["results"]}
    light = found[cell_maker.enterprise.pk]
    assert light["counts"] == {"references": 41, "claims": 1, "capacities": 0}
    assert found[financier.enterprise.pk]["counts"] == {"references": 0, "claims": 0, "capacities": 0}
    assert not {"references", "claims", "capacities", "energy_profile", "identifiers", "external_id"} & set(light)
    whole = Client().get(light["url"]).json()
    assert (len(whole["references"]), len(whole["claims"]), whole["capacities"]) == (41, 1, [])
    assert {name: whole[name] for name in light if name in whole} == {
        name: light[name] for name in light if name in whole
    }
