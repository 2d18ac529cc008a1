"""Sealing facts into a SHA-256 chain in batches, and checking the chain."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from apps.journal.models import Fact, Seal, Unsealed

GENESIS = "0" * 64
BATCH = 1000
_LOCK = 0x5EA1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain found: how many facts are sealed or waiting, the head, and the first fault."""

    sealed: int
    waiting: int
    head: str
    fault: str = ""


def as_line(fact: Fact) -> str:
    """The canonical JSON of a fact: what its seal covers and what an export prints."""
    members: dict[str, Any] = {
        "id": fact.pk,
        "kind": fact.kind,
        "at": fact.at.isoformat(),
        "subject": fact.subject,
        "subject_ids": fact.subject_ids,
        "actor": fact.actor_id,
        "enterprise": fact.enterprise_id,
        "payload": fact.payload,
    }
    return json.dumps(members, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _head(previous: str, lines: list[str]) -> str:
    digest = hashlib.sha256(previous.encode())
    for line in lines:
        digest.update(b"\n" + line.encode())
    return digest.hexdigest()


@transaction.atomic
def seal(limit: int = BATCH) -> int:
    """Seal the oldest unsealed facts; returns how many. One sealer at a time, and no writer waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    ids = list(Unsealed.objects.order_by("fact_id").values_list("fact_id", flat=True)[:limit])
    if not ids:
        return 0
    last = Seal.objects.order_by("-id").first()
    previous = last.head if last else GENESIS
    lines = [as_line(fact) for fact in Fact.objects.filter(pk__in=ids).order_by("id")]
    Seal.objects.create(fact_ids=ids, previous=previous, head=_head(previous, lines))
    Unsealed.objects.filter(fact_id__in=ids).delete()
    return len(ids)


@transaction.atomic
def verify() -> Verdict:
    """Walk the whole chain from its genesis as it stands now; the first fault found is told in words."""
    _stand_still()
    return _walked()


def _stand_still() -> None:
    """See one moment of the database until the transaction ends, so that sealing goes on beside and is not taken for a fault."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _walked() -> Verdict:
    head, sealed = GENESIS, 0
    for item in Seal.objects.order_by("id").iterator():
        lines = [as_line(fact) for fact in Fact.objects.filter(pk__in=item.fact_ids).order_by("id")]
        if item.previous != head or len(lines) != len(item.fact_ids) or _head(head, lines) != item.head:
            return Verdict(sealed, 0, head, f"seal {item.pk} does not hold: one of its facts or its order was changed")
        head, sealed = item.head, sealed + len(lines)
    waiting = Unsealed.objects.count()
    total = Fact.objects.count()
    fault = "" if sealed + waiting == total else f"{total - sealed - waiting} facts are neither sealed nor waiting"
    return Verdict(sealed, waiting, head, fault)


def lines() -> Iterator[str]:
    """Every fact as a line of canonical JSON, oldest first."""
    for fact in Fact.objects.order_by("id").iterator():
        yield as_line(fact)
