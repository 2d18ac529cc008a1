"""All matches of an enterprise on one page: what its people put down of them, and what nobody else ever learns."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.journal.models import Fact
from apps.matching import marks, runs, selectors, services
from apps.matching.models import Mark, Match, Visit
from apps.opportunities import services as opportunities
from apps.opportunities.models import Opportunity
from tests.factories.enterprises import a_published_enterprise
from tests.factories.introductions import an_introduction, answered
from tests.factories.listings import a_published_offer, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work

ALIKE: dict[str, Any] = {"technologies": ["lfp"], "modes": ["equipment-supply"]}


@pytest.fixture
def us(work: Work) -> Opportunity:
    """A Kazakh request; nothing was compared yet."""
    enterprise = a_published_enterprise(a_person(), country="KZ", name="Grid of the Steppe")
    return a_published_request(enterprise, **ALIKE, title="Batteries for our grid")


def an_offer(title: str, country: str = "CN", **values: Any) -> Opportunity:
    return a_published_offer(a_published_enterprise(a_person(), country=country), **(ALIKE | values), title=title)


def compared(work: Work) -> None:
    runs.request()
    work()


def of(row: Opportunity) -> User:
    found: User = row.enterprise.members.get()
    return found


def pair(mine: Opportunity, theirs: Opportunity) -> marks.Pair:
    return selectors.key_of(mine), selectors.key_of(theirs)


def page(client: Client, row: Opportunity, **asked: str) -> str:
    client.force_login(of(row))
    return client.get(f"/en/enterprises/{row.enterprise_id}/matches/", asked).content.decode()


def put(client: Client, mine: Opportunity, theirs: Opportunity, name: str, **posted: str) -> Any:
    client.force_login(of(mine))
    at = f"/en/enterprises/{mine.enterprise_id}/matches/opportunity-{mine.pk}/opportunity-{theirs.pk}/{name}/"
    return client.post(at, posted)


def dismissed(mine: Opportunity, theirs: Opportunity) -> None:
    services.dismiss(pair=pair(mine, theirs), enterprise=mine.enterprise_id, actor=of(mine), reason="price")


def found_by(row: Opportunity) -> list[dict[str, Any]]:
    """The partners of which this listing's people were told."""
    facts = Fact.objects.filter(kind="match.found", subject="opportunity", subject_ids__contains=[row.pk]).order_by(
        "pk"
    )
    return [partner for fact in facts for partner in fact.payload["partners"] if partner["kind"] == "opportunity"]


def test_the_matches_of_all_listings_are_filtered_and_ordered(client: Client, work: Work, us: Opportunity) -> None:
    second = a_published_request(us.enterprise, **ALIKE, title="A second request")
    near, far = an_offer("Cells from Ningde"), an_offer("Cells from Fortaleza", "BR")
    compared(work)
    html = page(client, us)
    for text in ("Cells from Ningde", "Cells from Fortaleza", "Batteries for our grid", "A second request"):
        assert text in html
    assert f"/en/introductions/new/opportunity-{near.pk}/?for=opportunity-{us.pk}&amp;at=match" in html
    assert "Cells from Ningde" not in page(client, us, country="BR")
    assert page(client, us, least="nan", show="?", sort="?", page="x").count('class="match"') == html.count(
        'class="match"'
    )
    alone = page(client, us, **{"for": f"opportunity-{second.pk}"})
    assert f"match-opportunity-{second.pk}-opportunity-{far.pk}" in alone
    assert f"match-opportunity-{us.pk}-opportunity-{far.pk}" not in alone
    Match.objects.filter(other=2 * far.pk).update(score=0.001)
    assert "Cells from Fortaleza" not in page(client, us, least="0,01")
    opportunities_at = Opportunity.objects.filter(pk=near.pk)
    opportunities_at.update(published_at=F("published_at") - timedelta(days=9))
    best, newest = page(client, us), page(client, us, sort="newest")
    assert best.index("Cells from Ningde") < best.index("Cells from Fortaleza")
    assert newest.index("Cells from Fortaleza") < newest.index("Cells from Ningde")


