"""Who fits, and why: for its own people, light, with all reasons of one match on demand."""

from dataclasses import replace

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from apps.enterprises.models import Enterprise
from apps.matching.criteria import (
    COUNT,
    CRITERIA,
    DEFAULT_WEIGHTS,
    SCALE,
    TRACK_RECORD,
    UNKNOWN,
    contributions,
    joint,
    way,
)
from apps.matching.selectors import Fit, Partner
from apps.matching.selectors import Reason as Found
from apps.portal import matching_words
from apps.portal.cards import Term
from apps.portal.views import matches
from tests.factories.cast import Actor
from tests.factories.introductions import an_introduction
from tests.factories.listings import a_published_offer, a_published_request
from tests.factories.people import a_moderator, a_person

pytestmark = pytest.mark.django_db


def a_partner(enterprise: Enterprise, **values: object) -> Partner:
    """A match of which technology and mode are known, of 28 parts of weight."""
    reasons = (
        Found("technology", 1.0, 20 / 28, 20 / 28, "The technologies agree."),
        Found("mode", 0.0, 8 / 28, 0.0, "The cooperation modes differ."),
    )
    fit = Fit(20 / 28, reasons)
    stated: dict[str, object] = {"unknown": ("country", "dates", "maturity")} | values
    return Partner("enterprise", None, enterprise, joint(20 / 28, 20 / 28), 0.4, fit, fit, **stated)  # type: ignore[arg-type]


