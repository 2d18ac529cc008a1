"""Packed listings in the database: written from the platform's rows as they are now, read by runs and increments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from django.db import connection

from apps.enterprises.models import Enterprise
from apps.enterprises.selectors import affiliates
from apps.matching import features, listings, sources
from apps.matching.layout import ROW, TRACK, Array
from apps.matching.listings import Packed, Vocabulary, Weighted
from apps.matching.models import PackedListing

LAYOUT = 3  # raised when a row's fields change their meaning
_WRITE = """
INSERT INTO matching_packedlisting (key, enterprise_id, is_request, data, stamp, sequence)
VALUES (%s, %s, %s, %s, %s, nextval('matching_change'))
ON CONFLICT (key) DO UPDATE
   SET enterprise_id = excluded.enterprise_id, is_request = excluded.is_request, data = excluded.data, stamp = excluded.stamp,
       sequence = excluded.sequence
"""
_SAME = "UPDATE matching_packedlisting SET stamp = %s WHERE key = ANY(%s) AND data IS NOT NULL AND stamp <> %s"
_END = """
UPDATE matching_packedlisting SET data = NULL, sequence = nextval('matching_change') WHERE key = ANY(%s) AND data IS NOT NULL
"""


def encode(item: Packed) -> bytes:
    """A packed listing as bytes: how long each part is, then the parts."""
    parts = [item.row.tobytes(), *_terms(item.words), *_terms(item.concepts), np.array(item.vetoes, "<u8").tobytes()]
    parts += [item.track.tobytes() if item.track is not None else b"", *_terms(item.track_words)]
    return np.array([len(part) for part in parts], "<u4").tobytes() + b"".join(parts)


def _terms(found: Weighted) -> tuple[bytes, bytes]:
    return np.fromiter(found, "<u4").tobytes(), np.fromiter(found.values(), "<f4").tobytes()


def decode(data: bytes) -> Packed:
    """The packed listing that `encode` wrote."""
    ends = np.cumsum(np.frombuffer(data, "<u4", 9)) + 36
    parts = [data[begin:end] for begin, end in zip([36, *ends[:-1]], ends, strict=True)]
    row, words, weights, concepts, levels, vetoes, track, told, counts = parts
    return Packed(
        np.frombuffer(row, ROW)[0], _weighted(words, weights), _weighted(concepts, levels), np.frombuffer(vetoes, "<u8").tolist(),
        np.frombuffer(track, TRACK)[0] if track else None, _weighted(told, counts),
    )  # fmt: skip


def _weighted(terms: bytes, weights: bytes) -> Weighted:
    return dict(zip(np.frombuffer(terms, "<u4").tolist(), np.frombuffer(weights, "<f4").tolist(), strict=True))


def stamp(vocabulary: Vocabulary) -> str:
    """Tells the vocabulary under which rows were packed: rows of another one have to be packed anew."""
    digest = sha256(f"{LAYOUT} {ROW.descr} {TRACK.descr} {vocabulary.thesaurus}".encode())
    for part in (vocabulary.concepts, vocabulary.modes, vocabulary.stages, vocabulary.countries, vocabulary.languages):
        digest.update(repr(list(part)).encode())
    digest.update(vocabulary.similarity.tobytes())
    standing = {code: sorted(countries) for code, countries in vocabulary.frameworks.items()}
    digest.update(repr((sorted(vocabulary.rates.items()), vocabulary.newest_year, standing)).encode())
    return digest.hexdigest()


def lock() -> None:
    """Hold the lists and the packed listings until the transaction ends; one change after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('matching.lists'))")


