"""What every answer and every form of the site is held to."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from apps.accounts.models import User
from tests.factories.people import PASSWORD, a_person, an_administrator
from tests.security.test_permissions import Row, table
from tests.security.world import World, a_world

pytestmark = pytest.mark.django_db
_SCRIPT = re.compile(
    r"<script\b(?![^>]*\bsrc=)(?![^>]*\bnonce=)(?![^>]*application/(?:ld\+)?json)[^>]*>", re.IGNORECASE
)
_INLINE = re.compile(r"<[a-z][^>]*\s(?:on[a-z]+|style)\s*=", re.IGNORECASE)
_FORM = re.compile(r"<form\b[^>]*method=[\"']?post[^>]*>(.*?)</form>", re.IGNORECASE | re.DOTALL)


@pytest.fixture
def world() -> World:
    """One of everything."""
    return a_world()


def pages(method: str = "GET") -> list[Row]:
    """The rows of the table that an owner or a moderator sees as pages."""
    ours = [
        row
        for row in table()
        if row.method == method
        and row.template.startswith(("/en/", "/api/v1/docs/"))
        and "/components/" not in row.template
    ]
    return [row for row in ours if "200" in (row.answers[4], row.answers[6])]


def test_every_page_is_under_the_strict_headers_and_holds_nothing_inline(world: World) -> None:
    for row in pages():
        role = "owner" if row.answers[4] == "200" else "moderator"
        answer: Any = world.caller(role).get(world.path(row.template))
        policy = answer["Content-Security-Policy"]
        assert "unsafe-" not in policy, row
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert (answer["X-Content-Type-Options"], answer["X-Frame-Options"], answer["Referrer-Policy"]) == (
            "nosniff",
            "DENY",
            "same-origin",
        )
        body = answer.content.decode()
        assert not _SCRIPT.findall(body), row
        assert not _INLINE.findall(re.sub(r"<(script|style)\b.*?</\1>", "", body, flags=re.DOTALL)), row


def test_errors_and_the_api_are_under_the_strict_headers_too(world: World) -> None:
    for path in ("/en/nothing/", "/api/v1/nothing/", world.path("/api/v1/opportunities/{listing}/"), "/healthz"):
        answer: Any = world.caller("anonymous").get(path)
        assert "unsafe-" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_every_form_of_a_page_carries_its_token(world: World) -> None:
    seen = 0
    for row in pages():
        role = "owner" if row.answers[4] == "200" else "moderator"
        for form in _FORM.findall(world.caller(role).get(world.path(row.template)).content.decode()):
            assert "csrfmiddlewaretoken" in form, row
            seen += 1
    assert seen > 20


def test_no_form_is_taken_without_its_token(world: World) -> None:
    for row in table():
        if row.method != "GET" and "/stop/" not in row.template and row.answers[4] in ("200", "302", "201"):
            body = "application/json" if row.is_api else "application/x-www-form-urlencoded"
            answer: Any = world.caller("owner", strict=True).generic(row.method, world.path(row.template), b"", body)
            if row.template.startswith("/sitemap"):
                continue  # a reading view that does not mind the method
            assert answer.status_code == 403, row


def test_the_one_click_stop_of_mail_acts_on_a_post_only(world: World) -> None:
    path = world.path("/en/notices/stop/{stop}/")
    owner = world.people["owner"]
    assert owner
    assert Client().get(path).status_code == 200
    assert not hasattr(User.objects.get(pk=owner.pk), "preference")
    assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert User.objects.get(pk=owner.pk).preference.mail is False


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"],
)
def test_nobody_is_sent_to_another_site(target: str) -> None:
    person = a_person()
    signed_in = Client()
    signed_in.force_login(person)
    answers = [
        signed_in.post("/en/consent/", {"next": target}),
        Client().post(
            f"/en/accounts/login/?next={target}", {"login": person.email, "password": PASSWORD, "next": target}
        ),
        signed_in.post("/en/accounts/logout/", {"next": target}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        assert "evil" not in answer["Location"]
        assert "javascript" not in answer["Location"]


def test_the_admin_has_no_sign_in_of_its_own() -> None:
    administrator = an_administrator()
    answer = Client().post("/en/admin/login/", {"username": administrator.email, "password": PASSWORD})
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
    assert Client().get("/en/admin/")["Location"].startswith("/en/admin/login/")


def test_sign_in_is_limited_for_each_caller_behind_a_proxy(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    person = a_person()

    def sign_in(forwarded: str) -> int:
        body = {"login": person.email, "password": "wrong"}
        return Client(headers={"X-Forwarded-For": forwarded}).post("/en/accounts/login/", body).status_code

    statuses = [
        sign_in(f"10.9.8.{number}, 203.0.113.7") for number in range(5)
    ]  # what the caller forged differs each time
    assert statuses[-1] == 429
    assert sign_in("203.0.113.8") == 200


def test_metrics_are_not_for_the_public() -> None:
    assert Client(REMOTE_ADDR="203.0.113.7").get("/metrics").status_code in (403, 404)
    assert Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.7"}).get("/metrics").status_code in (
        403,
        404,
    )


def test_an_error_tells_nothing_of_the_inside(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.enterprises.selectors.as_public", lambda enterprise: 1 / 0)
    answer = world.caller("anonymous").get(world.path("/api/v1/enterprises/{enterprise}/"))
    assert answer.status_code == 500
    assert b"ZeroDivision" not in answer.content


def test_there_is_no_page_without_a_language() -> None:
    prefixes = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert prefixes <= {
        "healthz",
        "readyz",
        "metrics",
        "robots.txt",
        "sitemap.xml",
        "sitemap-<slug:section>.xml",
        "api/v1/",
        "en/",
    }
