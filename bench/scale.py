"""What a full run costs at any size: constants measured here in one go, a model of them, two real runs to check it, ten million offers.

`docs/SCALE.md` explains the figures.
"""

import json
import math
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bench import full_run

if TYPE_CHECKING:
    from apps.matching.layout import Side
    from apps.matching.listings import Packed

OFFERS, REQUESTS, LISTINGS, ROWS = 49_920, 5_000, 2_000, 200_000
CHECKED = ((20_000, 5_000), (100_000, 20_000))
LARGE = (10_000_000, 1_000_000)
TOP, ENTRY = 20, 12  # entries of a list, bytes of one that waits to be merged
NETWORK = 1.2e9  # bytes a second from the store to all machines together: ten gigabits
BACKENDS = 8  # COPY streams that the database server takes at full speed: its cores
A_MACHINE = 16  # workers
WITHIN = 2  # times what the model says: other programs run on the machine too


@dataclass(frozen=True)
class Constants:
    """Seconds for one of each, on one core, and bytes of one of each."""

    pair: float  # scored
    read: float  # a packed listing out of the database
    lay_out: float  # a listing into the snapshot's arrays
    held: float  # bytes of a listing in the memory of the process that lays it out
    snapshot: float  # bytes of a listing in the files
    write: float  # a byte written into the folder
    fetch: float  # a byte out of a store that costs nothing, with its checksum
    explain: float  # a row of the lists made
    copy: float  # a row sent into the database
    index: float  # a row under the primary key and the other index
    row: float  # bytes of a row with its indexes
    keep: float  # a byte of the requests' lists of one part, stored
    merge: float  # such a byte read and merged
    delivery: float  # a delivery that does nothing


def _best(do: Callable[[], Any], times: int = 2) -> float:
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        do()
        took.append(time.perf_counter() - begin)
    return min(took)


def _packed(side: "Side", *, is_request: bool) -> Iterator[tuple[bool, "Packed"]]:
    """Rows of a side as they are before they are laid out."""
    from apps.matching.listings import Packed

    for row in side.rows[:LISTINGS]:
        words, concepts = (
            dict(zip(side.terms[slice(*row[name])].tolist(), side.weights[slice(*row[name])].tolist(), strict=True))
            for name in ("words", "concepts")
        )
        yield is_request, Packed(row, words, concepts, [], None, {})


def _pack(offers: "Side", requests: "Side") -> dict[str, float]:
    """Write packed listings into the database, and do with them what the first step of a run does."""
    from django.db import transaction

    from apps.matching import snapshot, store
    from apps.matching.models import PackedListing

    items = [*_packed(offers, is_request=False), *_packed(requests, is_request=True)]
    PackedListing.objects.bulk_create(
        PackedListing(key=at, enterprise_id=0, is_request=asks, data=store.encode(item), stamp="", sequence=at)
        for at, (asks, item) in enumerate(items)
    )

    def read() -> list["Packed"]:
        with transaction.atomic():
            return [store.decode(bytes(data or b"")) for *_, data in store.read(present_only=True)]

    took = _best(read)
    tracemalloc.start()
    found = read()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    laid = _best(lambda: snapshot.side(found, snapshot.lexicon(found)))
    return {"read": took / len(found), "lay_out": laid / len(found), "held": held / len(found)}


def _files(offers: "Side", requests: "Side") -> dict[str, float]:
    """Write a snapshot, and fetch it from a store as another machine does."""
    from django.conf import settings
    from django.test import override_settings

    from apps.matching import depot, snapshot
    from apps.matching.models import Run
    from bench.generate import similarity

    run = Run.objects.create(state="requested")
    laid = snapshot.Snapshot(offers, requests)
    write = _best(lambda: depot.put(run.pk, laid, snapshot.EMPTY_LEXICON, similarity()))
    run.checksum = depot.put(run.pk, laid, snapshot.EMPTY_LEXICON, similarity())
    size = sum(path.stat().st_size for path in depot.folder(run).iterdir())
    shared = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": depot.folder(run).parent},
    }

    def fetch() -> None:
        stored = settings.STORAGES | {"snapshots": shared}
        with tempfile.TemporaryDirectory() as folder, override_settings(SNAPSHOT_DIR=folder, STORAGES=stored):
            depot.read(run)

    fetched = _best(fetch)
    run.delete()
    return {"snapshot": size / (len(offers.keys) + len(requests.keys)), "write": write / size, "fetch": fetched / size}


