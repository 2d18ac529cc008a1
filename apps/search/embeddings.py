"""Meaning beside words: a vector for each entry in a table of its own, and the entries nearest to a question.

Off unless EMBEDDINGS_DIR names an encoder's folder; then nothing of this is called. The table is made by a command, never
by a migration: only here is pgvector needed. A row without a vector waits for one, so the table is its own queue.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from apps.search import encoder, ranking
from apps.search.cursors import Cursor
from apps.search.documents import Document
from apps.search.encoder import BadEncoder, Encoder, Vectors
from apps.search.filters import Filters
from apps.search.questions import Query

# How many of the nearest are fused with those that rank best by words.
NEAREST = 200
# More dimensions cannot be indexed by HNSW.
_MOST_DIMENSIONS = 2_000
_QUESTIONS_REMEMBERED = 256
_log = logging.getLogger(__name__)


class NotPrepared(RuntimeError):
    """The database has no table for the vectors of this encoder; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits for its vector, and the digest of the text that it was noted with."""

    entry: int
    subject: str
    subject_id: int
    digest: str


def is_on() -> bool:
    """Whether the operator has switched embeddings on."""
    return bool(settings.EMBEDDINGS_DIR)


def text_of(document: Document) -> str:
    """What of a document is encoded."""
    return f"{document.title}\n{document.text}"


def digest_of(document: Document) -> str:
    """Tells one text from another, so that what did not change is not encoded again."""
    return hashlib.sha256(text_of(document).encode()).hexdigest()[:32]


def _encoder() -> Encoder:
    return encoder.load(settings.EMBEDDINGS_DIR)


@transaction.atomic
def prepare() -> bool:
    """Make the table, as the owner of the tables; returns False where it is there already for this very encoder.

    One of another encoder is dropped: its vectors mean nothing to this one. Raises BadEncoder or NotPrepared.
    """
    if _stamp_of_table() == _encoder().stamp:
        return False
    if "search_entry" not in connection.introspection.table_names():
        raise NotPrepared(_("The database has no tables yet: run manage.py prepare first."))
    drop()
    make_table()
    return True


def make_table() -> None:
    """Make the table in the schema that comes first, with a row for each entry. Raises BadEncoder or NotPrepared."""
    known = _encoder()
    if known.dimensions > _MOST_DIMENSIONS:
        message = _("The encoder's vectors have %(number)d dimensions; at most %(most)d can be indexed.")
        raise BadEncoder(message % {"number": known.dimensions, "most": _MOST_DIMENSIONS})
    _extend()
    with connection.cursor() as cursor:
        # The foreign key takes the lock that waits for whoever is writing entries: none of theirs is missed.
        cursor.execute(f"""
CREATE TABLE search_embedding (
    entry_id bigint PRIMARY KEY REFERENCES search_entry ON DELETE CASCADE,
    digest text NOT NULL,
    embedding vector({known.dimensions:d})
);
CREATE INDEX embedding_waiting ON search_embedding (entry_id) WHERE embedding IS NULL;
CREATE INDEX embedding_nearest ON search_embedding USING hnsw (embedding vector_ip_ops);
COMMENT ON TABLE search_embedding IS '{known.stamp}';
INSERT INTO search_embedding (entry_id, digest) SELECT id, '' FROM search_entry""")  # noqa: S608 - a number and a digest


def drop() -> None:
    """Take the table away with all vectors, as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS search_embedding")


def _extend() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'vector'")
        if cursor.fetchone():
            return
        try:
            with transaction.atomic():
                cursor.execute("CREATE EXTENSION vector SCHEMA public")
        except DatabaseError as error:
            message = _(
                "The database has no pgvector; a superuser has to say CREATE EXTENSION vector in it: %(reason)s"
            )
            raise NotPrepared(message % {"reason": error}) from error


def _stamp_of_table() -> str | None:
    """Whose vectors the table holds; None where there is no table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('search_embedding'), 'pg_class')")
        ((stamp,),) = cursor.fetchall()
    return None if stamp is None else str(stamp)


def note(subject: str, documents: Sequence[Document]) -> None:
    """Remember which text each entry has now; one that changed loses its vector and waits for another."""
    if not documents or _stamp_of_table() is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
INSERT INTO search_embedding AS known (entry_id, digest)
SELECT entry.id, given.digest
  FROM unnest(%s::bigint[], %s::text[]) AS given(subject_id, digest)
  JOIN search_entry entry ON entry.subject = %s AND entry.subject_id = given.subject_id
    ON CONFLICT (entry_id) DO UPDATE SET digest = excluded.digest, embedding = NULL
 WHERE known.digest <> excluded.digest""",
            [[each.subject_id for each in documents], [digest_of(each) for each in documents], subject],
        )


