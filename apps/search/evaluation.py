"""`evaluate search`: how well the product's own index and ranking find what was judged relevant."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from apps.core import judgements, metrics
from apps.core.metrics import Judged
from apps.reference.rules import primary
from apps.search import embeddings, questions, selectors, services, statistics
from apps.search.documents import Document, as_entry
from apps.search.filters import Filters
from apps.search.models import STORAGE, Entry

BATCH = 1_000
# Where a relevant document comes later than this it counts as not found.
DEPTH = 20
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@contextmanager
def scratch() -> Iterator[None]:
    """An empty index of this connection's own: a temporary table hides the platform's, and ends with it in any case."""
    table = Entry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('search_path')")
        (usual,) = cursor.fetchone()
        cursor.execute("SET search_path TO pg_temp, public")
        with connection.schema_editor() as editor:
            editor.create_model(Entry)
        cursor.execute(STORAGE)
        if embeddings.is_on():
            embeddings.make_table()
        cursor.execute(f"SET search_path TO {usual}")
        statistics.forget()
        try:
            yield
        finally:
            if embeddings.is_on():
                embeddings.drop()
            cursor.execute(f"DROP TABLE pg_temp.{table}")
            statistics.forget()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a judged query found among all documents, and among those of each language that has something relevant."""

    asked: Mapping[str, Any]
    language: str
    every: Judged
    inside: Mapping[str, Judged]


def run(*, documents: Path, queries: Path) -> dict[str, Any]:
    """The measures over all queries, and by pair of languages (the query's, the documents').

    Raises OSError or ValueError, which names the line, where a file cannot be read.
    """
    slices: defaultdict[str, list[Judged]] = defaultdict(list)
    found = answers(documents=documents, queries=queries)
    for answer in found:
        for language, judged in answer.inside.items():
            slices[f"{answer.language}-{language}"].append(judged)
    return metrics.report([answer.every for answer in found], dict(sorted(slices.items())))


def answers(*, documents: Path, queries: Path) -> list[Answer]:
    """What each query found, in a place of its own. Raises OSError or ValueError like `run`."""
    collection = list(judgements.rows(documents, id=object))
    names = [str(row["id"]) for row in collection]
    languages = {str(row["id"]): _language(row) for row in collection}
    with scratch():
        _index(collection)
        return [_answer(row, names, languages) for row in judgements.rows(queries, text=str, relevant=list)]


def _language(row: Mapping[str, Any]) -> str:
    return primary(row.get("language") or "en")


def _index(collection: Sequence[dict[str, Any]]) -> None:
    """Index the documents, each under its place in the collection."""
    documents = [_document(place, row) for place, row in enumerate(collection)]
    for start in range(0, len(documents), BATCH):
        batch = documents[start : start + BATCH]
        services.write([as_entry(document) for document in batch])
        if embeddings.is_on():
            embeddings.note("opportunity", batch)
    if embeddings.is_on():
        services.embed(lambda done, total: None, lambda _subject, ids: [documents[place] for place in ids])
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE pg_temp.{Entry._meta.db_table}")


def _document(place: int, row: Mapping[str, Any]) -> Document:
    return Document(
        subject="opportunity", subject_id=place, published_at=_LONG_AGO, language=row.get("language") or "en",
        title=row.get("title") or "", text=row.get("text") or "", facets=frozenset({("language", _language(row))}),
    )  # fmt: skip


def _answer(row: Mapping[str, Any], names: Sequence[str], languages: Mapping[str, str]) -> Answer:
    """Rank all documents, and those of each language that has something relevant."""
    query = questions.parse(row["text"], row.get("language") or None)
    relevant = {str(name) for name in row["relevant"]}
    ranking = _ranked(query, Filters(), names)
    several = len(set(languages.values())) > 1
    inside: dict[str, Judged] = {}
    for language in sorted({languages[name] for name in relevant if name in languages}):
        there = {name for name in relevant if languages.get(name) == language}
        narrowed = Filters({"language": (language,)})
        inside[language] = (_ranked(query, narrowed, names) if several else ranking, there)
    return Answer(row, query.language, (ranking, relevant), inside)


def _ranked(query: questions.Query, filters: Filters, names: Sequence[str]) -> list[str]:
    return [names[hit.subject_id] for hit in selectors.find(query, filters, page_size=DEPTH).results]
