"""Rows a second of the importer (read, cleaned, tagged, written, one fact and its deliveries a batch) against raw COPY.

The peer copies the very same rows, ready in memory, into the same empty tables, in the same batches, and records the
same fact with its deliveries for each of them; what COPY does alone is told beside it.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROWS, ENTERPRISES, ROUNDS = 20_000, 500, 3
GOAL = 0.4
TABLE = "opportunities_opportunity"


# What nearly every listing states; a file of thousands of rows seldom has columns for the rest.
STATED = {
    "external_id", "enterprise", "side", "family", "title", "summary", "language", "technologies", "modes", "stages",
    "target_countries", "power_mw_min", "power_mw_max", "energy_mwh_min", "energy_mwh_max", "budget_min", "budget_max",
    "currency", "certifications_required", "expires",
}  # fmt: skip


def records() -> Iterator[dict[str, Any]]:
    """Listings with texts and figures like the demonstration's, the same ones every time."""
    chance = random.Random(1)
    sample = Path(__file__).resolve().parent.parent / "apps" / "imports" / "demonstration" / "opportunities-en.jsonl"
    models = [json.loads(line) for line in sample.read_text("utf-8").splitlines()]
    for number in range(ROWS):
        model = chance.choice(models)
        record = {name: value for name, value in model.items() if name in STATED}
        power = chance.randint(1, 400)
        record |= {"external_id": f"bench-{number}", "enterprise": f"bench-{number * ENTERPRISES // ROWS}"}
        record |= {"power_mw_min": power, "power_mw_max": power + 5, "title": f"{model['title']} {number}"}
        yield record


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database of the bench's own with the concept scheme in it."""
    from django.test.utils import setup_databases, teardown_databases

    from apps.taxonomy.services import load_shipped

    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    try:
        load_shipped()
        yield
    finally:
        teardown_databases(made, verbosity=0)


def main() -> None:
    """Print one line."""
    with scratch_database(), tempfile.TemporaryDirectory() as folder:
        _enterprises(Path(folder) / "enterprises.jsonl")
        path = Path(folder) / "opportunities.jsonl"
        path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records()), "utf-8")
        _import("opportunities", path)  # compiles patterns, builds the tagger
        rows = _copied_out()
        # In turns, so that a busy moment of the machine strikes both.
        ways = (lambda: _import("opportunities", path), lambda: _copy_in(rows), lambda: _copy_in(rows, told=False))
        turns = [[_seconds(way) for way in ways] for _ in range(ROUNDS)]
        ours, raw, alone = (min(seconds) for seconds in zip(*turns, strict=True))
    ratio = raw / ours
    line = {
        "bench": "import_rows", "value": round(ROWS / ours), "unit": "rows/s",
        "peer": f"raw COPY and the facts, {ROWS / raw:.0f} rows/s", "ratio": round(ratio, 2), "goal": f">= {GOAL}",
        "ok": ratio >= GOAL, "copy_alone": f"{ROWS / alone:.0f} rows/s, ratio {alone / ours:.2f}",
    }  # fmt: skip
    print(json.dumps(line), flush=True)


def _enterprises(path: Path) -> None:
    lines = (
        json.dumps({"external_id": f"bench-{n}", "name": f"Bench {n}", "country": "KZ"}) for n in range(ENTERPRISES)
    )
    path.write_text("\n".join(lines), "utf-8")
    _import("enterprises", path)


def _import(kind: str, path: Path) -> None:
    from apps.imports.services import run_file
    from apps.journal.intake import Terms

    job = run_file(kind=kind, path=path, terms=Terms(publish=True))
    if job.refused_rows or not job.created_rows:
        raise SystemExit(f"{job.refused_rows} refused, {job.created_rows} created: {list(job.errors.values()[:3])}")


def _seconds(work: Callable[[], None]) -> float:
    """How long it takes on empty tables."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE} CASCADE")
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _copied_out() -> list[list[bytes]]:
    """The rows as COPY writes them, in batches; each begins with its id."""
    from django.db import connection

    from apps.journal.intake import BATCH

    with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} TO STDOUT") as stream:
        rows = b"".join(stream).splitlines(keepends=True)
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def _copy_in(batches: list[list[bytes]], *, told: bool = True) -> None:
    """Copy batches in, each in a transaction and, where it is `told`, with its fact."""
    from django.db import connection, transaction

    from apps.journal.services import record

    for batch in batches:
        with transaction.atomic():
            with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} FROM STDIN") as stream:
                stream.write(b"".join(batch))
            if told:
                ids = [int(row.partition(b"\t")[0]) for row in batch]
                record(kind="opportunity.imported", subject="opportunity", ids=ids, created=len(ids))


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root / "platform"), str(root)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    from config.runner import servers

    with servers.running():
        import django

        django.setup()
        main()
