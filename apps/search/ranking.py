"""The one statement behind a page of results: the best or the newest of what fits, its count and its facets.

Ranking is BM25. PostgreSQL has no such function, but `ts_rank` of one lexeme whose weights are all 1 is the sum of 1/j²
over its n occurrences, divided by 1.6449341 (π²/6). What is left of that sum after n terms is close to 1/(n + 1/2), so
1/(1.6449341 × (1 - rank)) - 0.6079271 gives n back, and 0 where the lexeme is missing. A length of 200 words is taken
for usual in every language: on XQuAD that ranks at least as well as the collection's own mean, and needs none.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Any, cast

from apps.search import lexemes
from apps.search.amounts import Amount
from apps.search.cursors import Cursor
from apps.search.facets import DATES
from apps.search.filters import Filters
from apps.search.questions import Query, Unit
from apps.search.statistics import Frequencies

# BM25's k1 × (1 - b) and k1 × b / (usual length).
_SATURATION, _PER_WORD = 0.3, 0.0045
# A listing that has all that was asked comes before any that has only some of it.
HAS_ALL = 1000.0
# What is new is worth up to a tenth more, half of that after four months.
_FRESHNESS, _HALF_SECONDS = 0.1, 120 * 86_400
# What states much of itself is worth up to a twentieth more: so many facets, of four bytes each, are much.
_COMPLETENESS, _MUCH = 0.02, 4 * 24
# How many fitting rows are counted, and how many of the newest are ranked: fewer where there are more than are counted,
# since those are found by going through all rows from the newest on.
COUNTED, RANKED, RANKED_OF_MANY = 5_000, 1_000, 400
# Questions of more words are taken loosely at once, since no listing would have all of them.
_SHORT = 6
_TERMS_RANKED = 24
# The largest energy that is known, as the index `entry_largest` has it; nothing is below none.
LARGEST = "coalesce(nullif(energy_mwh_max, 'Infinity'::float8), energy_mwh_min, -1::float8)"
_COUNT = "(SELECT count FROM total)"
# Reciprocal rank fusion: a place in a list is worth 1 / (60 + place), so that no list's first alone decides.
_FUSION = 60


@dataclass(frozen=True, slots=True)
class Level:
    """A reading of a question: a tsquery ("" for anything), and whether what fits has the `whole` of it, amounts too.

    About so many `rows` fit it at most, as far as frequencies tell.
    """

    condition: str
    whole: bool
    rows: float = 0.0


def levels(query: Query, frequencies: Frequencies) -> list[Level]:
    """The question from strict to loose: all of it; all but amounts; all that it means; any word of it."""
    if not query.worded:
        return [Level("", whole=True, rows=frequencies.rows)]
    telling = _telling(query, frequencies)
    any_word = Level(lexemes.any_of(telling), whole=False, rows=frequencies.rows_with(telling))
    if query.length > _SHORT:
        return [any_word]
    everything = Level(all_of(query.units), whole=True, rows=_rows_with(query.required, frequencies))
    readings = [replace(everything, whole=False)] if query.sized else []
    # Any of a single name is all of it: half a name means something else.
    if query.added or len(query.required) != 1 or not (query.required[0].meanings or len(query.required[0].words) <= 1):
        meant = Level(all_of(query.meant), whole=False, rows=_rows_with(query.meant, frequencies))
        readings += [meant, any_word] if query.meant else [any_word]
    looser = {one.condition: one for one in readings if one.condition != everything.condition or query.sized}
    return [everything, *looser.values()]


def _rows_with(units: Iterable[Unit], frequencies: Frequencies) -> float:
    """How many rows have all of these units, at most."""
    found = [frequencies.rows]
    for unit in units:
        words = min((frequencies.rows_with(word.lexemes) for word in unit.words), default=0.0)
        found.append(words + frequencies.rows_with(meaning.lexeme for meaning in unit.meanings))
    return min(found)


def all_of(units: Iterable[Unit]) -> str:
    """The tsquery of having all that is required in a text."""
    return " & ".join(unit.condition for unit in units if unit.required and not unit.amount)


def _telling(query: Query, frequencies: Frequencies) -> list[str]:
    """The rarest lexemes, as many as together fit no more rows than are ranked: what has only the others fits badly."""
    asked = dict.fromkeys(lexeme for unit in query.worded for lexeme in unit.lexemes)
    rarest = sorted(asked, key=frequencies.share)
    rows = accumulate(frequencies.share(lexeme) * frequencies.rows for lexeme in rarest)
    return [
        lexeme for place, (lexeme, sum_) in enumerate(zip(rarest, rows, strict=True)) if place < 2 or sum_ <= RANKED
    ]


def ranked(count: int) -> int:
    """How many of so many fitting rows are ranked."""
    return min(count, RANKED_OF_MANY if count > COUNTED else RANKED)


def weights(query: Query, frequencies: Frequencies) -> tuple[float, ...]:
    """What each term weighs (`_terms`); 0 for all but the rarest ones of a long question."""
    found = [unit.share * frequencies.weight(term) for unit in query.units for term in _terms(unit)]
    least = sorted(found, reverse=True)[:_TERMS_RANKED][-1] if found else 0.0
    return tuple(weight if weight >= least else 0.0 for weight in found)


def _terms(unit: Unit) -> list[tuple[str, ...]]:
    """What scores by itself: each meaning, then each word in any of its spellings."""
    return [*((meaning.lexeme,) for meaning in unit.meanings), *(word.lexemes for word in unit.words)]


@dataclass
class Statement:
    """SQL under construction, with the parameters that it names so far; `near` is an array of entries near in meaning.

    Where most entries are of the `usual_kinds` that are wanted, their column tells it sooner than the index of lexemes.
    """

    sql: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    near: str = ""
    usual_kinds: bool = False

    def value(self, value: Any) -> str:
        """The value as a parameter of the statement."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def and_near(self, columns: str) -> str:
        """What is near in meaning, as more rows of a query that has only what fits by words."""
        return f" UNION ALL SELECT {columns} FROM search_entry WHERE id = ANY({self.near})" if self.near else ""  # noqa: S608

    def tsquery(self, condition: str) -> str:
        return f"{self.value(condition)}::tsquery"

    def where(self, query: Query, level: Level, filters: Filters, cursor: Cursor) -> str:
        """What fits the question and the filters, and was there when its first page was asked for."""
        wanted = [f"({level.condition})"] if level.condition else []
        wanted += [unit.condition for unit in query.units if unit.exact]
        wanted += [f"!{unit.condition}" for unit in query.excluded]
        parts = [f"published_at <= {self.as_of(cursor)}"]
        if self.usual_kinds:
            parts.append(f"subject = ANY({self.value(list(filters.kinds))}::text[])")
        wanted += (filters.without_kinds() if self.usual_kinds else filters).conditions
        if wanted:
            parts.append(f"vector @@ {self.tsquery(' & '.join(wanted))}")
        parts += [f"{column} {self.value(bound)}" for column, bound in filters.comparisons]
        parts += [self._sized(unit, query) for unit in query.sized] if level.whole else []
        if filters.days:
            parts.append(self.within(filters.days, cursor))
        return " AND ".join(parts)

    def within(self, days: int, cursor: Cursor) -> str:
        """Published in so many days before the first page was asked for."""
        return f"published_at > {self._since(days, cursor)}"

    def counted_within(self, days: int, cursor: Cursor) -> str:
        """How many that is; the moment is reckoned once, which would cost more than the rest if it were for each row."""
        return f"count(*) FILTER (WHERE published_at > (SELECT {self._since(days, cursor)}))"

    def _since(self, days: int, cursor: Cursor) -> str:
        return f"{self.as_of(cursor)} - {self.value(days)} * interval '1 day'"

    def _sized(self, unit: Unit, query: Query) -> str:
        """Having an amount: a stated one that reaches into it, or the words for it."""
        amount = cast("Amount", unit.amount)
        rate = ""
        if amount.currency:
            rate = f" * ({self.value(json.dumps(query.rates[amount.currency]))}::jsonb ->> currency)::float8"
        ends = [(f"{amount.measure}_max >=", amount.least), (f"{amount.measure}_min <=", amount.most)]
        reached = [f"{column} {self.value(end)}::float8{rate}" for column, end in ends if end is not None]
        return f"({' AND '.join(reached)} OR vector @@ {self.tsquery(unit.condition)})"

    def as_of(self, cursor: Cursor) -> str:
        return f"{self.value(cursor.as_of)}::timestamptz" if cursor.as_of else "statement_timestamp()"

    def score(self, query: Query, cursor: Cursor) -> str:
        """What a candidate scores: its units' BM25, a little for being new and for stating much; much for having all."""
        left = list(cursor.weights)
        units = []
        for unit in query.units:
            own, left = left[: len(_terms(unit))], left[len(_terms(unit)) :]
            units += self._unit(unit, own)
        age = f"date_part('epoch', {self.as_of(cursor)} - published_at)"
        new = f"{_FRESHNESS} / (1 + {age} / {_HALF_SECONDS})"
        complete = f"{_COMPLETENESS} * stated / {_MUCH}"
        return f"({' + '.join(units) or '0'}) * (1 + {new} + {complete}) + {self._has_all(query)}"

    def _has_all(self, query: Query) -> str:
        parts = [f"vector @@ {self.tsquery(all_of(query.units))}"] if query.worded else []
        parts += [self._sized(unit, query) for unit in query.sized]
        return f"CASE WHEN {' AND '.join(parts)} THEN {HAS_ALL} ELSE 0 END::float8"

    def _unit(self, unit: Unit, weights: Sequence[float]) -> list[str]:
        """A meaning and the words for it are one thing, so the better of them counts: languages compete as equals."""
        terms = [self._term(term, weight) for term, weight in zip(_terms(unit), weights, strict=True)]
        ways = [term for term in terms[: len(unit.meanings)] if term]
        words = " + ".join(term for term in terms[len(unit.meanings) :] if term)
        ways += [words] if words else []
        return [f"greatest({', '.join(ways)})" if len(ways) > 1 else ways[0]] if ways else []

    def _term(self, spellings: tuple[str, ...], weight: float) -> str:
        if not weight:
            return ""
        rank = f"ts_rank('{{1,1,1,1}}', vector, {self.tsquery(lexemes.any_of(spellings))})"
        # That of several is their mean, though a listing has mostly one of them.
        rank = f"least({rank} * {self.value(float(len(spellings)))}::float8, 0.998::float8)"
        times = f"greatest(1 / (1.6449341 * (1 - {rank})) - 0.6079271, 0)"
        return f"{self.value(weight)} * (1 - k / (k + {times}))"


