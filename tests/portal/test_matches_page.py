"""Who fits, and why: for its own people, light, with all reasons of one match on demand."""

import pytest
from django.test import Client

from apps.enterprises.models import Enterprise
from apps.matching.criteria import DEFAULT_WEIGHTS, joint
from apps.matching.selectors import Fit, Partner
from apps.matching.selectors import Reason as Found
from apps.portal import matching_words
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer
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
    weights = {**DEFAULT_WEIGHTS, "country": 10, "dates": 4, "maturity": 2}
    card = matching_words.match(a_partner(cell_maker.enterprise), weights)
    score, known = 20 / 28, 28
    country = joint((score * known + weights["country"]) / (known + weights["country"]), score)
    assert card.unknown[0] == f"Not known: Country. Stated by both sides, the fit may rise to {country:.2f}."
    assert len(card.unknown) == 1
    assert card.also_unknown == ("Dates", "Readiness")


def test_reasons_keep_their_share_of_the_score(cell_maker: Actor) -> None:
    way = matching_words.match(a_partner(cell_maker.enterprise), DEFAULT_WEIGHTS).forward
    assert sum(reason.contribution or 0 for reason in way.reasons) == pytest.approx(way.score)
    assert [reason.criterion for reason in way.best] == ["Technology"]


def test_twenty_matches_are_a_light_page(client: Client) -> None:
    html = client.get("/en/components/matches/?items=20").content
    assert html.count(b'class="reasons"') == 2
    assert len(html) < 80_000
