"""Results of a search as the pages show them: cards with why they are there, facets, filters in force, pages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.templatetags.voltbridge import count
from apps.enterprises.models import Enterprise
from apps.opportunities.models import Opportunity
from apps.opportunities.selectors import translated
from apps.portal import briefs, comparing, mapping, narrowing, words
from apps.portal.cards import (
    Card,
    Chip,
    Choice,
    Chosen,
    EnterpriseCard,
    ListingCard,
    Map,
    Matched,
    Pager,
    Results,
    Term,
    Words,
)
from apps.portal.mapping import MOST_SITES
from apps.projects.models import Project
from apps.search import (
    criteria,
    cursors,
    export,
    facets,
    highlights,
    labels,
    matches,
    questions,
    selectors,
    understanding,
)
from apps.search.filters import KNOWN, MOST_VALUES, SIZED, Filters, parse
from apps.search.selectors import PAGE_SIZE, Hit, Page

KIND = "opportunity"
# Each kind of list: its title, the route of its page, the template of a card.
_LISTS: dict[str, tuple[str | Promise, str, str]] = {
    "opportunity": (gettext_lazy("Offers and requests"), "search", "components/listing_card.html"),
    "enterprise": (gettext_lazy("Enterprises"), "enterprises", "components/enterprise_card.html"),
    "project": (gettext_lazy("Projects"), "projects", "components/project_card.html"),
}
# What an address says only to the page: how results are shown, which facets are unfolded, what is chosen for comparing.
_OURS = frozenset({"as", "open", "id"})
# How results are shown, by what the address says.
_VIEWS = {"": gettext_lazy("List"), "map": gettext_lazy("Map")}
_FILES = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GeoJSON"}
# The route of one row's page.
_ROW_ROUTES = {"opportunity": "listing", "enterprise": "enterprise", "project": "project"}
_SORTS = {"best": gettext_lazy("Best fit"), "newest": gettext_lazy("Newest"), "largest": gettext_lazy("Largest")}


def results(asked: QueryDict, kind: str = KIND) -> Results:
    """The list of one kind that an address asks for; what of it is not understood is left out, with a note."""
    query, filters, notes = _asked(asked, kind)
    asked = _as_far_as_read(asked)
    title, route, row = _LISTS[kind]
    on_map = asked.get("as") == "map"
    page, more_notes = _page(query, filters, asked.get("cursor", ""), MOST_SITES if on_map else PAGE_SIZE)
    listed = () if on_map else page.results
    wanted = criteria.of(kind, query, filters)
    chosen = tuple(_chosen(page, asked)) if kind == KIND and not on_map else ()
    opened = narrowing.unfolded(asked.getlist("open"))
    return Results(
        query=asked.get("q", ""),
        cards=_choosable(chosen, asked, (hit for hit in listed if hit.has_all or not query.units)),
        partial=_choosable(chosen, asked, (hit for hit in listed if query.units and not hit.has_all)),
        pager=_pager(page, asked),
        title=str(title),
        counted=counted(kind, page.count, lower_bound=page.count_is_lower_bound),
        address=reverse(route),
        row=row,
        kind=kind,
        facets=tuple(narrowing.facets(page, filters, opened, lambda folds: address(asked, open=folds))),
        applied=(*_applied(filters, asked), *_plain(query, asked)),
        understood=tuple(_understood(query, asked)),
        also=words.together(understanding.added(query, words.reader())),
        languages=tuple(_languages(query)),
        plain=query.plain,
        meant=_meant(query, page, asked),
        min_mwh=_bound(filters, "min_mwh"),
        max_mwh=_bound(filters, "max_mwh"),
        notes=(*query.notes, *notes, *more_notes),
        criteria=(("kind", kind), *wanted.parameters),
        called=words.together(wanted.described(words.reader()))[: criteria.LONGEST_NAME] or str(title),
        sort="" if filters.sort == "best" else filters.sort,
        sorts=tuple(_sorts(query, filters, kind, asked)),
        views=tuple(_views(asked, on_map=on_map)) if page.count else (),
        map=_map(page, filters, kind, asked) if on_map and page.count else None,
        files=tuple(Term(_FILES[form], address(asked, format=[form])) for form in export.formats(kind)),
        compare_url=reverse("compare") if kind == KIND and (page.count > 1 or chosen) and not on_map else "",
        chosen=chosen,
        language_url=address(asked, lang=[]),
    )


def _asked(asked: QueryDict, kind: str) -> tuple[questions.Query, Filters, list[str]]:
    """What an address asks for, with notes on what of it is not understood."""
    ours = _OURS if kind == KIND else _OURS - {"id"}
    filters, notes = parse({name: asked.getlist(name) for name in asked if name not in ours}, kind=kind)
    if asked.get("as", "") not in _VIEWS:
        notes.append(_("Results cannot be shown as “%(view)s”; here they are as a list.") % {"view": asked["as"][:60]})
    form = asked.get("format", "")
    if form and form not in export.formats(kind):
        notes.append(_("These results cannot be had as “%(format)s”; here they are as a page.") % {"format": form[:60]})
    language, language_notes = questions.language_stated(asked.get("lang", ""))
    query = questions.parse(
        asked.get("q", ""), language, reader=words.reader(), plain=asked.getlist("plain"), sized=kind in SIZED
    )
    return query, filters, [*notes, *language_notes]


def _as_far_as_read(asked: QueryDict) -> QueryDict:
    """An address without what was not read of it, since each of the page's links repeats the rest."""
    read = QueryDict(mutable=True)
    for name in asked:
        if name in KNOWN | _OURS:
            read.setlist(name, [text[: questions.CHARACTERS_READ] for text in asked.getlist(name)[:MOST_VALUES]])
    return read