def page_of(
    query: Query,
    level: Level,
    filters: Filters,
    cursor: Cursor,
    size: int,
    near: Sequence[int] = (),
    *,
    usual_kinds: bool,
) -> Statement:
    """The statement of a page; its one row holds the count, the packed facets, how many are how new, the time it is as
    of, and the rows.

    Each of the rows is [subject, subject_id, key, id, lexemes that matched], where the key is a score, date or size; there
    is one more of them than `size` where others follow. A count of more than COUNTED only says that there are more.
    Entries that are `near` in meaning, the nearest first, fit too; all of them are ranked, and come by no date.
    """
    made = Statement(usual_kinds=usual_kinds)
    where = made.where(query, level, filters, cursor)
    if near:
        made.near = f"{made.value(list(near))}::bigint[]"
        where += f" AND id <> ALL({made.near})"
    fitting = f"(TABLE counted{made.and_near('ctid, id, published_at, facets')}) AS fitting" if near else "counted"
    order = "ASC" if cursor.backwards else "DESC"
    page = _rows(made, query, where, cursor, beyond=bool(query.units) and filters.sort == "best")
    new = ", ".join(f"'{band}', {made.counted_within(days, cursor)}" for band, days in DATES.items())
    asked = list(dict.fromkeys(lexeme for unit in query.units for lexeme in unit.lexemes))
    each = f"{made.value(asked)}::text[], {made.value(list(map(lexemes.quoted, asked)))}::tsquery[]"
    made.sql = f"""
WITH counted AS MATERIALIZED (SELECT ctid AS place, id, published_at, facets FROM search_entry WHERE {where} LIMIT {COUNTED + 1}),
     total AS MATERIALIZED (SELECT count(*) AS count, string_agg(facets, ''::bytea) AS facets,
                     json_build_object({new}) AS published
                FROM {fitting}),
     page AS ({page} ORDER BY key {order}, id {order} LIMIT {size + 1})
SELECT total.count, total.facets, total.published, {made.as_of(cursor)}, listed.rows
  FROM total,
       (SELECT coalesce(json_agg(json_build_array(entry.subject, entry.subject_id, page.key, page.id, ARRAY(
                   SELECT lexeme FROM unnest({each}) AS asked (lexeme, question) WHERE entry.vector @@ question
               )) ORDER BY page.key {order}, page.id {order}), '[]') AS rows
          FROM page JOIN search_entry entry ON entry.id = page.id) AS listed"""  # noqa: S608 - constants and parameters
    return made


