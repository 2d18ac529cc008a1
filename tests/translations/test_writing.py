"""People translate their listings; a moderator reads what they wrote before anybody else does."""

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.core.lifecycle import Conflict
from apps.journal import deliveries
from apps.journal.models import Delivery, Fact
from apps.notifications.models import Notice
from apps.notifications.words import messages
from apps.opportunities import services
from apps.opportunities.selectors import as_record, original
from apps.translations import services as translations
from apps.translations.models import Translation
from apps.translations.rules import Texts
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer
from tests.factories.translations import (
    CHINESE,
    RUSSIAN,
    a_machine_translation,
    a_published_translation,
    a_submitted_translation,
)

pytestmark = pytest.mark.django_db
TYPED = {"title": RUSSIAN.title, "summary": RUSSIAN.summary}


@pytest.fixture
def author(client: Client, cell_maker: Actor) -> Client:
    client.force_login(cell_maker.person)
    return client


def test_the_overview_lists_every_other_language_with_what_there_is_in_it(author: Client, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    a_machine_translation(offer)
    a_submitted_translation(offer, "zh-Hans", CHINESE)
    page = author.get(f"/en/listings/{offer.pk}/translations/").content.decode()
    assert page.count('class="mine__row"') == 9
    assert page.count("No translation") == 7
    assert "Translated by a machine" in page
    assert "Under review" in page
    assert f'href="/en/listings/{offer.pk}/translations/"' in author.get(f"/en/listings/{offer.pk}/").content.decode()


def test_a_translation_is_typed_beside_the_original_in_the_direction_of_its_language(
    author: Client, cell_maker: Actor
) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    page = author.get(f"/en/listings/{offer.pk}/translations/ar/").content.decode()
    assert offer.summary in page
    assert page.count('lang="ar" dir="rtl"') + page.count('dir="rtl" lang="ar"') == 2


def test_what_a_person_translated_is_shown_once_a_moderator_approved_it(
    author: Client, cell_maker: Actor, moderator: User
) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    seen = {"version": 0, "seen": original(offer).texts.digest}
    author.post(f"/en/listings/{offer.pk}/translations/zh-hans/", TYPED | seen | {"title": CHINESE.title})
    row = Translation.objects.get()
    assert (row.language, row.origin, row.state, row.source_version) == ("zh-Hans", "human", "submitted", offer.version)
    reading = Client()
    page = f"/zh-hans/listings/{offer.pk}/"
    assert CHINESE.title not in reading.get(page).content.decode()
    reviewing = Client()
    reviewing.force_login(moderator)
    review = reviewing.get(f"/en/moderation/translation-{row.pk}/").content.decode()
    assert offer.summary in review
    reviewing.post(f"/en/moderation/translation-{row.pk}/", {"verdict": "approve", "version": row.version})
    assert CHINESE.title in reading.get(page).content.decode()
    facts = Fact.objects.filter(subject="translation").order_by("pk").values_list("kind", flat=True)
    assert list(facts) == ["translation.submitted", "translation.published"]


def test_the_translators_enterprise_hears_of_the_review_and_of_no_machine(cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    a_machine_translation(offer)
    row = a_submitted_translation(offer, "zh-Hans", CHINESE)
    translations.move(translation=row, name="send_back", actor=None, note="The unit is wrong.")
    for waiting in Delivery.objects.filter(handler="notices.address", fact__subject="translation"):
        assert deliveries.deliver(waiting.pk)
    told = messages(Notice.objects.filter(subject="translation").order_by("pk"))
    assert [(each.title, each.reason) for each in told] == [
        (f"“{CHINESE.title}” is under review", ""),
        (f"“{CHINESE.title}” needs changes", "The unit is wrong."),
    ]
    assert told[0].url == f"/en/listings/{offer.pk}/"


def test_nothing_typed_is_lost_when_the_original_changed_meanwhile(author: Client, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    page = author.post(f"/en/listings/{offer.pk}/translations/ru/", TYPED | {"version": 0, "seen": "other"})
    assert "The original was changed meanwhile" in page.content.decode()
    assert RUSSIAN.title in page.content.decode()
    assert original(offer).texts.digest in page.content.decode()
    assert not Translation.objects.exists()


def test_of_two_who_saw_the_same_version_one_is_told_of_the_other(cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    a_machine_translation(offer)
    for version in (0, 5):
        with pytest.raises(Conflict):
            services.translate(
                opportunity=offer, language="ru", texts=RUSSIAN, actor=cell_maker.person, version=version,
                seen=original(offer).texts.digest,
            )  # fmt: skip
    assert Translation.objects.get().origin == "machine"


def test_a_persons_translation_replaces_a_machines_and_never_the_other_way_round(cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    a_machine_translation(offer, texts=Texts("Машина", "Машина пишет."))
    row = a_submitted_translation(offer)
    assert (row.origin, row.title) == ("human", RUSSIAN.title)
    assert a_machine_translation(offer, texts=CHINESE).title == RUSSIAN.title
    assert Translation.objects.count() == 1


def test_a_translation_is_withdrawn_by_the_version_that_was_seen(author: Client, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    row = a_machine_translation(offer)
    path = f"/en/listings/{offer.pk}/translations/ru/withdraw/"
    author.post(path, {"version": row.version + 1})
    row.refresh_from_db()
    assert row.state == "published"
    author.post(path, {"version": row.version})
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert a_machine_translation(offer).state == "withdrawn"


def test_a_translation_of_other_texts_is_stale(client: Client, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    a_published_translation(offer, "zh-Hans", CHINESE)
    assert "此后原文已有改动" not in client.get(f"/zh-hans/listings/{offer.pk}/").content.decode()
    services.update(
        opportunity=offer, values={"summary": "Other words."}, actor=cell_maker.person, version=offer.version
    )
    services.move(opportunity=offer, name="publish", actor=None)
    told = client.get(f"/api/v1/opportunities/{offer.pk}/").json()["translations"]
    assert told == [{"language": "zh-Hans", "origin": "human", "stale": True}]
    page = client.get(f"/zh-hans/listings/{offer.pk}/").content.decode()
    assert "此后原文已有改动" in page
    assert as_record(offer)["summary"] not in page


def test_translations_end_with_their_listing_and_a_persons_can_be_sent_again(author: Client, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    a_machine_translation(offer)
    kept = a_published_translation(offer, "zh-Hans", CHINESE)
    a_submitted_translation(offer, "fr", Texts("Cellules", "Cellules LFP."))
    author.post(f"/en/listings/{offer.pk}/do/withdraw/")
    assert set(Translation.objects.values_list("language", "state")) == {("zh-Hans", "withdrawn"), ("fr", "withdrawn")}
    assert Fact.objects.filter(kind="translation.withdrawn").count() == 1
    for name in ("reopen", "vouch"):
        offer.refresh_from_db()
        services.move(opportunity=offer, name=name, actor=None)
    assert a_submitted_translation(offer, "zh-Hans", CHINESE).pk == kept.pk


def test_only_what_is_public_is_translated_and_not_into_its_own_language(author: Client, cell_maker: Actor) -> None:
    offer = a_published_offer(cell_maker.enterprise)
    for language in ("en", "vi", "nonsense"):
        assert author.get(f"/en/listings/{offer.pk}/translations/{language}/").status_code == 404
    seen = original(offer).texts.digest
    services.move(opportunity=offer, name="withdraw", actor=None)
    assert author.get(f"/en/listings/{offer.pk}/translations/").status_code == 404
    with pytest.raises(Conflict):
        services.translate(
            opportunity=offer, language="ru", texts=RUSSIAN, actor=cell_maker.person, version=0, seen=seen
        )
