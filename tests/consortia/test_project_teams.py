"""A project's open requests are roles; who fits them is put together into teams, for the owner's people alone."""

from typing import Any

import pytest
from django.test import Client

from apps.consortia.selectors import teams_of
from apps.enterprises import services as enterprises
from apps.matching import runs
from apps.projects.models import Project
from tests.factories.enterprises import a_published_enterprise
from tests.factories.listings import a_published_offer, a_published_project, a_published_request
from tests.factories.people import a_person
from tests.matching.conftest import Work

CELLS: dict[str, Any] = {"technologies": ["lfp"], "modes": ["equipment-supply"], "stages": ["cells-stacks"]}
POWER: dict[str, Any] = {"technologies": ["pcs"], "modes": ["equipment-supply"], "stages": ["power-conversion"]}


def named(team: Any) -> list[str]:
    return [member.partner.enterprise.name for member in team.members]


@pytest.fixture
def project(work: Work, rates: None) -> Project:
    """A project that asks for cells and for power conversion; two makers of each offer them."""
    owner = a_published_enterprise(a_person("owner@example.org"), name="Owner", country="KZ")
    project = a_published_project(owner, title="Steppe storage", country="KZ", budget=1_000_000, currency="EUR")
    for terms in (CELLS, POWER):
        a_published_request(owner, project=project, **terms, target_frameworks=["BRI"])
    for name, country, languages, terms, price in (
        ("Cells East", "CN", ["zh-Hans"], CELLS, 700_000), ("Cells West", "PT", ["en"], CELLS, 500_000),
        ("Power East", "CN", ["zh-Hans"], POWER, 200_000), ("Power West", "PT", ["en"], POWER, 200_000),
    ):  # fmt: skip
        maker = a_published_enterprise(
            a_person(), name=name, country=country, languages=languages, stages=terms["stages"]
        )
        a_published_offer(maker, **terms, budget_min=price, budget_max=price, currency="EUR", languages=languages)
    runs.request()
    work()
    return project


def test_a_team_fills_every_role_and_says_what_holds_it_together(project: Project) -> None:
    (best, *_others) = teams_of(project).teams
    assert [member.request.stages for member in best.members] == [["cells-stacks"], ["power-conversion"]]
    assert len(best.languages) >= 1
    assert best.gap == 0
    assert dict(best.covered)["BRI"]
    assert best.fit == pytest.approx(sum(member.partner.score for member in best.members) / 2)


def test_a_veto_between_two_members_keeps_them_from_one_team_and_is_told_to_nobody(
    project: Project, work: Work, client: Client
) -> None:
    east = next(m.partner.enterprise for t in teams_of(project).teams for m in t.members if "East" in named(t)[0])
    enterprises.update(
        enterprise=east, values={"excluded_countries": ["CN"]}, actor=east.members.get(), version=east.version
    )
    work()
    assert not any(set(named(team)) == {"Cells East", "Power East"} for team in teams_of(project).teams)
    client.force_login(project.owner.members.get())  # type: ignore[union-attr]
    html = client.get(f"/en/projects/{project.pk}/teams/").content.decode()
    assert "Cells West" in html
    assert "exclude" not in html


def test_teams_are_shown_on_the_page_and_in_the_api_to_the_owners_people_only(project: Project, client: Client) -> None:
    page, api = f"/en/projects/{project.pk}/teams/", f"/api/v1/projects/{project.pk}/teams/"
    client.force_login(a_person("stranger@example.org"))
    assert {client.get(address).status_code for address in (page, api)} == {404}
    client.force_login(project.owner.members.get())  # type: ignore[union-attr]
    answer = client.get(api).json()
    assert [role["title"] for role in answer["roles"]]
    assert len(answer["results"][0]["members"]) == 2
    assert "Steppe storage" in client.get(page).content.decode()
