"""One of everything that a route can name, and a caller for each role."""

from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client

from apps.accounts import keys
from apps.accounts.models import User
from apps.enterprises import invitations
from apps.enterprises.models import Enterprise, Invitation
from apps.imports.models import Job
from apps.matching import marks
from apps.matching.models import Mark, Run
from apps.notifications.services import stop_token
from apps.search import saved
from apps.search.criteria import Criteria
from tests.factories.enterprises import (
    a_cell_maker,
    a_draft_enterprise,
    a_financier,
    a_grid_operator,
    a_submitted_enterprise,
)
from tests.factories.introductions import an_introduction, answered
from tests.factories.listings import (
    a_draft_offer,
    a_draft_project,
    a_published_offer,
    a_published_project,
    a_submitted_offer,
)
from tests.factories.people import a_member, a_moderator, a_person, an_administrator
from tests.factories.translations import a_submitted_translation

ROLES = ("anonymous", "stranger", "viewer", "editor", "owner", "rival", "moderator", "superuser")


@dataclass(frozen=True)
class World:
    """People by role, and the words that stand for rows in the addresses of the table."""

    people: dict[str, User | None]
    rows: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Begin a session for everybody."""
        for role, person in self.people.items():
            if person:
                client = Client()
                client.force_login(person)
                self.cookies[role] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def caller(self, role: str, *, strict: bool = False) -> Client:
        """A browser that is signed in as this role; `strict` as real ones are, it must send the token of each form."""
        client = Client(enforce_csrf_checks=strict, raise_request_exception=False)
        if role in self.cookies:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.cookies[role]
        return client

    def path(self, template: str) -> str:
        return template.format_map(self.rows)


def a_world() -> World:
    """The cell maker's enterprise with a row in each state; the roles are seen from there."""
    owner = a_person("owner")
    enterprise = a_cell_maker(owner)
    people: dict[str, User | None] = {
        "anonymous": None,
        "stranger": a_person("stranger"),
        "viewer": a_member(enterprise, "viewer"),
        "editor": a_member(enterprise, "editor"),
        "owner": owner,
        "rival": a_financier(a_person("rival")).members.get(),
        "moderator": a_moderator(),
        "superuser": an_administrator(),
    }
    world = World(people, _rows(enterprise, owner))
    world.sign_in()
    return world


def _rows(enterprise: Enterprise, owner: User) -> dict[str, str]:
    listing = a_published_offer(enterprise)
    asker = a_grid_operator(a_person("asker"))
    search = saved.save(user=owner, asked=Criteria("opportunity", "cells"), name="Cells", frequency="daily")
    member = a_member(enterprise, "viewer")
    matched = Mark.objects.create(
        enterprise=enterprise, owner=2 * listing.pk, other=2 * asker.pk + 1, note="Seen in Almaty"
    )
    found = {
        "enterprise": enterprise.pk,
        "draft_enterprise": _with_the_same_members(enterprise, a_draft_enterprise(owner)).pk,
        "listing": listing.pk,
        "received": an_introduction(asker, listing).pk,
        "sent": an_introduction(listing, a_published_offer(asker)).pk,
        "accepted": answered(an_introduction(asker, enterprise), "accept").pk,
        "waiting_translation": a_submitted_translation(listing, actor=owner).pk,
        "draft_listing": a_draft_offer(enterprise).pk,
        "waiting_listing": a_submitted_offer(enterprise).pk,
        "waiting_enterprise": a_submitted_enterprise().pk,
        "project": a_published_project(enterprise).pk,
        "draft_project": a_draft_project(enterprise).pk,
        "key": keys.make(user=owner, name="ERP")[0].pk,
        "matched": marks.party_of(matched.other).pk,
        "member": member.pk,
        "invitation": invitations.invite(enterprise=enterprise, actor=owner, email="new@example.org", role="editor").pk,
        "invited": invitations.token(Invitation.objects.get(enterprise=enterprise)),
        "stop": stop_token(owner),
        "search": search.pk,
        "search_stop": saved.stop_token(search),
        "run": Run.objects.create().pk,
        "job": Job.objects.create(user=owner, kind=Job.Kind.OPPORTUNITIES).pk,
    }
    return {name: str(value) for name, value in found.items()}


def _with_the_same_members(one: Enterprise, other: Enterprise) -> Enterprise:
    for membership in one.memberships.exclude(role="owner"):
        other.memberships.create(user=membership.user, role=membership.role)
    return other