def count_waiting() -> int:
    """How many entries have no vector yet. Raises BadEncoder, or NotPrepared where the table is not this encoder's."""
    if _stamp_of_table() != _encoder().stamp:
        raise NotPrepared(_("The database is not prepared for this encoder: run manage.py prepare_embeddings."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM search_embedding WHERE embedding IS NULL")
        ((number,),) = cursor.fetchall()
    return int(number)


def waiting(after: int, number: int) -> list[Waiting]:
    """The next entries without a vector, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
SELECT entry.id, entry.subject, entry.subject_id, known.digest
  FROM search_embedding known JOIN search_entry entry ON entry.id = known.entry_id
 WHERE known.embedding IS NULL AND known.entry_id > %s ORDER BY known.entry_id LIMIT %s""",
            [after, number],
        )
        return [Waiting(*row) for row in cursor.fetchall()]


def encode(found: Sequence[tuple[Waiting, Document]]) -> None:
    """Give entries the vectors of their documents; one whose text was noted anew meanwhile goes on waiting."""
    if not found:
        return
    vectors = _encoder().texts([text_of(document) for _waits, document in found])
    with connection.cursor() as cursor:
        for (waits, document), vector in zip(
            found, vectors, strict=True
        ):  # one lock at a time: no deadlock with `note`
            cursor.execute(
                "UPDATE search_embedding SET embedding = %s::vector, digest = %s WHERE entry_id = %s AND digest = %s",
                [_written(vector), digest_of(document), waits.entry, waits.digest],
            )


def _written(vector: Vectors) -> str:
    """A vector as pgvector reads it."""
    return f"[{','.join(map(str, vector.tolist()))}]"


def nearest(query: Query, filters: Filters, cursor: Cursor) -> tuple[int, ...]:
    """The entries nearest in meaning that pass the filters and have nothing that is excluded, the nearest first.

    None where embeddings are off. An encoder or a table that fails costs no more than this: the question is then
    answered by its words alone.
    """
    if not is_on():
        return ()
    try:
        known = _encoder()
        return _nearest(_question(known, _asked(query)), query, filters, cursor, known)
    except (BadEncoder, DatabaseError) as error:
        _log.warning("embeddings are left out: %s", error)
        return ()


def _asked(query: Query) -> str:
    """The question without what it excludes: an encoder would look for that."""
    text = query.text
    for unit in query.excluded:
        text = text.replace(unit.source, " ")
    return text


@lru_cache(maxsize=_QUESTIONS_REMEMBERED)
def _question(known: Encoder, text: str) -> str:
    """Remembered, since every page of its results asks again."""
    return _written(known.question(text))


def _nearest(vector: str, query: Query, filters: Filters, cursor: Cursor, known: Encoder) -> tuple[int, ...]:
    """HNSW reads on until so many have passed the filters; they are then kept if they are like enough.

    Vectors of another encoder are none, and neither is an entry without one.
    """
    made = ranking.Statement()
    where = made.where(query, ranking.Level("", whole=False), filters, cursor)
    farthest = made.value(-known.configuration.least_similarity)
    asked, stamp = made.value(vector), made.value(known.stamp)
    with transaction.atomic(), connection.cursor() as database:
        database.execute(f"SET LOCAL hnsw.ef_search = {NEAREST}; SET LOCAL hnsw.iterative_scan = strict_order")
        database.execute(
            f"""
SELECT id
  FROM (SELECT entry.id, known.embedding <#> {asked}::vector AS distance
          FROM search_embedding known JOIN search_entry entry ON entry.id = known.entry_id
         WHERE {where} AND obj_description('search_embedding'::regclass, 'pg_class') = {stamp}
         ORDER BY known.embedding <#> {asked}::vector LIMIT {NEAREST}) AS found
 WHERE distance <= {farthest}::float8 ORDER BY distance, id DESC""",  # noqa: S608 - constants and parameters
            made.parameters,
        )
        return tuple(id_ for (id_,) in database.fetchall())