def test_a_dismissed_match_leaves_every_list_of_its_owner_and_can_be_brought_back(
    client: Client, work: Work, us: Opportunity
) -> None:
    offer = an_offer("Cells from Ningde")
    compared(work)
    assert (
        put(client, us, offer, "dismiss", reason="price", back="show=&sort=newest")
        .headers["Location"]
        .endswith("sort=newest")
    )
    assert "Cells from Ningde" not in page(client, us)
    assert "Cells from Ningde" not in client.get(f"/en/matches/opportunity/{us.pk}/").content.decode()
    assert "Cells from Ningde" not in client.get("/en/dashboard/").content.decode()
    assert "Cells from Ningde" in page(client, us, show="dismissed")
    (entry,) = [each for each in listed(client, us) if each["opportunity"] and each["opportunity"]["id"] == offer.pk]
    assert (entry["dismissed"], entry["shortlisted"], entry["introduction"]) == (True, False, None)
    compared(work)
    assert "Cells from Ningde" not in page(client, us), "a run changes nothing of it"
    put(client, us, offer, "restore")
    put(client, us, offer, "shortlist")
    put(client, us, offer, "shortlist")
    assert "Cells from Ningde" in page(client, us, show="shortlisted")
    facts = Fact.objects.filter(subject="match", enterprise_id=us.enterprise_id).order_by("pk")
    assert [fact.kind for fact in facts] == ["match.dismissed", "match.restored", "match.shortlisted"], (
        "none for nothing"
    )


def listed(client: Client, row: Opportunity) -> list[dict[str, Any]]:
    client.force_login(of(row))
    results: list[dict[str, Any]] = client.get(f"/api/v1/opportunities/{row.pk}/matches/").json()["results"]
    return results


def test_another_reason_needs_a_word_and_nothing_typed_is_lost(client: Client, work: Work, us: Opportunity) -> None:
    offer = an_offer("Cells from Ningde")
    compared(work)
    answer = put(client, us, offer, "dismiss", reason="other", back="sort=newest").content.decode()
    assert "Say in a few words what the reason is." in answer
    assert 'value="sort=newest"' in answer
    long = "x" * 1001
    assert long in put(client, us, offer, "dismiss", reason="price", note=long).content.decode()
    assert not Mark.objects.exists()


def test_what_we_put_down_never_reaches_the_other_side(client: Client, work: Work, us: Opportunity) -> None:
    offer = an_offer("Cells from Ningde")
    compared(work)

    def seen() -> list[Any]:
        client.force_login(of(offer))
        entries = list(listed(client, offer))
        journal = client.get("/api/v1/journal/").json()["results"]
        html = client.get(f"/en/matches/opportunity/{offer.pk}/").content.decode().split("<main")[1]
        return [entries, journal, html.split("csrf")[0].count("Batteries for our grid")]

    before = seen()
    put(client, us, offer, "note", note="They were late twice.")
    put(client, us, offer, "dismiss", reason="trust", note="They were late twice.")
    client.force_login(of(us))
    assert "They were late twice." in page(client, us, show="dismissed")
    assert seen() == before
    theirs = page(client, offer)
    assert "Batteries for our grid" in theirs
    assert "They were late twice." not in theirs
    assert "They were late" not in str(Fact.objects.values_list("payload", flat=True))


def test_only_entries_of_ones_own_lists_can_be_marked(client: Client, work: Work, us: Opportunity) -> None:
    offer, apart = an_offer("Cells from Ningde"), an_offer("Dams", technologies=["pumped-hydro"])
    compared(work)
    assert put(client, us, apart, "shortlist").status_code == 404
    client.force_login(of(us))
    foreign = f"/en/enterprises/{us.enterprise_id}/matches/opportunity-{offer.pk}/opportunity-{us.pk}/shortlist/"
    assert client.post(foreign).status_code == 404
    assert not Mark.objects.exists()


def test_nobody_is_told_again_of_whom_they_dismissed_while_the_other_side_is(work: Work, us: Opportunity) -> None:
    offer = an_offer("Cells from Ningde")
    compared(work)
    dismissed(us, offer)
    before = [len(found_by(row)) for row in (us, offer)]
    back_again(work, offer)
    assert [len(found_by(row)) for row in (us, offer)] == [before[0], before[1] + 1]