def _rows(made: Statement, query: Query, where: str, cursor: Cursor, *, beyond: bool) -> str:
    """The rows of the cursor's phase with the key that they are sorted by."""
    if cursor.phase == "best":
        return (_fused if made.near else _best)(made, query, where, cursor)
    return _largest(made, where, cursor) if cursor.phase == "largest" else _newest(made, where, cursor, beyond=beyond)


def _best(made: Statement, query: Query, where: str, cursor: Cursor) -> str:
    """The newest that fit, by score; where all of them were counted they are known already.

    A text too long for a page of the table is unpacked once, not for every word.
    """
    sizes = [f", {unit.amount.measure}_min, {unit.amount.measure}_max" for unit in query.sized if unit.amount]
    sizes = [*dict.fromkeys(sizes), *([", currency"] if query.rates else [])]
    columns = f"id, published_at, vector, length, least(length(facets), {_MUCH})::float8 AS stated{''.join(sizes)}"
    known = f"id, published_at, vector, length, stated{''.join(sizes)}"
    newest = "ORDER BY published_at DESC, id DESC LIMIT"
    return f"""
SELECT id, key
  FROM (SELECT id, {made.score(query, cursor)} AS key
          FROM (SELECT id, published_at, stated{"".join(sizes)}, {_SATURATION}::float8 + {_PER_WORD}::float8 * length AS k,
                       CASE WHEN pg_column_size(vector) > 8000 THEN vector || '' ELSE vector END AS vector
                  FROM (SELECT {columns} FROM search_entry WHERE ctid = ANY(ARRAY(
                            SELECT place FROM counted WHERE {_COUNT} <= {COUNTED} {newest} {RANKED}))
                         UNION ALL
                        SELECT {known} FROM (SELECT {columns} FROM search_entry WHERE {where} {newest} {RANKED_OF_MANY}) AS many
                         WHERE {_COUNT} > {COUNTED}{made.and_near(columns)}) AS found
                OFFSET 0) AS candidate) AS scored
 WHERE {_beyond(made, cursor, "float8")}"""  # noqa: S608 - constants and parameters


