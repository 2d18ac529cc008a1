"""The peer of search: a tantivy index of the same listings under the same lexemes, asked the same with the same facets.

It is used in its own best way: lexemes without positions, facets as fast fields that are counted by aggregation. It is
given conditions that are understood already; reading them, ranking, counting and facets are in its time.
"""

import re
from collections.abc import Iterable
from datetime import datetime

import tantivy

from apps.search.documents import Row
from apps.search.facets import NAMES

_LEXEME = re.compile(r"'((?:[^'\\]|''|\\.)*)'(?::([0-9A-C,]+))?")
_FACETS = tuple(name for name in NAMES if name != "published")
_AGGREGATIONS = {name: {"terms": {"field": name, "size": 500}} for name in _FACETS}
PAGE = 20


class Peer:
    """An index in memory; what is added is found after `commit`."""

    def __init__(self) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("lexemes", tokenizer_name="lexemes", index_option="freq")
        for name in _FACETS:
            schema.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
        schema.add_date_field("published_at", fast=True)
        self._index = tantivy.Index(schema.build())
        white = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("lexemes", white)
        self._writer = self._index.writer(heap_size=256_000_000, num_threads=1)

    def add(self, entries: Iterable[Row]) -> None:
        for entry in entries:
            document, lexemes = tantivy.Document(), list[str]()
            for lexeme, places in _LEXEME.findall(str(entry["vector"])):
                name, equals, value = lexeme.partition("=")
                if equals and not places:
                    document.add_text(name, value)
                lexemes += [lexeme] * (places.count(",") + 1)
            document.add_text("lexemes", " ".join(lexemes))
            document.add_date("published_at", datetime.fromisoformat(str(entry["published_at"])))
            self._writer.add_document(document)

    def commit(self) -> None:
        """Make everything findable, in one segment as its makers advise for what is only read."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()

    def find(self, conditions: Iterable[str], enough: int) -> int:
        """The first reading of a question, from strict to loose, that fits enough: its page and facets, and the count."""
        searcher, count = self._index.searcher(), 0
        for condition in conditions:
            query, newest = tantivy.Query.all_query(), "published_at"
            if condition:
                asked = condition.replace(" & ", " AND ").replace(" | ", " OR ")
                query, newest = self._index.parse_query(asked, ["lexemes"]), ""
            page = searcher.search(query, PAGE, count=True, order_by_field=newest or None)
            searcher.aggregate(query, _AGGREGATIONS)
            count = int(getattr(page, "count", 0) or 0)  # its type hints leave it out
            if count >= enough:
                break
        return count
