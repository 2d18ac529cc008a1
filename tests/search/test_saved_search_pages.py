"""A person saves a search from its results, finds it on their own page, and changes or ends it there."""

from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.search import criteria, saved
from apps.search.models import SavedSearch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def test_a_search_is_saved_from_its_page_and_managed_on_the_persons_own(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    page = client.get("/en/search/?q=LFP&side=offer&min_mwh=100").content.decode()
    form = page[page.index('id="save"') :]
    assert 'name="side" value="offer"' in form
    assert 'value="“LFP”, Offer, from 100 MWh"' in form
    body = {"kind": "opportunity", "q": "LFP", "side": "offer", "min_mwh": "100", "name": "Mine", "frequency": "weekly"}
    page = client.post("/en/searches/", body, follow=True).content.decode()
    assert "Saved. You are told of what is published from now on." in page
    assert 'href="/en/search/?q=LFP&amp;side=offer&amp;min_mwh=100"' in page
    assert "“LFP”, Offer, from 100 MWh" in page
    search = SavedSearch.objects.get()
    client.post(f"/en/searches/{search.pk}/", {"name": "Ours", "frequency": "daily", "version": search.version})
    client.post(f"/en/searches/{search.pk}/do/pause/")
    search.refresh_from_db()
    assert (search.name, search.frequency, search.paused) == ("Ours", "daily", True)
    late = client.post(f"/en/searches/{search.pk}/", {"name": "Late", "frequency": "daily", "version": 1}, follow=True)
    assert "It was changed meanwhile" in late.content.decode()
    client.post(f"/en/searches/{search.pk}/do/delete/")
    assert not SavedSearch.objects.exists()


def test_a_part_that_was_taken_as_words_stays_words_in_the_saved_search(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    page = client.get("/en/search/?q=LFP+Brazil&plain=Brazil&plain=elsewhere").content.decode()
    form = page[page.index('id="save"') :]
    assert form.count('name="plain"') == 1
    body = {
        "kind": "opportunity",
        "q": "LFP Brazil",
        "plain": ["Brazil", "elsewhere"],
        "name": "M",
        "frequency": "daily",
    }
    page = client.post("/en/searches/", body, follow=True).content.decode()
    assert 'href="/en/search/?q=LFP+Brazil&amp;plain=Brazil"' in page
    assert "“LFP Brazil”, “Brazil” as plain words" in page
    understood = saved.criteria(SavedSearch.objects.get()).understood("en")
    assert understood
    assert [unit.text for unit in understood[0].meant] == ["LFP"]
    client.post("/en/searches/", body | {"plain": []})
    assert SavedSearch.objects.count() == 2  # it asks for something else


def test_a_search_that_is_refused_leads_back_to_its_results_and_says_why(client: Client, stranger: User) -> None:
    client.force_login(stranger)
    body = {"kind": "project", "q": "LFP", "name": " ", "frequency": "daily"}
    answer = client.post("/en/searches/", body, follow=True)
    assert answer.redirect_chain[-1][0] == "/en/projects/?q=LFP"
    assert "Name: This field is required." in answer.content.decode()


def test_who_signs_in_to_save_a_search_comes_back_to_it(client: Client) -> None:
    page = client.get("/en/search/?q=LFP&side=offer").content.decode()
    assert "/en/accounts/login/?next=%2Fen%2Fsearch%2F%3Fq%3DLFP%26side%3Doffer%23save" in page
    expired = client.post("/en/searches/", {"kind": "opportunity", "q": "LFP", "name": "x", "frequency": "daily"})
    assert expired["Location"] == "/en/accounts/login/?next=/en/search/%3Fq%3DLFP"


def test_the_list_of_searches_needs_few_queries(
    client: Client, stranger: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        asked = criteria.from_address("opportunity", {"q": [f"LFP {number}"], "side": ["offer"]})
        saved.save(user=stranger, asked=asked, name="Cells", frequency="daily")
    client.force_login(stranger)
    with django_assert_max_num_queries(8):
        client.get("/en/searches/")