def _fused(made: Statement, query: Query, where: str, cursor: Cursor) -> str:
    """The best by words and the nearest in meaning as one list; what has all that was asked still comes first."""
    best = _best(made, query, where, replace(cursor, key=None))
    return f"""
SELECT id, key
  FROM (SELECT id, CASE WHEN key >= {HAS_ALL} THEN {HAS_ALL} ELSE 0 END::float8
                   + CASE WHEN key > 0 THEN 1 / ({_FUSION} + rank() OVER (ORDER BY key DESC))::float8 ELSE 0 END
                   + coalesce(1 / ({_FUSION} + array_position({made.near}, id))::float8, 0) AS key
          FROM ({best}) AS by_words) AS fused
 WHERE {_beyond(made, cursor, "float8")}"""  # noqa: S608 - constants and parameters


def _largest(made: Statement, where: str, cursor: Cursor) -> str:
    """By size: what is not known comes last."""
    return f"""
SELECT id, key
  FROM (SELECT id, {LARGEST} AS key FROM search_entry WHERE {where}) AS sized
 WHERE {_beyond(made, cursor, "float8")}"""  # noqa: S608 - constants and parameters


def _newest(made: Statement, where: str, cursor: Cursor, *, beyond: bool) -> str:
    """By date: everything, or what lies `beyond` the rows that are ranked."""
    last = f"CASE WHEN {_COUNT} > {COUNTED} THEN {RANKED_OF_MANY - 1} ELSE {RANKED - 1} END"
    unranked = f"""
   AND (published_at, id) < (SELECT published_at, id FROM search_entry WHERE {where}
                              ORDER BY published_at DESC, id DESC OFFSET {last} LIMIT 1)"""  # noqa: S608 - see above
    return f"""
SELECT id, key
  FROM (SELECT id, published_at AS key FROM search_entry WHERE {where} {unranked if beyond else ""}) AS dated
 WHERE {_beyond(made, cursor, "timestamptz")}"""  # noqa: S608 - constants and parameters


def _beyond(made: Statement, cursor: Cursor, kind: str) -> str:
    """Only rows after the cursor's own, or before it when going backwards."""
    if cursor.key is None:
        return "true"
    key, row = cursor.key
    return f"(key, id) {'>' if cursor.backwards else '<'} ({made.value(key)}::{kind}, {made.value(row)}::bigint)"
