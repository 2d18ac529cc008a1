"""The moderators' desk."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.enterprises.models import Membership
from apps.moderation.models import Decision
from apps.moderation.rules import answer_due
from apps.opportunities import services
from tests.factories.cast import Actor
from tests.factories.listings import a_published_offer, a_submitted_offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, moderator: User) -> Client:
    client.force_login(moderator)
    return client


def test_the_desk_is_open_to_moderators_only(client: Client, cell_maker: Actor) -> None:
    client.force_login(cell_maker.person)
    assert client.get("/en/moderation/").status_code == 403
    assert client.get(f"/en/moderation/enterprise-{cell_maker.enterprise.pk}/").status_code == 403


def test_what_waits_is_listed_oldest_first_with_one_query_for_each_kind(
    desk: Client, cell_maker: Actor, django_assert_max_num_queries: object
) -> None:
    titles = [a_submitted_offer(cell_maker.enterprise, title=f"Offer {number}").title for number in range(20)]
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        page = desk.get("/en/moderation/").content.decode()
    places = [page.index(f">{title}<") for title in titles]
    assert places == sorted(places)


def test_a_return_needs_a_reason_and_says_so_beside_the_field(desk: Client, cell_maker: Actor) -> None:
    row = a_submitted_offer(cell_maker.enterprise)
    page = desk.post(
        f"/en/moderation/opportunity-{row.pk}/", {"verdict": "return", "version": row.version, "reason": " "}
    )
    assert 'id="id_reason_error"' in page.content.decode()
    assert not Decision.objects.exists()


def test_a_decision_about_an_old_version_is_refused(desk: Client, cell_maker: Actor) -> None:
    row = a_submitted_offer(cell_maker.enterprise)
    page = desk.post(f"/en/moderation/opportunity-{row.pk}/", {"verdict": "approve", "version": row.version - 1})
    assert "Read it again" in page.content.decode()
    row.refresh_from_db()
    assert row.state == "submitted"


def test_nobody_decides_about_their_own_enterprise(desk: Client, moderator: User, cell_maker: Actor) -> None:
    Membership.objects.create(user=moderator, enterprise=cell_maker.enterprise, role="viewer")
    row = a_submitted_offer(cell_maker.enterprise)
    path = f"/en/moderation/opportunity-{row.pk}/"
    assert "another moderator decides" in desk.get("/en/moderation/").content.decode()
    assert 'name="verdict"' not in desk.get(path).content.decode()
    desk.post(path, {"verdict": "approve", "version": row.version})
    row.refresh_from_db()
    assert row.state == "submitted"


def test_the_desk_shows_names_for_codes_and_what_it_said_before(desk: Client, cell_maker: Actor) -> None:
    row = a_published_offer(cell_maker.enterprise, target_countries=["KZ"])
    services.update(opportunity=row, values={"target_countries": ["BR"]}, actor=cell_maker.person, version=row.version)
    page = desk.get(f"/en/moderation/opportunity-{row.pk}/").content.decode()
    assert "Brazil" in page
    assert "Kazakhstan" in page


def test_an_answer_is_due_after_two_working_days() -> None:
    friday = datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert answer_due(friday) == datetime(2026, 11, 24, 9, tzinfo=UTC)
