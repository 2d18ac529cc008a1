"""Readers are shown a listing in their own language where it is translated, and told by whom."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from tests.factories.listings import a_published_offer
from tests.factories.translations import CHINESE, a_machine_translation, a_submitted_translation

pytestmark = pytest.mark.django_db


def test_the_page_is_in_the_readers_language_with_the_original_one_click_away(client: Client) -> None:
    offer = a_published_offer()
    a_machine_translation(offer, "zh-Hans", CHINESE)
    page = client.get(f"/zh-hans/listings/{offer.pk}/").content.decode()
    assert f'lang="zh-Hans">{CHINESE.title}' in page
    assert CHINESE.summary in page
    assert "机器翻译，原文为英语" in page
    assert 'href="?original"' in page
    original = client.get(f"/zh-hans/listings/{offer.pk}/?original").content.decode()
    assert offer.summary in original
    assert CHINESE.summary not in original
    assert offer.title in client.get(f"/en/listings/{offer.pk}/").content.decode()


def test_the_card_says_who_translated_its_title(client: Client, loaded: None, index: Callable[..., None]) -> None:
    offer = a_published_offer()
    a_machine_translation(offer, "zh-Hans", CHINESE)
    index(offer)
    page = client.get("/zh-hans/search/").content.decode()
    assert CHINESE.title in page
    assert f'href="/zh-hans/listings/{offer.pk}/?original"' in page
    assert offer.title in client.get("/en/search/").content.decode()


def test_the_api_lists_the_translations_and_gives_the_one_that_is_asked_for(client: Client) -> None:
    offer = a_published_offer()
    a_machine_translation(offer, "zh-Hans", CHINESE)
    a_submitted_translation(offer)
    path = f"/api/v1/opportunities/{offer.pk}/"
    plain = client.get(path).json()
    assert plain["translations"] == [{"language": "zh-Hans", "origin": "machine", "stale": False}]
    assert (plain["translation"], plain["title"]) == (None, offer.title)
    assert client.get(path + "?lang=zh").json()["translation"]["title"] == CHINESE.title
    assert client.get(path + "?lang=ru").json()["translation"] is None
    assert client.get(path + "?lang=%F0%9F%92%A1").status_code == 400
    with translation.override("en"):
        assert '"translations"' in client.get("/api/v1/schema/?format=json").content.decode()
