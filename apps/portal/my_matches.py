"""All matches of an enterprise as their page and their file show them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.records import BadValue
from apps.core.templatetags.voltbridge import score as written
from apps.enterprises.models import Enterprise
from apps.introductions.rules import Party, State, party
from apps.matching import marks, overview, selectors, why
from apps.matching.criteria import DEFAULT_WEIGHTS
from apps.matching.forms import DismissForm, NoteForm
from apps.matching.models import Run, Visit
from apps.matching.overview import Entry, Wanted
from apps.matching.selectors import Partner, Row
from apps.portal import matching_words, own, words
from apps.portal.cards import Term
from apps.portal.match_cards import MatchCard
from apps.search import export

ACTS = ("shortlist", "dismiss", "restore", "note")
_PAGE = 20
_GONE = 10
_SCORE = re.compile(r"\d?(\.\d{1,4})?", re.ASCII)
FORMS = {"csv": "CSV", "xlsx": "Excel"}
_SAID: dict[str, str | Promise] = {
    "unknown": _("No enterprise or listing that is public goes by that."),
    "own": _("That is your own enterprise."),
    "side": _("It is on the same side as yours: offers are compared with requests."),
    "listed": _("It is in your list, in place %(place)s, with %(score)s."),
    "told": _("This stands in the way:"),
    "waiting": _("The two have not been compared yet. Ask again in a moment."),
    "below": _("It is compared with yours, but with %(score)s it is not among the first twenty of your list."),
    "untold": _("It does not come together with yours, under conditions that are not told."),
}
SHOWN: dict[str, str | Promise] = {
    "": _("All but the dismissed"),
    "new": _("New since your last visit"),
    "shortlisted": _("Shortlisted"),
    "introduced": _("Introduced"),
    "dismissed": _("Dismissed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A match in the list of all, for which of our rows, and what was put down of it."""

    id: str
    card: MatchCard
    mine: Term
    mine_language: str
    entry: Entry
    firm: Enterprise
    number: str  # of the listing, to compare; "" for an enterprise
    urls: Mapping[str, str]  # by what is done
    reasons_url: str
    note: NoteForm
    dismissal: DismissForm


