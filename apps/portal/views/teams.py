"""The page of a project's teams."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.consortia.selectors import Found, Team, teams_of
from apps.core.templatetags.voltbridge import percent
from apps.enterprises.selectors import is_member
from apps.portal import briefs, own, words
from apps.portal.cards import Detail, Words
from apps.portal.team_cards import TeamCard, TeamMember, TeamsPage
from apps.projects.models import Project

_OBSTACLES: dict[str, str | Promise] = {
    "budget": gettext_lazy("The prices that are stated go beyond the budget of the project."),
    "language": gettext_lazy("Those who could fill the roles have no working language in common."),
    "frameworks": gettext_lazy("Nobody who could fill a role comes from one of the frameworks wished for."),
    "apart": gettext_lazy("Some of those who could fill the roles do not work together."),
}


@require_safe
@login_required
def teams(request: HttpRequest, pk: int) -> HttpResponse:
    """Who could fill every role of a project together; for its owner's people only."""
    row: Project = get_object_or_404(Project, pk=pk)
    if not is_member(request.user, row.owner_id):
        raise Http404
    return render(request, "portal/teams.html", {"page": _page(row, teams_of(row))})


def _page(row: Project, found: Found) -> TeamsPage:
    missing = tuple(Words(each.title, each.language) for each in found.empty)
    return TeamsPage(
        title=Words(row.title, row.language),
        url=own.address(row),
        roles=len(found.roles),
        teams=tuple(_card(team, found) for team in found.teams),
        obstacles=tuple(str(_OBSTACLES[name]) for name in found.in_the_way),
        missing=missing,
    )


def _card(team: Team, found: Found) -> TeamCard:
    members = tuple(
        TeamMember(
            role=Words(member.request.title, member.request.language),
            matches_url=own.matches(member.request),
            who=Words(member.partner.enterprise.name, member.partner.enterprise.language),
            offer=Words(member.partner.opportunity.title, member.partner.opportunity.language)
            if member.partner.opportunity
            else None,
            url=own.address(member.partner.opportunity or member.partner.enterprise),
            country=member.partner.enterprise.country,
            score=member.partner.score,
        )
        for member in team.members
    )
    return TeamCard(team.fit, members, tuple(_details(team, found)), _proof(team))


def _details(team: Team, found: Found) -> list[Detail]:
    details = [
        Detail(
            _("Language in common"), text=words.together(map(words.language, team.languages)) or _("none is stated")
        ),
    ]
    if team.cost is not None:
        details += [
            Detail(_("Prices stated"), money=briefs.exactly(round(team.cost), currency="EUR")),
            Detail(
                _("Prices stated by"),
                text=_("%(some)d of %(all)d") % {"some": team.priced, "all": len(team.members)},
            ),
        ]
    if found.budget is not None:
        details.append(Detail(_("Budget"), money=briefs.exactly(round(found.budget), currency="EUR")))
    for code, countries in team.covered:
        covering = words.together(words.value("country", country) for country in countries)
        details.append(Detail(words.value("framework", code), text=covering))
    return details


def _proof(team: Team) -> str:
    if not team.gap:
        return _("No other team that meets the conditions fits better.")
    return _("Time ran out before this was proved the best: another could fit better by %(share)s at most.") % {
        "share": percent(team.gap)
    }