def exported(asked: QueryDict, kind: str, site: str) -> export.File | None:
    """The results as the file that an address asks for, if it does; `site` is where addresses in it begin."""
    form = asked.get("format", "")
    if form not in export.formats(kind):
        return None
    query, filters, _notes = _asked(asked, kind)
    route = _ROW_ROUTES[kind]
    return export.written(query, filters, kind=kind, form=form, address=lambda pk: f"{site}{reverse(route, args=[pk])}")


def counted(kind: str, number: int, *, lower_bound: bool = False) -> str:
    """How many there are of what: "12 enterprises"."""
    words_for = {
        "opportunity": ngettext("%(shown)s listing", "%(shown)s listings", number),
        "enterprise": ngettext("%(shown)s enterprise", "%(shown)s enterprises", number),
        "project": ngettext("%(shown)s project", "%(shown)s projects", number),
    }
    return words_for[kind] % {"shown": count(number, lower_bound)}


def newest(number: int) -> Page:
    """The newest listings, with the facets of all."""
    return selectors.search(questions.Query("", words.reader()), Filters({"kind": (KIND,)}), page_size=number)


def similar(row: Opportunity, number: int = 3) -> tuple[ListingCard, ...]:
    """Other listings of the same side about the same technologies."""
    technologies = tuple(key for key in row.technologies if key in facets.vocabulary().values["technology"])
    if not technologies:
        return ()
    filters = Filters({"kind": (KIND,), "side": (row.side,), "technology": technologies})
    page = selectors.search(questions.Query("", words.reader()), filters, page_size=number + 1)
    return cards(hit for hit in page.results if hit.subject_id != row.pk)[:number]


def cards(hits: Iterable[Hit]) -> tuple[ListingCard, ...]:
    """Cards of those hits that are listings."""
    return tuple(briefs.listing(hit.row, _matched(hit)) for hit in hits if isinstance(hit.row, Opportunity))


def _of_any_kind(hits: Iterable[Hit]) -> tuple[Card, ...]:
    return tuple(_explained(_brief(hit.row), hit) for hit in hits)


def _explained(card: Card, hit: Hit) -> Card:
    """A card with why it is here, and what was asked marked in its title and around its first place in the text."""
    title = card.name if isinstance(card, EnterpriseCard) else card.title
    return replace(
        card,
        matched=_matched(hit),
        title_parts=highlights.parts(title.text, title.language, hit),
        excerpt=highlights.excerpt(_text(hit.row), title.language, hit),
    )


def _text(row: object) -> str:
    """What a row says of itself below its title, in the language of the title on its card."""
    if isinstance(row, Opportunity):
        version = translated(row, words.reader())
        return version.texts.summary if version else row.summary
    return row.summary if isinstance(row, Enterprise) else cast("Project", row).description


def _choosable(chosen: Sequence[Chosen], asked: QueryDict, hits: Iterable[Hit]) -> tuple[Card, ...]:
    """The cards of hits; a listing's has a box that keeps the page and whatever else is chosen."""
    keys = [each.pk for each in chosen]
    return tuple(_with_box(card, keys, asked) if isinstance(card, ListingCard) else card for card in _of_any_kind(hits))


def _with_box(card: ListingCard, keys: Sequence[int], asked: QueryDict) -> ListingCard:
    others = [str(key) for key in keys if key != card.pk]
    url = address(asked, id=others, cursor=asked.getlist("cursor"))
    return replace(card, choose_url=url, chosen=card.pk in keys)


def _chosen(page: Page, asked: QueryDict) -> Iterator[Chosen]:
    """What is chosen for comparing, each with the address that takes it off."""
    rows, listed = comparing.named(asked), {hit.subject_id for hit in page.results}
    for row in rows:
        others = [str(other.pk) for other in rows if other.pk != row.pk]
        url = address(asked, id=others, cursor=asked.getlist("cursor"))
        yield Chosen(row.pk, briefs.listing(row).title, url, row.pk in listed)


def _brief(row: object) -> Card:
    if isinstance(row, Enterprise):
        return briefs.enterprise(row)
    return briefs.project(row) if isinstance(row, Project) else briefs.listing(cast("Opportunity", row))


def _page(query: questions.Query, filters: Filters, cursor: str, size: int) -> tuple[Page, list[str]]:
    try:
        return selectors.search(query, filters, page_size=size, cursor=cursor), []
    except cursors.BadCursor:
        note = _("That page of the results is not there any more; this is the first one.")
        return selectors.search(query, filters, page_size=size), [note]