def _rows(offers: "Side", requests: "Side", run_id: int) -> dict[str, float]:
    """Score, and bring the lists into the database and under its indexes."""
    from apps.matching import copying, kernel, runs
    from apps.matching.criteria import DEFAULT_WEIGHTS
    from bench.generate import similarity

    rule = kernel.rules(dict(DEFAULT_WEIGHTS), similarity())
    took = _best(lambda: kernel.scan(offers, requests, rule))
    of_offers, of_requests, _ = kernel.scan(offers, requests, rule)
    few = kernel.Lists(of_offers.scores[: ROWS // TOP], of_offers.places[: ROWS // TOP])
    made: list[Any] = []
    explain = _best(lambda: made.append(copying.rows_of_lists(run_id, few, offers, requests, rule, offering=True)))
    runs.call("matching_open_partition", run_id)
    table, count = runs.partition(run_id), len(made[0])
    begin = time.perf_counter()
    copying.copy(table, made[0])
    copied = time.perf_counter() - begin
    begin = time.perf_counter()
    for step in ("index_owner", "index_other", "attach_partition"):
        runs.call(f"matching_{step}", run_id)
    indexed = time.perf_counter() - begin
    return {
        "pair": took / len(offers.keys) / len(requests.keys), "explain": explain / count, "copy": copied / count,
        "index": indexed / count, "row": _one("SELECT pg_total_relation_size(%s)", table) / count,
        **_parts(offers, of_requests, run_id),
    }  # fmt: skip


def _parts(offers: "Side", of_requests: Any, run_id: int) -> dict[str, float]:
    """Keep the requests' lists of as many parts as a small run has, and merge them."""
    from apps.matching import parts
    from apps.matching.models import Run

    run, size = Run.objects.get(pk=run_id), len(of_requests.places)
    starts = iter(range(100))
    keep = _best(lambda: parts.keep(run, next(starts), of_requests), 8)
    merge = _best(lambda: list(parts.merged(run, size, offers.keys)))
    return {"keep": keep / (size * TOP * ENTRY), "merge": merge / (8 * size * TOP * ENTRY)}


def _one(statement: str, *values: Any) -> Any:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def _delivery(run_id: int) -> dict[str, float]:
    """A part of a run that was cancelled."""
    from django.db import transaction

    from apps.journal import deliveries
    from apps.journal import services as journal
    from apps.journal.models import Delivery
    from apps.matching import runs

    with transaction.atomic():
        fact = journal.record(kind="matching.measured", subject="run", ids=[run_id])
        journal.deliver_to(fact=fact, handler=runs.SCORE, keys=[f"{at}-{at}" for at in range(50)])
    waiting = list(Delivery.objects.filter(fact=fact).values_list("pk", flat=True))
    return {"delivery": _best(lambda: [deliveries.deliver(number) for number in waiting], 1) / len(waiting)}


def measure() -> Constants:
    """All of them, on a database of their own."""
    from apps.matching import kernel
    from apps.matching.models import PackedListing, Run
    from bench.generate import generate

    offers, requests = generate(OFFERS, REQUESTS)
    kernel.warm_up()
    run = Run.objects.create(state="cancelled", offers=OFFERS, requests=REQUESTS)
    found = _pack(offers, requests) | _files(offers, requests) | _rows(offers, requests, run.pk) | _delivery(run.pk)
    PackedListing.objects.all().delete()
    return Constants(**found)


@dataclass(frozen=True)
class Model:
    """A full run by so many workers; `spread` is what would be changed first: packing and merging by all of them."""

    constants: Constants
    offers: int
    requests: int
    workers: int
    spread: bool = False

    @property
    def machines(self) -> int:
        return -(-self.workers // A_MACHINE)

    @property
    def parts(self) -> int:
        from apps.matching import parts, runs

        return len(parts.ranges(self.offers, parts.stride(self.requests, runs.PAIRS_A_PART)))

    @property
    def _kept(self) -> float:
        return self.parts * self.requests * TOP * ENTRY

    @property
    def _copied(self) -> float:
        """Seconds that the database needs for the offers' rows and the kept lists, with all its cores."""
        c = self.constants
        return (self.offers * TOP * c.copy + self._kept * c.keep) / min(self.workers, BACKENDS)

    def seconds(self) -> dict[str, float]:
        """Seconds of each phase."""
        c, listings = self.constants, self.offers + self.requests
        size, hands = listings * c.snapshot, self.workers if self.spread else 1
        part = self.offers * self.requests * c.pair + self.offers * TOP * (c.explain + c.copy) + self._kept * c.keep
        waves = math.ceil(self.parts / self.workers)
        kept, rows = self._kept, self.requests * TOP
        return {
            "pack": listings * (c.read + c.lay_out) / hands,
            "snapshot": size * c.write,
            "fetch": 0.0 if self.machines == 1 else max(size * c.fetch, size * self.machines / NETWORK),
            "score": max(waves * (part / self.parts + c.delivery), self._copied),
            "merge": (kept * c.merge + rows * (c.explain + c.copy)) / min(hands, BACKENDS),
            "index": (self.offers + self.requests) * TOP * c.index,
        }

    def bytes(self) -> dict[str, float]:
        """Bytes in files, in memory and in the database."""
        c, listings = self.constants, self.offers + self.requests
        return {
            "snapshot": listings * c.snapshot,
            "packing": listings * c.held,
            # Its own list of every request, what it holds of a snapshot beside the shared files, and the program.
            "worker": self.requests * TOP * ENTRY + listings * 16 + 250e6,
            "kept lists": self._kept,
            "rows": listings * TOP * c.row,
        }

    @property
    def most_workers(self) -> int:
        """From so many on the database is the limit while pairs are scored."""
        c = self.constants
        alone = self.offers * self.requests * c.pair + self.offers * TOP * c.explain
        return math.ceil(BACKENDS * alone / (self.offers * TOP * c.copy + self._kept * c.keep))


def _line(bench: str, value: float, unit: str, **more: Any) -> None:
    line = {
        "bench": bench,
        "value": float(f"{value:.4g}"),
        "unit": unit,
        "peer": "-",
        "ratio": 1.0,
        "goal": "-",
        "ok": True,
    }
    print(json.dumps(line | more), flush=True)


def _check(constants: Constants, offers: int, requests: int) -> None:
    """A real run of two workers, whose snapshot is written, beside what the model says of its phases."""
    took = min(full_run.run_with_workers(full_run.prepare(offers, requests))[0] for _ in range(2))
    said = Model(constants, offers, requests, full_run.WORKERS).seconds()
    expected = said["score"] + said["merge"] + said["index"]
    _line(
        f"scale_model_{offers // 1000}k", expected, "s", peer=f"a run of {took:.1f} s", ratio=round(expected / took, 2),
        goal=f"within {WITHIN} times", ok=1 / WITHIN <= expected / took <= WITHIN,
    )  # fmt: skip


def _tell(model: Model) -> None:
    seconds, name = model.seconds(), "changed" if model.spread else "large"
    _line(
        f"scale_{name}_{model.workers}", sum(seconds.values()) / 60, "minutes",
        minutes={phase: float(f"{each / 60:.3g}") for phase, each in seconds.items()},
        gigabytes={what: float(f"{each / 1e9:.3g}") for what, each in model.bytes().items()},
        parts=model.parts, database_is_the_limit_from=model.most_workers,
    )  # fmt: skip


def main() -> None:
    """Print the constants, the two checks, and the large run by several numbers of workers."""
    full_run.set_up()
    with full_run.scratch():
        constants = measure()
        for name, value in asdict(constants).items():
            is_size = name in ("held", "snapshot", "row")
            _line(f"scale_{name}", value if is_size else value * 1e9, "bytes" if is_size else "ns")
        for offers, requests in CHECKED:
            _check(constants, offers, requests)
    for workers in (2, 16, 64, 128):
        for spread in (False, True):
            _tell(Model(constants, *LARGE, workers, spread=spread))


if __name__ == "__main__":
    main()
