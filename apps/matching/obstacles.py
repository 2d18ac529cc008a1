"""What keeps two listings apart, as sentences in the reader's language, from what may be told of both as they are now.

Of one's own listing everything may be told, of the other's what everybody reads of it: never whom it excludes by name, nor where
a project lies that is not public.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.core.lifecycle import State
from apps.enterprises.models import Enterprise
from apps.matching import sources
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.reference.selectors import country_name
from apps.taxonomy.selectors import scheme

_NAMED = 3  # of a list of technologies or modes
Row = Opportunity | Enterprise


@dataclass(frozen=True, slots=True)
class _Terms:
    """The conditions of one side; an enterprise that stands as an offer through its profile states no modes and excludes nobody."""

    country: str
    technologies: Sequence[str]
    modes: Sequence[str] = ()
    excluded: Sequence[str] = ()
    site: str = ""


def told(mine: Row, theirs: Row) -> tuple[str, ...]:
    """What stands between our listing and theirs; nothing where nothing does that may be told."""
    ours, other = _terms(mine, own=True), _terms(theirs, own=False)
    requesting = isinstance(mine, Opportunity) and mine.side == "request"
    found = (
        _families(ours.technologies, other.technologies, requesting=requesting),
        _modes(ours.modes, other.modes, requesting=requesting),
        _we_exclude(ours.excluded, other),
        _they_exclude(other.excluded, ours),
    )
    return tuple(sentence for sentence in found if sentence)


def _terms(row: Row, *, own: bool) -> _Terms:
    if isinstance(row, Enterprise):
        return _Terms(row.country, row.technologies)
    project = row.project if row.side == "request" else None
    site = project.country if project and (own or _is_public(project)) else ""
    return _Terms(row.enterprise.country, row.technologies, row.modes, row.excluded_countries, site)


def _is_public(project: Project) -> bool:
    return project.state == State.PUBLISHED and (project.owner is None or project.owner.state == State.PUBLISHED)


def _families(ours: Sequence[str], theirs: Sequence[str], *, requesting: bool) -> str:
    us, them = ({key: found for key in keys if (found := sources.families(key))} for keys in (ours, theirs))
    if not us or not them or set().union(*us.values()) & set().union(*them.values()):
        return ""
    named = {"ours": _labels(us), "theirs": _labels(them)}
    if requesting:
        return _("Another family of technologies: you ask for %(ours)s, they offer %(theirs)s.") % named
    return _("Another family of technologies: you offer %(ours)s, they ask for %(theirs)s.") % named


def _modes(ours: Sequence[str], theirs: Sequence[str], *, requesting: bool) -> str:
    if not ours or not theirs or set(ours) & set(theirs):
        return ""
    named = {"ours": _labels(ours), "theirs": _labels(theirs)}
    if requesting:
        return _("No cooperation mode in common: you ask for %(ours)s, they offer %(theirs)s.") % named
    return _("No cooperation mode in common: you offer %(ours)s, they ask for %(theirs)s.") % named


def _we_exclude(excluded: Sequence[str], them: _Terms) -> str:
    if them.country in excluded:
        return _("You exclude %(country)s.") % {"country": _country(them.country)}
    if them.site and them.site in excluded:
        return _("You exclude %(country)s, where their project lies.") % {"country": _country(them.site)}
    return ""


def _they_exclude(excluded: Sequence[str], us: _Terms) -> str:
    if us.country in excluded:
        return _("They exclude %(country)s, your country.") % {"country": _country(us.country)}
    if us.site and us.site in excluded:
        return _("They exclude %(country)s, where your project lies.") % {"country": _country(us.site)}
    return ""


def _labels(keys: Iterable[str]) -> str:
    language = get_language() or "en"
    return pgettext("between items", ", ").join(scheme().label(key, language) for key in list(keys)[:_NAMED])


def _country(code: str) -> str:
    return country_name(code, get_language() or "en")
