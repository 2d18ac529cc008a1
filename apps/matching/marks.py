"""What enterprises put down of their own matches, and which pairs are settled and so not pushed again."""

from collections.abc import Collection, Iterable

import numpy as np

from apps.introductions.rules import Party
from apps.introductions.selectors import introduced
from apps.matching import listings
from apps.matching.models import Mark
from apps.matching.rules import Marked

Pair = tuple[int, int]  # the owner of a list and another in it, as the lists name them


def party_of(key: int) -> Party:
    """What a key of the lists stands for."""
    return Party("enterprise" if key % 2 else "opportunity", key // 2)


def key_of(party: Party) -> int:
    """What a listing or an enterprise is called in the lists."""
    make = listings.enterprise_key if party.kind == "enterprise" else listings.opportunity_key
    return make(party.pk)


def marks_of(owners: Collection[int]) -> dict[Pair, Mark]:
    """What was put down of entries of these lists."""
    return {(row.owner, row.other): row for row in Mark.objects.filter(owner__in=owners)}


def dismissed(owner: int) -> frozenset[int]:
    """Whom the owner of a list wants to see no more."""
    return frozenset(Mark.objects.filter(owner=owner, state=Marked.DISMISSED).values_list("other", flat=True))


def settled(owners: Collection[int]) -> set[Pair]:
    """The pairs of these lists that nobody is told of again: dismissed by the owner, or introduced to each other."""
    if not owners:
        return set()
    met = introduced([party_of(owner) for owner in owners])
    rows = Mark.objects.filter(owner__in=owners, state=Marked.DISMISSED).values_list("owner", "other")
    return {(key_of(own), key_of(other)) for own, other in met} | set(rows)


def packed(pairs: Iterable[Pair]) -> bytes:
    """Pairs as they are stored."""
    return np.array(sorted(pairs), np.int64).tobytes()


def unpacked(data: bytes) -> set[Pair]:
    """The pairs that were stored."""
    return {(owner, other) for owner, other in np.frombuffer(data, np.int64).reshape(-1, 2).tolist()}