def test_strangers_and_moderators_do_not_learn_that_there_are_matches(client: Client, cell_maker: Actor) -> None:
    listing = a_published_offer(cell_maker.enterprise)
    for reader in (a_person(), a_moderator()):
        client.force_login(reader)
        assert client.get(f"/en/matches/opportunity/{listing.pk}/").status_code == 404
        assert client.get(f"/en/matches/enterprise/{cell_maker.enterprise.pk}/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client: Client, cell_maker: Actor) -> None:
    response = client.get(f"/en/matches/enterprise/{cell_maker.enterprise.pk}/")
    assert response.headers["Location"].startswith("/en/accounts/login/")


@pytest.mark.parametrize("subject", ["opportunity", "enterprise"])
def test_before_anything_was_compared_the_page_says_so(client: Client, cell_maker: Actor, subject: str) -> None:
    listing = a_published_offer(cell_maker.enterprise)
    client.force_login(cell_maker.person)
    pk = listing.pk if subject == "opportunity" else cell_maker.enterprise.pk
    html = client.get(f"/en/matches/{subject}/{pk}/").content.decode()
    assert "The comparison is running" in html
    assert "noindex" in html


def test_what_would_be_worth_stating_comes_with_the_score_it_may_lead_to(cell_maker: Actor) -> None:
    weights = {**DEFAULT_WEIGHTS, "technology": 20, "mode": 8, "country": 10, "certificates": 4}
    card = matching_words.match(a_partner(cell_maker.enterprise, unknown=("certificates", "country", "dates")), weights)
    country = joint((20 + 10) / (28 + 10), 20 / 28)
    worst = joint(20 / (28 + 10), 20 / 28)
    told = f"Not known: Country. Tell us and the fit may rise to {country:.2f} or fall to {worst:.2f}."
    assert card.unknown == (told,)
    assert card.also_unknown == ("Certificates", "Dates")


def test_what_both_sides_have_to_state_says_so(cell_maker: Actor) -> None:
    card = matching_words.match(a_partner(cell_maker.enterprise, unknown=("stage",)), DEFAULT_WEIGHTS)
    assert "Stated by both sides, the fit may rise to" in card.unknown[0]


def test_nothing_is_promised_that_a_profile_cannot_state_or_that_moves_more_than_itself(cell_maker: Actor) -> None:
    partner = a_partner(cell_maker.enterprise, unknown=("dates", "mode", "text", "country"))
    assert set(matching_words.rises(partner, DEFAULT_WEIGHTS)) == {"country"}
    assert matching_words.rises(partner, DEFAULT_WEIGHTS, by_profile=True) == {}
    experienced = Fit(0.5, (*partner.forward.reasons, Found("activity", 0.5, 0.2, 0.1, "Some.")))
    assert matching_words.rises(replace(partner, forward=experienced), DEFAULT_WEIGHTS) == {}


def test_a_score_that_would_not_change_is_not_worth_a_word(cell_maker: Actor) -> None:
    whole = Fit(1.0, (Found("technology", 1.0, 1.0, 1.0, "The technologies agree."),))
    partner = Partner("enterprise", None, cell_maker.enterprise, 1.0, 0.1, whole, whole, ("country",))
    assert matching_words.match(partner, DEFAULT_WEIGHTS).unknown == ()


levels = some.lists(some.one_of(some.just(UNKNOWN), some.integers(0, SCALE)), min_size=COUNT, max_size=COUNT)
ALONE = {"country", "framework", "certificates"}


def the_ways(forward: list[int], backward: list[int]) -> tuple[Fit, Fit]:
    """Both ways as they are read, the first of somebody who asks."""
    found = []
    for scores, offering in ((forward, False), (backward, True)):
        parts = contributions(scores, DEFAULT_WEIGHTS, offering=offering)
        reasons = tuple(Found(name, *numbers, text="") for name, numbers in parts.items())
        found.append(Fit(way(scores, DEFAULT_WEIGHTS, offering=offering).score, reasons))
    return found[0], found[1]


@given(levels, levels, some.sampled_from(CRITERIA[:12]))
def test_a_criterion_stated_at_full_fit_gives_exactly_the_score_that_was_told(
    forward: list[int], backward: list[int], name: str
) -> None:
    place = CRITERIA.index(name)
    for at, each in enumerate(CRITERIA):
        if each in TRACK_RECORD:
            forward[at] = backward[at] = UNKNOWN
    forward[place] = UNKNOWN
    if name not in ALONE:
        backward[place] = UNKNOWN
    before = the_ways(forward, backward)
    partner = Partner("opportunity", None, Enterprise(), joint(before[0].score, before[1].score), 0.5, *before, (name,))
    told = matching_words.rises(partner, DEFAULT_WEIGHTS).get(name, partner.score)
    forward[place] = SCALE
    if name not in ALONE:
        backward[place] = SCALE
    after = the_ways(forward, backward)
    assert joint(after[0].score, after[1].score) == pytest.approx(told, abs=0.01 if told == partner.score else 1e-9)


def test_reasons_keep_their_share_of_the_score(cell_maker: Actor) -> None:
    way = matching_words.match(a_partner(cell_maker.enterprise), DEFAULT_WEIGHTS).forward
    assert sum(reason.contribution or 0 for reason in way.reasons) == pytest.approx(way.score)
    assert [reason.criterion for reason in way.best] == ["Technology"]


def test_twenty_matches_are_a_light_page(client: Client) -> None:
    html = client.get("/en/components/matches/?items=20").content
    assert html.count(b'class="reasons"') == 2
    assert len(html) < 80_000


def test_a_partner_can_be_asked_from_its_match_and_then_says_how_that_stands(
    cell_maker: Actor, grid_operator: Actor
) -> None:
    offer, request = a_published_offer(cell_maker.enterprise), a_published_request(grid_operator.enterprise)
    card = replace(
        matching_words.match(a_partner(grid_operator.enterprise), DEFAULT_WEIGHTS), key=f"opportunity-{request.pk}"
    )
    before = matches._introduced(offer, [card])[0]
    assert before.ask_url == f"/en/introductions/new/opportunity-{request.pk}/?for=opportunity-{offer.pk}&at=match"
    row = an_introduction(request, offer)
    after = matches._introduced(offer, [card])[0]
    assert (after.ask_url, after.introduction) == ("", Term("Waiting for an answer", f"/en/introductions/{row.pk}/"))