def _views(asked: QueryDict, *, on_map: bool) -> Iterator[tuple[Term, bool]]:
    """How the results can be shown, each with its address, and whether they are."""
    for view, label in _VIEWS.items():
        yield Term(str(label), address(asked, **{"as": [view] if view else []})), on_map == (view == "map")


def _map(page: Page, filters: Filters, kind: str, asked: QueryDict) -> Map:
    return mapping.drawn(
        page,
        filters,
        kind=kind,
        address=lambda code: address(asked, country=[code]),
        card=lambda hit: _brief(hit.row),
    )


def _matched(hit: Hit) -> tuple[Matched, ...]:
    """The listing's words for what was meant, then the question's own words that it has."""
    if hit.similar:
        return (Matched(Words(_("similar in meaning"), words.reader())),)
    found = [_equal(match.found, match.label, hit) for match in matches.meanings(hit, words.reader())]
    told = "\n".join(text for each in found for text in (each.found.text, each.concept)).casefold()
    plain = [Matched(Words(word)) for word in dict.fromkeys(hit.words) if word.casefold() not in told]
    return (*found, *plain)


def _equal(said: str, label: str, hit: Hit) -> Matched:
    if not said or said.casefold() == label.casefold():
        return Matched(Words(label, words.reader()))
    return Matched(Words(said, getattr(hit.row, "language", "")), label)


def _understood(query: questions.Query, asked: QueryDict) -> Iterator[Chip]:
    """Each part of the question that was read as more than words; one may name several things."""
    parts: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for each in understanding.read(query, words.reader()):
        parts[each.text, each.excluded].append(each.label)
    for (text, excluded), named in parts.items():
        label = words.together(dict.fromkeys(named))
        plain = [*(one for one in query.plain if one != text), text]
        yield Chip(_as_read(text, label, query, excluded=excluded), address(asked, plain=plain))


def _as_read(text: str, label: str, query: questions.Query, *, excluded: bool) -> Matched:
    if excluded:
        return Matched(Words(_("without %(what)s") % {"what": label}, words.reader()))
    if text.casefold() == label.casefold():
        return Matched(Words(text, query.language))
    return Matched(Words(text, query.language), label)


def _plain(query: questions.Query, asked: QueryDict) -> Iterator[Term]:
    """The parts that were taken as words because the reader wanted so, each with the address that lets them mean something."""
    for text in query.plain:
        others = [other for other in query.plain if other != text]
        yield Term(labels.plain(text), address(asked, plain=others))


def _languages(query: questions.Query) -> Iterator[Choice]:
    """The languages that the question may be in, first the one that was made out; none where there is no doubt."""
    if not query.text.strip() or (len(query.languages) < 2 and not query.stated):
        return
    found = _("found out by itself") if query.stated else words.value("language", query.language)
    yield Choice(
        "", found if query.stated else _("%(language)s, it seems") % {"language": found}, selected=not query.stated
    )
    for language in dict.fromkeys([*query.languages, *([query.language] if query.stated else [])]):
        chosen = query.stated and language == query.language
        yield Choice(language, words.value("language", language), selected=chosen)


def _meant(query: questions.Query, page: Page, asked: QueryDict) -> Term | None:
    """The question with its misspelt words put right, where few results have all of it."""
    text = selectors.did_you_mean(query, page)
    return Term(text, address(asked, q=[text])) if text else None


def _sorts(query: questions.Query, filters: Filters, kind: str, asked: QueryDict) -> Iterator[tuple[Term, bool]]:
    """The orders there are, each with its address, and whether it is in force; enterprises have no size."""
    usual = "best" if query.units else "newest"
    present = usual if filters.sort == "best" else filters.sort
    for sort, label in _SORTS.items():
        if (sort != "best" or query.units) and (sort != "largest" or kind != "enterprise"):
            yield Term(str(label), address(asked, sort=[] if sort == usual else [sort])), sort == present


def _applied(filters: Filters, asked: QueryDict) -> Iterator[Term]:
    """The filters in force, each with the address that takes it off."""
    for name, chosen in filters.values.items():
        for value in chosen if name in narrowing.FACETS else ():
            others = [other for other in chosen if other != value]
            yield Term(words.value(name, value), address(asked, **{name: others}))
    for name, number in filters.bounds.items():
        yield Term(labels.bound(name, f"{number:g}"), address(asked, **{name: []}))


def _bound(filters: Filters, name: str) -> str:
    number = filters.bounds.get(name)
    return "" if number is None else f"{number:g}"


def _pager(page: Page, asked: QueryDict) -> Pager:
    before = address(asked, cursor=[page.previous]) if page.previous else ""
    after = address(asked, cursor=[page.next]) if page.next else ""
    return Pager(page.count, page.count_is_lower_bound, before, after)


def address(asked: QueryDict, **changes: list[str]) -> str:
    """This page's query with other values; a new question or filter begins at the first page."""
    changed = asked.copy()
    changed.pop("cursor", None)
    for name, values in changes.items():
        changed.setlist(name, values)
    return f"?{changed.urlencode()}"
