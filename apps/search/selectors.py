"""Searching: from a question and filters to a page of public rows, why each of them is there, and the facets."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from apps.core.lifecycle import State
from apps.core.models import Publishable
from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import with_counts
from apps.opportunities.models import Opportunity
from apps.opportunities.selectors import shown
from apps.projects.models import Project
from apps.search import cursors, embeddings, facets, ranking, spelling, statistics
from apps.search.cursors import Cursor, Phase
from apps.search.filters import Filters
from apps.search.lexemes import Meaning, named
from apps.search.questions import Query, Unit
from apps.search.ranking import Level, Statement

Key = tuple[Any, int]
_Row = tuple[str, int, Any, int, list[str]]

PAGE_SIZE, LARGEST_PAGE = 20, 100
# A stricter reading of a question is kept when at least so many listings fit it.
ENOUGH = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: its row, whether it has all that was asked, and which words and meanings of the question it has.

    `lexemes` are what those words are filed under.
    One that is only `similar` has none of them: an encoder found it near to the question.
    """

    subject: str
    subject_id: int
    has_all: bool
    words: tuple[str, ...]
    meanings: tuple[Meaning, ...]
    row: Publishable | None = None
    lexemes: tuple[str, ...] = ()
    similar: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Results with the neighbouring pages' cursors ("" where there is none); the count is exact unless it says not."""

    results: tuple[Hit, ...]
    count: int
    count_is_lower_bound: bool
    facets: facets.Counts
    next: str = ""
    previous: str = ""


def search(query: Query, filters: Filters, *, page_size: int = PAGE_SIZE, cursor: str = "") -> Page:
    """A page of what fits in the filters' order: best first, or newest where nothing is asked. Raises cursors.BadCursor.

    Rows are read from their own tables as they are now, so one withdrawn a moment ago is not shown.
    """
    page = find(query, filters, page_size=page_size, cursor=cursor)
    return replace(page, results=tuple(_with_rows(page.results)))


def did_you_mean(query: Query, page: Page) -> str:
    """The question with its misspelt words put right, where few results have all of it; otherwise ""."""
    if page.count >= ENOUGH and page.results and page.results[0].has_all:
        return ""
    return spelling.suggestion(query, {word for hit in page.results for word in hit.words})


def find(query: Query, filters: Filters, *, page_size: int = PAGE_SIZE, cursor: str = "") -> Page:
    """The same without the rows themselves."""
    if query.text.strip() and not (query.units or query.excluded):
        return Page((), 0, count_is_lower_bound=False, facets={})
    frequencies = statistics.frequencies()
    asked = repr((query.text, query.language, query.plain, filters))
    question = zlib.crc32(asked.encode("utf-8", "replace"))
    first = Cursor(question, weights=ranking.weights(query, frequencies), phase=_phases(query, filters)[0])
    start = cursors.read(cursor, question) if cursor else first
    if len(start.weights) != len(first.weights) or start.phase not in _phases(query, filters):
        raise cursors.BadCursor
    enough = ENOUGH if first.phase == "best" else 1
    levels = ranking.levels(query, frequencies)
    for level in range(min(start.level, len(levels) - 1), len(levels)):
        at = replace(start, level=level)
        found = _run(query, levels[level], filters, at, page_size)
        if cursor or found.count >= enough:
            break
    ranked = first.phase == "best"
    as_of = replace(at, as_of=found.as_of)
    if ranked and (near := embeddings.nearest(query, filters, as_of)):
        found = _run(query, levels[level], filters, as_of, page_size, near)
    return _page(query, found, at, page_size, ranked=ranked, strict=levels[level].whole)


def _phases(query: Query, filters: Filters) -> tuple[Phase, ...]:
    """The parts that the list has: the best are followed by the newest, other orders go through everything."""
    if filters.sort != "best":
        return (filters.sort,)
    return ("best", "newest") if query.units else ("newest",)


@dataclass(frozen=True, slots=True)
class _Found:
    count: int
    packed_facets: bytes
    published: dict[str, int]
    as_of: str
    rows: Sequence[_Row]
    near: int


def _run(query: Query, level: Level, filters: Filters, cursor: Cursor, size: int, near: Sequence[int] = ()) -> _Found:
    frequencies = statistics.frequencies()
    usual = 2 * frequencies.rows_with([named("kind", kind) for kind in filters.kinds]) > frequencies.rows
    statement = ranking.page_of(query, level, filters, cursor, size, near, usual_kinds=usual)
    fitting = min([level.rows, *map(frequencies.rows_with, filters.lexemes)])
    answered = _prepared(statement) if fitting <= ranking.COUNTED else _planned(statement)
    ((count, packed_facets, published, as_of, rows),) = answered
    return _Found(count, bytes(packed_facets or b""), published, as_of.isoformat(), rows, len(near))


