"""Whatever is wrong in a body is refused with its name and reason, in the caller's language, and nothing is half-written."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from apps.accounts.models import User
from apps.journal.models import Fact
from apps.opportunities.api import OpportunityDetailView
from apps.opportunities.models import Opportunity
from tests.factories.cast import Actor

pytestmark = pytest.mark.django_db
Refused = Callable[[Any, int], dict[str, Any]]
Named = Callable[[Any], dict[str, str]]
GOOD = {"side": "offer", "title": "LFP cells", "summary": "314 Ah.", "language": "en"}


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"side": "both"}, "side", "unknown_code"),
        ({"side": None}, "side", "required"),
        ({"title": "   "}, "title", "required"),
        ({"title": ["a"]}, "title", "invalid"),
        ({"title": True}, "title", "invalid"),
        ({"title": "x" * 501}, "title", "too_long"),
        ({"title": "a\x00b"}, "title", "control_character"),
        ({"title": "a\x1bb"}, "title", "control_character"),
        ({"title": "\ud800"}, "title", "encoding"),
        ({"summary": "\udfff tail"}, "summary", "encoding"),
        ({"language": "klingonese"}, "language", "language"),
        ({"language": 5}, "language", "language"),
        ({"technologies": ["unobtainium"]}, "technologies.0", "concept"),
        ({"technologies": {"lfp": 1}}, "technologies", "invalid"),
        ({"target_countries": ["XX"]}, "target_countries.0", "unknown_code"),
        ({"target_countries": ["KZ", 5]}, "target_countries.1", "unknown_code"),
        ({"target_frameworks": ["NATO"]}, "target_frameworks.0", "unknown_code"),
        ({"certifications_held": ["x" * 61]}, "certifications_held.0", "too_long"),
        ({"certifications_held": ["a"] * 201}, "certifications_held", "too_long"),
        ({"currency": "EURO"}, "currency", "unknown_code"),
        ({"budget_min": 5}, "currency", "required"),
        ({"budget_min": {"amount": 5}}, "budget_min", "number"),
        ({"budget_min": {"amount": 5, "currency": "USD"}, "currency": "EUR"}, "budget_min", "currency"),
        ({"budget_min": 1e16, "currency": "EUR"}, "budget_min", "out_of_range"),
        ({"unit_price": 0.0000001, "currency": "EUR"}, "unit_price", "too_precise"),
        ({"unit_price": "1.2345678", "currency": "EUR"}, "unit_price", "too_precise"),
        ({"power_mw_min": -1}, "power_mw_min", "out_of_range"),
        ({"power_mw_min": 9, "power_mw_max": 1}, "power_mw_max", "reversed"),
        ({"power_mw_min": "5 bananas"}, "power_mw_min", "number"),
        ({"power_mw_min": "5 MWh"}, "power_mw_min", "number"),
        ({"power_mw_min": "NaN"}, "power_mw_min", "number"),
        ({"power_mw_min": "1e400"}, "power_mw_min", "number"),
        ({"power_mw_min": "-inf"}, "power_mw_min", "number"),
        ({"power_mw_min": 10**400}, "power_mw_min", "number"),
        ({"power_mw_min": True}, "power_mw_min", "number"),
        ({"power_mw_min": "9" * 5000}, "power_mw_min", "number"),
        ({"power_mw_min": "1 MW**9**9**9"}, "power_mw_min", "number"),
        ({"cycles_min": 1.5}, "cycles_min", "number"),
        ({"cycles_min": "6.000"}, "cycles_min", "ambiguous"),
        ({"minimum_order": "5-10 tons"}, "minimum_order", "number"),
        ({"minimum_order": "1/2"}, "minimum_order", "number"),
        ({"trl_min": 10}, "trl_min", "out_of_range"),
        ({"deadline": "2031-02-30"}, "deadline", "date"),
        ({"deadline": "2031-01-01 and then some"}, "deadline", "date"),
        ({"deadline": "soon"}, "deadline", "date"),
        ({"deadline": {"year": 2031}}, "deadline", "date"),
        ({"deadline": "2031-05-01", "expires": "2031-04-01"}, "expires", "reversed"),
        ({"target_countries": ["KZ"], "excluded_countries": ["kz"]}, "excluded_countries", "contradiction"),
        ({"incoterm": "DDT"}, "incoterm", "unknown_code"),
        ({"colour": "red"}, "colour", "unknown"),
        ({"state": "published"}, "state", "unknown"),
        ({"enterprise_id": 1}, "enterprise_id", "unknown"),
        ({"demonstration": True}, "demonstration", "unknown"),
        ({"\ud800": 1}, "?", "unknown"),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_field(
    program: Any, named: Named, cell_maker: Actor, wrong: dict[str, Any], field: str, code: str
) -> None:
    assert named(program(cell_maker.person).post("opportunities/", GOOD | wrong)) == {field: code}
    assert not Opportunity.objects.exists()
    assert not Fact.objects.filter(kind="opportunity.created").exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"references": [{"title": "ok"}, {"title": "no", "year": 1}]}, "references.1.year"),
        ({"references": [{}]}, "references.0.title"),
        ({"references": ["a reference"]}, "references.0"),
        ({"references": "a reference"}, "references"),
        ({"references": [{"title": "a", "value": 5}]}, "references.0.currency"),
        (
            {"references": [{"title": "a", "value": {"amount": 5, "currency": "USD"}, "currency": "EUR"}]},
            "references.0.value",
        ),
        ({"references": [{"title": "a", "value": {"amount": "x", "currency": "USD"}}]}, "references.0.value"),
        ({"claims": [{"kind": "badge", "standard": "UL 1973"}]}, "claims.0.kind"),
        (
            {"claims": [{"kind": "certificate", "standard": "x", "issued": "2030-01-01", "expires": "2020-01-01"}]},
            "claims.0.expires",
        ),
        ({"identifiers": [{"scheme": "LEI", "value": "x" * 61}]}, "identifiers.0.value"),
        ({"energy_profile": {"renewable_share": 1.2}}, "energy_profile.0.renewable_share"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "https:///nothing"}, "website"),
        ({"employees_band": "many"}, "employees_band"),
    ],
)
def test_a_wrong_value_deep_in_an_enterprise_is_named_by_its_path(
    program: Any, named: Named, cell_maker: Actor, wrong: dict[str, Any], field: str
) -> None:
    assert set(named(program(cell_maker.person).post("enterprises/", {"name": "N", "country": "DE"} | wrong))) == {
        field
    }


@pytest.mark.parametrize("value", ["ß" * 60, "ﷺ" * 60, "²²²²²²²²²²", "１２３４５６７８９０", "a\u0301" * 30, "💥" * 60])
@pytest.mark.parametrize("scheme", ["LEI", "USCC", "INN", "OGRN", "CNPJ", "GSTIN", "PAN", "TRN"])
def test_a_strange_registry_number_warns_and_never_blocks(
    program: Any, cell_maker: Actor, scheme: str, value: str
) -> None:
    body = {"name": "N", "country": "DE", "identifiers": [{"scheme": scheme, "value": value}]}
    answer = program(cell_maker.person).post("enterprises/", body)
    assert answer.status_code == 201
    assert answer.json()["identifiers"][0]["value"] == value


@pytest.mark.parametrize(
    "site", [{"latitude": 1}, {"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": "181"}]
)
def test_a_site_is_a_place_on_earth(program: Any, named: Named, cell_maker: Actor, site: dict[str, Any]) -> None:
    assert len(named(program(cell_maker.person).post("projects/", {"title": "T", "country": "KZ"} | site))) == 1


def test_several_wrong_values_are_all_named_at_once(program: Any, named: Named, cell_maker: Actor) -> None:
    found = named(program(cell_maker.person).post("opportunities/", {"side": "x", "power_mw_min": "y", "nothing": 1}))
    assert set(found) == {"side", "power_mw_min", "nothing", "title", "summary", "language"}


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b'"text"', b"5", b"null", b"\xff\xfe", b'{"title": NaN}', b'{"power_mw_min": Infinity}',
        b'{"power_mw_min": ' + b"9" * 5000 + b"}", b"[" * 100_000, b'{"a":' * 100_000, '{"title": "é"}'.encode("utf-16"),
    ],
    ids=range(13),
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(
    program: Any, refused: Refused, cell_maker: Actor, body: bytes
) -> None:
    refused(program(cell_maker.person).send("post", "opportunities/", body), 422 if not body else 400)


@pytest.mark.parametrize("value", [b"1e400", b"-1e400"])
@pytest.mark.parametrize(
    "field", ["power_mw_min", "title", "cycles_min", "side", "deadline", "technologies", "external_id"]
)
def test_an_endless_number_is_refused_wherever_it_stands(
    program: Any, named: Named, cell_maker: Actor, field: str, value: bytes
) -> None:
    body = json.dumps(GOOD | {field: "@"}).encode().replace(b'"@"', value)
    assert set(named(program(cell_maker.person).send("post", "opportunities/", body))) == {field}


def test_deep_nesting_inside_a_field_is_refused_by_name(program: Any, named: Named, cell_maker: Actor) -> None:
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    assert set(named(program(cell_maker.person).post("opportunities/", GOOD | {"technologies": deep, "title": deep}))) == {
        "technologies.0", "title",
    }  # fmt: skip


def test_a_huge_body_is_refused_before_it_is_read_into_memory(
    program: Any, refused: Refused, cell_maker: Actor, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused(program(cell_maker.person).post("opportunities/", GOOD | {"summary": "x" * 1000}), 413)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "hex", "utf-7", "no-such"])
def test_json_is_utf8_whatever_the_header_says(program: Any, cell_maker: Actor, charset: str) -> None:
    caller = program(cell_maker.person)
    body = json.dumps(GOOD | {"title": "é锂"}, ensure_ascii=False).encode()
    answer = caller.client.generic("POST", "/api/v1/opportunities/", body, f"application/json; charset={charset}")
    assert answer.json()["title"] == "é锂"


def test_another_kind_of_body_than_json_is_refused(program: Any, refused: Refused, cell_maker: Actor) -> None:
    caller = program(cell_maker.person)
    refused(caller.client.post("/api/v1/opportunities/", {"title": "x"}), 415)


@pytest.mark.parametrize("pk", ["0", "99999999", "9" * 30])
@pytest.mark.parametrize("kind", ["opportunities", "projects", "enterprises"])
def test_what_is_not_there_is_not_found(program: Any, refused: Refused, cell_maker: Actor, kind: str, pk: str) -> None:
    caller = program(cell_maker.person)
    refused(caller.get(f"{kind}/{pk}/"), 404)
    refused(caller.patch(f"{kind}/{pk}/", {}, 1), 404)
    refused(caller.post(f"{kind}/{pk}/submit/"), 404)


def test_a_method_that_a_path_does_not_know_is_refused(program: Any, refused: Refused, cell_maker: Actor) -> None:
    answer = program(cell_maker.person).client.put(f"/api/v1/enterprises/{cell_maker.enterprise.pk}/")
    refused(answer, 405)
    assert set(answer["Allow"].split(", ")) == {"GET", "PATCH", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    ("language", "told"), [("zh-hans", "身份认证信息未提供。"), ("en", "Authentication credentials were not provided.")]
)
def test_a_message_is_in_the_callers_language(program: Any, refused: Refused, language: str, told: str) -> None:
    answer = program(None).post("opportunities/", GOOD, **{"Accept-Language": language})
    assert refused(answer, 401)["detail"] == told
    assert answer["Content-Language"] == language


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/opportunities/", "/api/v1/%ff"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_an_address_that_the_api_does_not_have_answers_with_a_problem_document(
    refused: Refused, client: Client, path: str, method: str
) -> None:
    answer = client.generic(method.upper(), path, headers={"Accept": "text/html", "Accept-Language": "zh-hans"})
    assert refused(answer, 404)["detail"] == "未找到。"


def test_a_fault_of_ours_answers_with_a_problem_document_in_the_callers_language(
    program: Any, refused: Refused, cell_maker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(OpportunityDetailView, "find", fail)
    User.objects.update(language="zh-hans")
    caller = program(cell_maker.person)
    caller.client.raise_request_exception = False
    told = refused(caller.get("opportunities/1/"), 500)["detail"]
    assert told == "我们这边出了问题，已有记录；请一分钟后再试。"


def test_a_row_that_others_hold_too_long_is_no_fault_but_something_to_try_again(
    program: Any, refused: Refused, cell_maker: Actor, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wait(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(OpportunityDetailView, "find", wait)
    monkeypatch.setattr("apps.search.questions.parse", wait)
    caller = program(cell_maker.person)
    caller.client.raise_request_exception = client.raise_request_exception = False
    answer = caller.get("opportunities/1/")
    assert "数据库未能及时响应" in refused(answer, 503)["detail"]
    page = client.get("/en/search/?q=cells")
    assert answer["Retry-After"] == page["Retry-After"] == "5"
    assert (page.status_code, page["Content-Type"]) == (503, "text/html; charset=utf-8")


def test_a_page_that_is_not_there_is_still_a_page(client: Client) -> None:
    answer = client.get("/en/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")


def test_without_a_stated_language_a_program_hears_its_owners(
    program: Any, refused: Refused, cell_maker: Actor
) -> None:
    User.objects.update(language="zh-hans")
    caller = program(cell_maker.person)
    answer = caller.get("opportunities/0/")
    assert refused(answer, 404)["detail"] == "未找到。"
    assert answer["Content-Language"] == "zh-hans"
    assert refused(caller.get("opportunities/0/", **{"Accept-Language": "en"}), 404)["detail"] == "Not found."