class Choice(NamedTuple):
    """One of a list to choose from."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a visit: how many matches came, which partners went, and how many more did."""

    since: datetime
    new: int
    gone: tuple[Term, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Found:
    """All matches of an enterprise, for which of its rows, and those of them that are asked for."""

    run: Run | None
    rows: Mapping[int, Row]
    wanted: Wanted
    all: Sequence[Entry]

    @property
    def chosen(self) -> list[Entry]:
        return overview.chosen(self.all, self.wanted)


@dataclass(frozen=True, slots=True)
class Why:
    """What is asked of a partner, and the answer."""

    typed: str = ""
    owner: str = ""
    said: str = ""
    told: tuple[str, ...] = ()
    url: str = ""
    card: MatchCard | None = None


@dataclass(frozen=True, slots=True)
class MyMatchesPage:
    """The matches of an enterprise that are asked for, with everything to ask for others."""

    enterprise: Enterprise
    wanted: Wanted
    lines: Sequence[Line]
    page: Page[Entry]
    total: int
    listings: Sequence[Choice]
    countries: Sequence[Choice]
    shown: Sequence[tuple[Choice, int]]
    chosen: str  # the listing among the choices
    least: str
    query: str
    paged: str
    files: Sequence[Term]
    changes: Changes | None
    why: Why
    editing: bool
    pending: bool


def read(enterprise: Enterprise, asked: QueryDict) -> Found:
    """The matches of an enterprise as they are now, and what an address asks for."""
    run = selectors.current_run()
    found = overview.entries(run, enterprise.pk) if run else []
    return Found(run, _ours(enterprise), _wanted(asked), found)


def since(found: Found, visit: Visit | None) -> Found:
    """The same, with what is new since the visit before this one; nothing is on a first visit."""
    if visit is None or visit.before is None:
        return found
    return replace(found, all=overview.compared(found.all, marks.unpacked(bytes(visit.before))))


def page(enterprise: Enterprise, found: Found, visit: Visit, asked: QueryDict, *, editing: bool) -> MyMatchesPage:
    """The page that an address asks for."""
    paged = Paginator(found.chosen, _PAGE).get_page(asked.get("page"))
    kept = {name: asked[name] for name in ("for", "country", "least", "show", "sort") if asked.get(name)}
    counts = Counter(entry.country for entry in found.all)
    return MyMatchesPage(
        enterprise=enterprise,
        wanted=found.wanted,
        lines=lines(found, list(paged.object_list)),
        page=paged,
        total=paged.paginator.count,
        listings=[Choice(str(marks.party_of(key)), str(row)) for key, row in found.rows.items()],
        countries=sorted((Choice(code, words.value("country", code)) for code in counts), key=lambda each: each.label),
        shown=[(Choice(key, str(label)), sum(map(overview.SHOWN[key], found.all))) for key, label in SHOWN.items()],
        chosen=str(marks.party_of(found.wanted.owner)) if found.wanted.owner else "",
        least=f"{found.wanted.least:g}" if found.wanted.least else "",
        query=urlencode({**kept, **({"page": paged.number} if paged.number > 1 else {})}),
        paged=urlencode(kept),
        files=[Term(label, f"?{urlencode({**kept, 'format': form})}") for form, label in FORMS.items()],
        changes=_changes(found, visit),
        why=_why(found, asked),
        editing=editing,
        pending=found.run is None and bool(found.rows),
    )


def _changes(found: Found, visit: Visit) -> Changes | None:
    """What came and what went since the visit before this one."""
    if visit.before is None or visit.before_at is None:
        return None
    left = overview.gone(found.all, marks.unpacked(bytes(visit.before)))
    public = selectors.shown_of(sorted({other for _, other in left}))
    named = [Term(str(row), own.address(row)) for row in public.values()]
    new = sum(map(overview.SHOWN["new"], found.all))
    return Changes(visit.before_at, new, tuple(named[:_GONE]), len({other for _, other in left}) - len(named[:_GONE]))


def _wanted(asked: QueryDict) -> Wanted:
    """What an address asks for; what cannot be understood is as if it were not there."""
    mine, show = party_or_none(asked.get("for", "")), asked.get("show", "")
    return Wanted(
        owner=marks.key_of(mine) if mine else 0,
        country=asked.get("country", ""),
        least=_share(asked.get("least", "")),
        show=show if show in SHOWN else "",
        newest=asked.get("sort") == "newest",
    )


def _share(text: str) -> float:
    """A score as it is typed, with a point or a comma; 0 for what is none."""
    number = text.strip().replace(",", ".")
    return min(float(number), 1.0) if number.strip(".") and _SCORE.fullmatch(number) else 0.0


def party_or_none(raw: str) -> Party | None:
    """A listing or an enterprise as addresses name it."""
    try:
        return party(raw)
    except BadValue:
        return None


def _ours(enterprise: Enterprise) -> dict[int, Row]:
    """What of an enterprise is compared with others, by key: its listings by title, then its profile."""
    posted = enterprise.opportunities.published().order_by("title", "pk").values_list("pk", flat=True)
    keys = [*(marks.key_of(Party("opportunity", pk)) for pk in posted), selectors.key_of(enterprise)]
    shown = selectors.shown_of(keys)
    return {key: shown[key] for key in keys if key in shown}


def _why(found: Found, asked: QueryDict) -> Why:
    """The answer to "why not X?" for one of our rows, the first where none is named."""
    typed, ours = asked.get("why", "").strip()[:300], party_or_none(asked.get("of", ""))
    key = marks.key_of(ours) if ours else next(iter(found.rows), 0)
    if not typed or key not in found.rows:
        return Why(typed)
    mine = found.rows[key]
    answer = why.why(mine, why.named(typed))
    if answer.partner is None or found.run is None:
        return Why(typed, str(ours or ""), str(_SAID[answer.outcome]), answer.told)
    weights = {**DEFAULT_WEIGHTS, **found.run.weights}
    card = matching_words.match(answer.partner, weights, by_profile=isinstance(mine, Enterprise))
    said = str(_SAID[answer.outcome]) % {"place": answer.place, "score": written(answer.partner.score)}
    listed = (
        f"{own.matches(mine)}?{urlencode({'open': card.key})}#match-{card.key}" if answer.outcome == "listed" else ""
    )
    return Why(typed, str(ours or ""), said, url=listed, card=None if listed else card)


def exported(found: Found, form: str, site: str) -> export.File:
    """The matches that are asked for as a file."""
    records = [_record(line, site) for line in lines(found, found.chosen[: export.ROWS])]
    return export.table(f"matches-{len(records)}-of-{len(found.chosen)}", records, form)


def _record(line: Line, site: str) -> dict[str, Any]:
    card, mark, introduction = line.card, line.entry.mark, line.entry.introduction
    best = card.forward.best
    return {
        "for": line.mine.label,
        "partner": card.title.text,
        "enterprise": {"id": line.firm.pk, "name": line.firm.name, "country": line.firm.country},
        "score": round(card.score, 4),
        "they_fit_us": card.forward.score,
        "we_fit_them": card.backward.score,
        "known": card.confidence,
        "best_reason": best[0].text if best else "",
        "state": line.entry.state,
        "reason": mark.reason if mark else "",
        "note": mark.note if mark else "",
        "introduction": introduction.state if introduction else "",
        "url": f"{site}{card.url}",
    }


def lines(found: Found, entries: Sequence[Entry]) -> list[Line]:
    """These entries with their reasons; without those whose other side is not public any more."""
    if found.run is None:
        return []
    partners = selectors.partners_at(found.run, [entry.pair for entry in entries])
    weights = {**DEFAULT_WEIGHTS, **found.run.weights}
    return [
        _line(entry, partners[entry.pair], found.rows[entry.owner], weights)
        for entry in entries
        if entry.pair in partners and entry.owner in found.rows
    ]


def _line(entry: Entry, partner: Partner, mine: Row, weights: Mapping[str, int]) -> Line:
    card = matching_words.match(partner, weights, by_profile=isinstance(mine, Enterprise))
    party = marks.party_of(entry.owner)
    holder = mine if isinstance(mine, Enterprise) else mine.enterprise
    prefix = f"{party}-{card.key}"
    typed = {"note": entry.mark.note, "reason": entry.mark.reason} if entry.mark else {}
    return Line(
        id=prefix,
        card=replace(card, introduction=_standing(entry), ask_url=_ask(entry, card)),
        mine=Term(str(mine), own.address(mine)),
        mine_language=mine.language,
        entry=entry,
        firm=partner.enterprise,
        number=str(partner.opportunity.pk) if partner.opportunity else "",
        urls={name: reverse("my-match", args=[holder.pk, str(party), card.key, name]) for name in ACTS},
        reasons_url=f"{own.matches(mine)}?{urlencode({'open': card.key})}#match-{card.key}",
        note=NoteForm(initial=typed, auto_id=f"note-{prefix}-%s"),
        dismissal=DismissForm(initial=typed, auto_id=f"dismiss-{prefix}-%s"),
    )


def _standing(entry: Entry) -> Term | None:
    """How an introduction to the other stands, and its page."""
    row = entry.introduction
    return Term(str(State(row.state).label), reverse("introduction", args=[row.pk])) if row else None


def _ask(entry: Entry, card: MatchCard) -> str:
    """Where an introduction is asked for, as long as there is none."""
    query = urlencode({"for": str(marks.party_of(entry.owner)), "at": "match"})
    return "" if entry.introduction else f"{reverse('introduction-new', args=[card.key])}?{query}"
