"""A server of one's own translates what is published; whatever it does costs nothing but the translation."""

import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from apps.journal import deliveries
from apps.journal.models import Delivery
from apps.opportunities import services
from apps.opportunities.models import Opportunity
from apps.translations import machine
from apps.translations.models import Translation
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer
from tests.factories.translations import CHINESE, a_published_translation
from tests.translations.standin import StandIn, standing_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[StandIn]:
    with standing_in() as running:
        settings.TRANSLATION_URL, settings.TRANSLATION_KEY = running.url, "the key"
        yield running


def answering(body: Any, status: int = 200) -> Callable[[dict[str, Any]], tuple[int, bytes]]:
    raw = body if isinstance(body, bytes) else json.dumps({"translatedText": body}).encode()
    return lambda _asked: (status, raw)


def deliver() -> None:
    """Do what waits for the machine, once."""
    waiting = Delivery.objects.filter(queue="translations", state=Delivery.State.QUEUED)
    while number := waiting.filter(attempts=0).order_by("pk").values_list("pk", flat=True).first():
        deliveries.deliver(number)


def translated() -> dict[str, str]:
    return dict(Translation.objects.filter(origin="machine", state="published").values_list("language", "title"))


def test_what_is_published_is_translated_into_the_languages_that_the_server_has(server: StandIn) -> None:
    offer = a_published_offer()
    deliver()
    assert translated() == {"ru": f"[ru] {offer.title}", "zh-Hans": f"[zh] {offer.title}"}
    assert {(each["source"], each["format"], each["api_key"]) for each in server.asked} == {("en", "text", "the key")}
    assert not Delivery.objects.filter(queue="translations").exclude(state="done").exists()


def test_what_was_translated_is_not_asked_for_again_until_its_words_change(server: StandIn, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    deliver()
    once = len(server.asked)
    for changed, asked in (({"modes": ["technology-licence"]}, once), ({"summary": "Sodium-ion cells."}, 2 * once)):
        services.update(opportunity=offer, values=changed, actor=cell_maker.person, version=offer.version)
        services.move(opportunity=offer, name="publish", actor=None)
        deliver()
        assert len(server.asked) == asked
    assert Translation.objects.get(language="ru").summary == "[ru] Sodium-ion cells."


def test_a_machine_is_not_asked_where_a_person_has_translated(server: StandIn) -> None:
    offer = a_published_offer()
    a_published_translation(offer, "zh-Hans", CHINESE)
    deliver()
    assert set(translated()) == {"ru"}
    assert "zh" not in {each["target"] for each in server.asked}


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (answering(None), "no text"),
        (answering(""), "no text"),
        (answering({"text": "x"}), "no text"),
        (answering(["x"]), "no text"),
        (answering(b"[]"), "no text"),
        (answering("слово " * 200), "characters for"),
        (answering("<html><body>Bad gateway</body></html>"), "markup"),
        (answering("a\x00b"), "Control characters"),
        (answering(b"<html>"), "JSONDecodeError"),
        (answering(b"\xff\xfe\xff"), "UnicodeDecodeError"),
        (answering(b"[" * 200_000), "RecursionError"),
        (answering(b'"' + b"x" * 1_100_000 + b'"'), "too long"),
        (answering("x", 500), "answered 500"),
        (answering("x", 302), "answered 302"),
        (answering(b'{"error": "Slow down"}', 429), "answered 429"),
    ],
)
def test_rubbish_is_no_translation(server: StandIn, client: Client, reply: Any, told: str) -> None:
    server.reply = reply
    offer = a_published_offer()
    deliver()
    failed = Delivery.objects.filter(handler="opportunities.translate_one", state="queued")
    assert failed.count() == 2
    assert all(told in each.error and "the key" not in each.error for each in failed)
    assert not Translation.objects.exists()
    assert client.get(f"/en/listings/{offer.pk}/").status_code == 200


@pytest.mark.parametrize("languages", [b"{}", b"nonsense", b'[1, {"code": 5}, {"code": "en", "targets": "ru"}]'])
def test_rubbish_instead_of_its_languages_is_no_translation_either(server: StandIn, languages: bytes) -> None:
    server.languages = languages
    a_published_offer()
    deliver()
    assert not Translation.objects.exists()
    assert not server.asked


def test_a_server_that_is_down_is_asked_again_and_at_last_lies_before_the_operator(settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.TRANSLATION_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
        a_published_offer()
        delivery = Delivery.objects.get(queue="translations")
        for _attempt in range(deliveries.MAX_ATTEMPTS):
            Delivery.objects.filter(pk=delivery.pk).update(available_at=delivery.available_at)
            assert not deliveries.deliver(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == "dead"
    assert "ConnectionRefusedError" in delivery.error
    assert Opportunity.objects.get().state == "published"


def test_a_server_that_says_nothing_is_not_waited_for(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SILENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.TRANSLATION_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(machine.Unusable, match="TimeoutError"):
            machine.served()


def test_an_answer_that_trickles_is_not_waited_for(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "READING", 0.0)
    with pytest.raises(machine.Unusable, match="too slow"):
        machine.served()


def test_a_listing_that_ends_while_it_is_translated_stays_untranslated(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = a_published_offer()

    def slowly(text: str, _source: str, _target: str) -> str:
        Opportunity.objects.filter(pk=offer.pk).update(state="withdrawn")
        return text

    monkeypatch.setattr(machine, "translate", slowly)
    deliver()
    assert not Translation.objects.exists()
    assert not Delivery.objects.filter(queue="translations").exclude(state="done").exists()


def test_without_a_server_nothing_is_asked_for() -> None:
    a_published_offer()
    assert not Delivery.objects.filter(queue="translations").exists()


def test_an_address_that_is_none_is_refused_at_the_start(settings: Any) -> None:
    for address in ("file:///etc/passwd", "translate.internal:5000", "http://"):
        settings.TRANSLATION_URL = address
        with pytest.raises(ImproperlyConfigured):
            machine.check_address()