def _planned(statement: Statement) -> list[tuple[Any, ...]]:
    """Plan for these very words: where they are frequent it matters how frequent."""
    with connection.cursor() as database:
        return _answered(database, statement)


def _prepared(statement: Statement) -> list[tuple[Any, ...]]:
    """Run by the plan that this connection made for the first question of this shape.

    What fits few rows has but one good plan, and to make it anew would cost more than to run it.
    """
    with connection.cursor() as plain:
        bound_by_server: Any = psycopg.Cursor(plain.connection)
        with connection.make_cursor(bound_by_server) as database:
            return _answered(database, statement)


def _answered(database: CursorWrapper, statement: Statement) -> list[tuple[Any, ...]]:
    database.execute(statement.sql, statement.parameters)
    found: list[tuple[Any, ...]] = database.fetchall()
    return found


def _page(query: Query, found: _Found, at: Cursor, size: int, *, ranked: bool, strict: bool) -> Page:
    at = replace(at, as_of=found.as_of)
    more = len(found.rows) > size
    shown = found.rows[:size][::-1] if at.backwards else found.rows[:size]
    keys = [(row[2], row[3]) for row in shown]
    beyond = ranked and found.count - found.near > ranking.ranked(found.count)
    onward = _after(at, keys, more=more, beyond=beyond)
    back = _before(at, keys, more=more, ranked=ranked)
    asked = _Asked(query.required, {meaning.lexeme: meaning for unit in query.units for meaning in unit.meanings})
    return Page(
        results=tuple(
            _hit(asked, row, has_all=row[2] >= ranking.HAS_ALL if at.phase == "best" else strict) for row in shown
        ),
        count=min(found.count, ranking.COUNTED),
        count_is_lower_bound=found.count > ranking.COUNTED,
        facets=facets.vocabulary().counted(found.packed_facets, found.published),
        next=onward.write() if onward else "",
        previous=back.write() if back else "",
    )


def _after(at: Cursor, keys: Sequence[Key], *, more: bool, beyond: bool) -> Cursor | None:
    """The next page: of the results that were ranked first, then of those `beyond` them, by date."""
    if at.backwards and at.key is not None:
        return at.at(at.phase, keys[-1] if keys else None)
    if more and not at.backwards:
        return at.at(at.phase, keys[-1])
    return at.at("newest", None) if beyond and at.phase == "best" else None


def _before(at: Cursor, keys: Sequence[Key], *, more: bool, ranked: bool) -> Cursor | None:
    """The previous page; before the first of those by date come the last of those ranked."""
    if more if at.backwards else at.key is not None:
        return at.at(at.phase, keys[0] if keys else at.key, backwards=True)
    return at.at("best", None, backwards=True) if ranked and at.phase == "newest" else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What of a question a row may have: required units, and meanings by their lexemes."""

    required: Sequence[Unit]
    meanings: Mapping[str, Meaning]


def _hit(asked: _Asked, row: _Row, *, has_all: bool) -> Hit:
    matched = set(row[4])
    meanings = tuple(meaning for lexeme, meaning in asked.meanings.items() if lexeme in matched)
    similar = not has_all and not matched
    words = tuple(sorted(lexeme for lexeme in matched if "=" not in lexeme))
    written = tuple(_written(asked.required, matched))
    return Hit(row[0], row[1], has_all, written, meanings, lexemes=words, similar=similar)


def _written(required: Iterable[Unit], matched: set[str]) -> Iterator[str]:
    """The question's words that the listing has, as they were written; of a run without spaces the parts it has."""
    for unit in required:
        had = [word for word in unit.words if not matched.isdisjoint(word.lexemes)]
        yield from [unit.text] if len(had) == len(unit.words) > 0 else (word.text for word in had)


def _with_rows(hits: Sequence[Hit]) -> Iterator[Hit]:
    """The hits that are public now, with their rows."""
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for hit in hits:
        wanted[hit.subject].append(hit.subject_id)
    rows = {subject: public(subject).in_bulk(ids) for subject, ids in wanted.items()}
    return (replace(hit, row=rows[hit.subject][hit.subject_id]) for hit in hits if hit.subject_id in rows[hit.subject])


def public_rows(subject: str, ids: Sequence[int]) -> list[Any]:
    """Those of these rows that are public now, in the order of their ids."""
    rows = public(subject).in_bulk(ids)
    return [rows[number] for number in ids if number in rows]


def public(subject: str) -> QuerySet[Any]:
    """What anybody may read of this kind, with what showing it takes."""
    if subject == "opportunity":
        listings = Opportunity.objects.published().filter(enterprise__state=State.PUBLISHED)
        return shown(listings, get_language() or "en")
    if subject == "project":
        return (
            Project.objects.published().filter(Q(owner=None) | Q(owner__state=State.PUBLISHED)).select_related("owner")
        )
    return with_counts(Enterprise.objects.published())