def back_again(work: Work, row: Opportunity) -> None:
    """Leave the lists, and enter them as something new."""
    for name in ("withdraw", "reopen", "vouch"):
        row.refresh_from_db()
        opportunities.move(opportunity=row, name=name, actor=None)
        work()


@pytest.mark.parametrize(("ending", "told"), [("", 0), ("accept", 0), ("decline", 1)])
def test_who_has_been_introduced_is_marked_and_not_pushed_again(
    client: Client, work: Work, us: Opportunity, ending: str, told: int
) -> None:
    offer = an_offer("Cells from Ningde")
    compared(work)
    row = an_introduction(us, offer)
    if ending:
        answered(row, ending, **({"reason": "price"} if ending == "decline" else {}))
    entry = next(each for each in listed(client, us) if each["opportunity"] and each["opportunity"]["id"] == offer.pk)
    row.refresh_from_db()
    assert entry["introduction"] == (None if told else {"id": row.pk, "state": row.state})
    assert ("Cells from Ningde" in page(client, us, show="introduced")) == (not told)
    newest = [each.theirs for each in selectors.newest_of([us.enterprise_id], limit=9)]
    assert (offer in newest) == bool(told)
    before = len(found_by(us)), len(found_by(offer))
    back_again(work, offer)
    assert (len(found_by(us)) - before[0], len(found_by(offer)) - before[1]) == (told, told)


def test_a_member_reads_what_came_and_what_went_since_the_last_visit(
    client: Client, work: Work, us: Opportunity
) -> None:
    gone, hidden = an_offer("Cells that change"), an_offer("Cells withdrawn")
    compared(work)
    assert "Since your last visit" not in page(client, us)
    newer = an_offer("The newer offer")
    Match.objects.filter(other=2 * gone.pk).delete()
    opportunities.move(opportunity=hidden, name="withdraw", actor=None)
    work()
    assert "Since your last visit" not in page(client, us), "the visit goes on"
    Visit.objects.update(at=F("at") - services.VISIT)
    for _ in range(2):
        html = page(client, us)
        changes = html.split('class="changes"')[1].split("</section>")[0]
        assert "Cells that change" in changes
        assert "1 more" in changes
        assert "Cells withdrawn" not in html
    assert f"match-opportunity-{us.pk}-opportunity-{newer.pk}" in page(client, us, show="new")
    assert f"match-opportunity-{us.pk}-opportunity-{gone.pk}" not in html


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_matches_go_along_as_a_table_in_which_nothing_is_a_formula(
    client: Client, work: Work, us: Opportunity, form: str
) -> None:
    offer = an_offer("=HYPERLINK(1)")
    compared(work)
    services.note(pair=pair(us, offer), enterprise=us.enterprise_id, actor=of(us), text="@SUM(A1)")
    client.force_login(of(us))
    asked = {"format": form, "for": f"opportunity-{us.pk}"}
    answer = client.get(f"/en/enterprises/{us.enterprise_id}/matches/", asked)
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = table(answer.content, form)
    mine = next(row for row in rows if row["url"].endswith(f"/listings/{offer.pk}/"))
    assert (mine["partner"], mine["note"]) == ("'=HYPERLINK(1)", "'@SUM(A1)")
    assert float(mine["score"]) > 0


def table(content: bytes, form: str) -> list[dict[str, Any]]:
    if form == "csv":
        return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    names, *rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, names), row, strict=True)) for row in rows]


def test_a_page_of_matches_costs_as_many_queries_as_one_match(
    client: Client, work: Work, us: Opportunity, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        a_published_offer(a_published_enterprise(country="CN"), **ALIKE, title=f"Offer {number}")
    compared(work)
    page(client, us)  # what the process keeps is read
    with django_assert_max_num_queries(30):
        assert page(client, us).count('class="match"') >= 12


def test_a_viewer_reads_but_finds_no_buttons(client: Client, work: Work, us: Opportunity) -> None:
    an_offer("Cells from Ningde")
    compared(work)
    us.enterprise.memberships.update(role="viewer")
    html = page(client, us)
    assert "Cells from Ningde" in html
    assert "/shortlist/" not in html
