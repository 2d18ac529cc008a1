"""Why not this one: as much as may be told, and one sentence for all that may not."""

from typing import Any

import pytest
from django.test import Client

from apps.enterprises.rules import public_id
from apps.matching import why
from apps.matching.criteria import TOP
from apps.matching.listings import opportunity_key
from apps.matching.models import Match
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_draft_offer, a_draft_project, a_published_offer, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work
from tests.matching.test_my_matches import compared, of
from tests.matching.test_near import ALIKE
from tests.matching.test_vetoes import MAKES_CELLS, belong, change


@pytest.fixture
def us(work: Work, rates: None) -> Opportunity:
    """A request from Kazakhstan; nothing was compared yet."""
    enterprise = a_published_enterprise(a_person(), country="KZ", external_id="asker", **MAKES_CELLS)
    return a_published_request(enterprise, **ALIKE)


@pytest.fixture
def offer(us: Opportunity) -> Opportunity:
    maker = a_published_enterprise(a_person(), country="CN", external_id="maker", **MAKES_CELLS)
    return a_published_offer(maker, **ALIKE)


def asked(client: Client, row: Opportunity, text: str) -> str:
    """What the page answers, without what was typed."""
    client.force_login(of(row))
    found = client.get(
        f"/en/enterprises/{row.enterprise_id}/matches/", {"why": text, "of": f"opportunity-{row.pk}"}
    ).content.decode()
    return found.split('class="answer"')[1].split("</div>")[0]


def test_a_partner_in_the_list_is_told_with_place_and_score(
    client: Client, work: Work, us: Opportunity, offer: Opportunity
) -> None:
    compared(work)
    listed = list(Match.objects.filter(owner=opportunity_key(us.pk)).order_by("-score", "other"))
    places = {entry.other: f"in place {place}, with {entry.score:.2f}" for place, entry in enumerate(listed, start=1)}
    for text in (str(offer.pk), f"https://x.org/en/listings/{offer.pk}/?a=1", f" {offer.pk} "):
        assert f"It is in your list, {places[opportunity_key(offer.pk)]}." in asked(client, us, text)
    assert "in place 1," in asked(client, us, f" VB-{offer.enterprise_id} ")


def test_one_below_the_twentieth_is_told_with_the_score_and_the_reasons_it_would_have(
    client: Client, work: Work, us: Opportunity, offer: Opportunity
) -> None:
    compared(work)
    entry = Match.objects.filter(owner=opportunity_key(us.pk), other=opportunity_key(offer.pk))
    (known,) = entry.values_list("score", flat=True)
    entry.delete()
    answer = why.why(us, why.named(str(offer.pk)))
    assert answer.outcome == "below"
    assert answer.partner
    assert answer.partner.score == pytest.approx(known)
    assert answer.partner.forward.reasons
    assert f"with {known:.2f} it is not among the first {'twenty' if TOP == 20 else TOP}" in asked(
        client, us, str(offer.pk)
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [({"modes": ["joint-venture"]}, "No cooperation mode in common"), ({"excluded_countries": ["KZ"]}, "your country")],
)
def test_what_stands_in_the_way_is_told_as_far_as_everybody_reads_it(
    client: Client, work: Work, us: Opportunity, values: dict[str, Any], told: str
) -> None:
    maker = a_published_enterprise(a_person(), country="CN")
    theirs = a_published_offer(maker, **(ALIKE | values))
    compared(work)
    assert told in asked(client, us, str(theirs.pk))
    change(maker, excluded_enterprises=["asker"])
    work()
    assert told in asked(client, us, str(theirs.pk)), "with a veto it reads the same"


def test_all_that_may_not_be_told_reads_the_same(
    client: Client, work: Work, us: Opportunity, offer: Opportunity
) -> None:
    compared(work)
    answers, other = [], offer.enterprise
    for mine, theirs in ((other, us.enterprise), (us.enterprise, other)):
        for veto in (
            {"excluded_countries": ["KZ", "CN"]}, {"excluded_enterprises": ["maker", "asker"]}, {"excluded_kinds": ["maker"]},
            {"excludes_competitors": "yes"},
        ):  # fmt: skip
            change(mine, **veto)
            work()
            answers += [asked(client, us, str(offer.pk)), asked(client, us, public_id(other.pk))]
            change(mine, **{name: [] if isinstance(value, list) else "" for name, value in veto.items()})
        belong(mine, public_id(theirs.pk))
        work()
        answers.append(asked(client, us, str(offer.pk)))
        belong(mine, "")
    asker = us.enterprise
    hidden = a_published_request(asker, **ALIKE, project=a_draft_project(asker, country="UZ"))
    kept = a_published_offer(a_published_enterprise(a_person(), country="BR"), **ALIKE, excluded_countries=["UZ"])
    work()
    answers.append(asked(client, kept, str(hidden.pk)))
    assert len(set(answers)) == 1
    assert "under conditions that are not told" in answers[0]


def test_a_draft_reads_as_if_it_were_not_there(client: Client, work: Work, us: Opportunity, offer: Opportunity) -> None:
    draft = a_draft_offer(offer.enterprise, **ALIKE)
    compared(work)
    nobody = asked(client, us, "999999999")
    assert "goes by that" in nobody
    assert [asked(client, us, text) for text in (str(draft.pk), "vb-999999", "no-such", "9" * 40)] == [nobody] * 4


def test_ones_own_and_the_same_side_are_told(client: Client, work: Work, us: Opportunity, offer: Opportunity) -> None:
    other = a_published_request(a_published_enterprise(), **ALIKE)
    compared(work)
    assert "your own enterprise" in asked(client, us, public_id(us.enterprise_id))
    assert "offers are compared with requests" in asked(client, us, str(other.pk))


def test_before_anything_was_compared_the_answer_says_so(client: Client, us: Opportunity, offer: Opportunity) -> None:
    assert "have not been compared yet" in asked(client, us, str(offer.pk))