def take_time() -> None:
    """Let the steps of a full run last as long as they do; one whose process was stopped still loses its locks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = '15min'")


def refresh(*, enterprise_ids: Sequence[int] = (), opportunity_ids: Sequence[int] = ()) -> list[int]:
    """Make packed listings agree with the rows as they are now; returns the keys of those that changed. Needs the lock.

    An enterprise takes its opportunities with it, and what it controls, whose group it may have changed; under a new name, also
    those who exclude it by its public id.
    """
    related = affiliates(enterprise_ids)
    wary, named = sources.excluding(_named_anew(related))
    enterprise_ids = sorted({*related, *wary})
    numbers = sorted({*opportunity_ids, *named, *sources.opportunities_of(enterprise_ids)})
    wanted = {listings.enterprise_key(number) for number in enterprise_ids} | {
        listings.opportunity_key(number) for number in numbers
    }
    vocabulary = sources.vocabulary()
    present = dict(PackedListing.objects.filter(key__in=wanted).values_list("key", "data"))
    found = {item.key: item for item in _packed(enterprise_ids, numbers, vocabulary)}
    changed = _changed(found, present)
    gone = [key for key in wanted - found.keys() if present.get(key) is not None]
    mark = stamp(vocabulary)
    with connection.cursor() as cursor:
        cursor.executemany(
            _WRITE, [(item.key, item.enterprise_id, item.is_request, item.data, mark) for item in changed]
        )
        cursor.execute(_SAME, [mark, list(found), mark])
        cursor.execute(_END, [gone])
    return sorted([*(item.key for item in changed), *gone])


class _Row(NamedTuple):
    key: int
    enterprise_id: int
    is_request: bool
    data: bytes


def _changed(found: Mapping[int, _Row], present: Mapping[int, bytes | memoryview | None]) -> list[_Row]:
    """Those that are not as they were. An offer is laid out with what its enterprise did, and so changes with that one's row."""
    fresh = {key for key, item in found.items() if bytes(present.get(key) or b"") != item.data}
    return [
        item
        for key, item in found.items()
        if key in fresh or (not item.is_request and listings.enterprise_key(item.enterprise_id) in fresh)
    ]


def _named_anew(enterprise_ids: Iterable[int]) -> list[int]:
    """Enterprises that come, or that have another external id than the one they were packed with."""
    keys = [listings.enterprise_key(number) for number in enterprise_ids]
    rows = PackedListing.objects.filter(key__in=keys, data__isnull=False).values_list("enterprise_id", "data")
    known = {number: int(decode(bytes(data or b"")).row["name_hash"]) for number, data in rows}
    present = Enterprise.objects.published().filter(pk__in=enterprise_ids).values_list("pk", "external_id")
    return [number for number, name in present if known.get(number) != listings.name_hash(name or "")]


def _packed(enterprise_ids: Sequence[int], opportunity_ids: Sequence[int], vocabulary: Vocabulary) -> Iterator[_Row]:
    """The rows of what is published now."""
    texts = sources.texts()
    opportunities = sources.opportunities(opportunity_ids)
    owners = {row.enterprise_id for row in opportunities}
    standing = sources.enterprises([*enterprise_ids, *owners])
    profiles, named = sources.profiles(standing, opportunities)
    for number in enterprise_ids:
        if number in profiles:
            data = encode(features.pack_enterprise(profiles[number], vocabulary, texts))
            yield _Row(listings.enterprise_key(number), number, False, data)
    for row in opportunities:
        data = encode(
            features.pack_listing(sources.listing(row, profiles[row.enterprise_id], named), vocabulary, texts)
        )
        yield _Row(listings.opportunity_key(row.pk), row.enterprise_id, row.side == "request", data)


def read(after: int = 0, *, present_only: bool = False) -> Iterator[tuple[int, int, bool, bytes | None]]:
    """(key, sequence, whether a request, data) of listings changed after a sequence number, in that order."""
    rows = PackedListing.objects.filter(sequence__gt=after).order_by("sequence")
    if present_only:
        rows = rows.filter(data__isnull=False)
    columns = rows.values_list("key", "sequence", "is_request", "data")
    for key, sequence, is_request, data in columns.iterator(chunk_size=5000):
        yield key, sequence, is_request, None if data is None else bytes(data)


def tracked(enterprise_ids: Iterable[int]) -> list[Packed]:
    """The packed rows of these enterprises, which carry their track records."""
    keys = [listings.enterprise_key(number) for number in set(enterprise_ids)]
    rows = PackedListing.objects.filter(key__in=keys, data__isnull=False).values_list("data", flat=True)
    return [decode(bytes(data or b"")) for data in rows]


def positions(side_keys: Array, keys: Array) -> Array:
    """Where each key lies among a side's; -1 where it does not."""
    order = np.argsort(side_keys)
    if not len(order):
        return np.full(len(keys), -1)
    at = np.minimum(np.searchsorted(side_keys, keys, sorter=order), len(order) - 1)
    return np.where(side_keys[order[at]] == keys, order[at], -1)
