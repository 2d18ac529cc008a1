"""What programs read: health, metrics, robots and sitemaps; and what the administration asks of people."""

from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.cast import Actor
from tests.factories.listings import a_draft_offer, a_published_offer
from tests.factories.people import an_administrator

pytestmark = pytest.mark.django_db
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def test_a_process_that_answers_is_alive(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


def test_readiness_names_what_is_missing(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() | {"worker": False} == {"database": True, "broker": True, "cache": True, "worker": False}


def test_metrics_are_for_this_machine_or_with_the_token(client: Client, settings: object) -> None:
    settings.METRICS_TOKEN = "secret"  # type: ignore[attr-defined]
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert (
        client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"Authorization": "Bearer secret"}).status_code == 200
    )


def test_a_proxy_on_this_machine_gives_no_metrics_away(client: Client) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


def test_without_a_token_no_token_opens_the_metrics(client: Client) -> None:
    response = client.get("/metrics", REMOTE_ADDR="192.0.2.7", headers={"Authorization": "Bearer "})
    assert response.status_code == 404


def test_robots_are_told_what_is_private_and_where_the_sitemap_is(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /*/matches/" in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


def test_the_sitemap_lists_what_is_public_in_every_language(client: Client, cell_maker: Actor) -> None:
    public, private = a_published_offer(cell_maker.enterprise), a_draft_offer(cell_maker.enterprise)
    index = ET.fromstring(client.get("/sitemap.xml").content)
    sections = [place.text or "" for place in index.iter(f"{SITEMAP}loc")]
    assert [section.rsplit("/", 1)[1] for section in sections] == [
        "sitemap-places.xml", "sitemap-listings.xml", "sitemap-enterprises.xml", "sitemap-projects.xml", "sitemap-concepts.xml",
    ]  # fmt: skip
    pages = ET.fromstring(client.get("/sitemap-listings.xml").content)
    found = [place.text for place in pages.iter(f"{SITEMAP}loc")]
    assert found == [f"{settings.SITE_URL}/{code}/listings/{public.pk}/" for code, _name in settings.LANGUAGES]
    assert not any(f"/{private.pk}/" in (url or "") for url in found)
    tags = {link.get("hreflang") for link in pages.iter(f"{XHTML}link")}
    assert tags == {code for code, _name in settings.LANGUAGES} | {"x-default"}


def test_a_long_sitemap_has_pages(client: Client, cell_maker: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.portal.sitemaps.ROWS", 2)
    for _number in range(3):
        a_published_offer(cell_maker.enterprise)
    assert "sitemap-listings.xml?p=2" in client.get("/sitemap.xml").content.decode()
    found = ET.fromstring(client.get("/sitemap-listings.xml?p=2").content)
    assert len(list(found.iter(f"{SITEMAP}url"))) == len(settings.LANGUAGES)


def test_the_administration_asks_for_the_second_factor_where_there_is_one(client: Client) -> None:
    response = client.get("/en/admin/login/")
    assert response.headers["Location"].startswith("/en/accounts/login/")


def test_the_administration_keeps_to_the_policy_for_content(client: Client) -> None:
    client.force_login(an_administrator())
    for path in ("", "accounts/user/", "journal/delivery/"):
        response = client.get(f"/en/admin/{path}")
        assert response.status_code == 200
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        html = response.content.decode()
        assert " style=" not in html
        assert "<script>" not in html
        assert " onclick=" not in html


def test_a_request_that_cannot_be_read_gets_a_page(client: Client) -> None:
    response = client.get("/en/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "We could not read this request" in response.content.decode()
