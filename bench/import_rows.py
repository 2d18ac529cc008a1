"""Rows a second of the importer (read, cleaned, tagged, written, one fact and its deliveries a batch) against raw COPY.

The peer copies the very same rows, ready in memory, into the same empty tables, in the same batches.
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
        turns = [
            (_seconds(lambda: _import("opportunities", path)), _seconds(lambda: _copy_in(rows))) for _ in range(ROUNDS)
        ]
        ours, raw = (min(seconds) for seconds in zip(*turns, strict=True))
    ratio = raw / ours
    line = {
        "bench": "import_rows", "value": round(ROWS / ours), "unit": "rows/s", "peer": f"raw COPY, {ROWS / raw:.0f} rows/s",
        "ratio": round(ratio, 2), "goal": f">= {GOAL}", "ok": ratio >= GOAL,
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


def _copied_out() -> list[bytes]:
    """The rows as COPY writes them, in batches."""
    from django.db import connection

    from apps.journal.intake import BATCH

    with connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} TO STDOUT") as stream:
        rows = b"".join(stream).splitlines(keepends=True)
    return [b"".join(rows[start : start + BATCH]) for start in range(0, len(rows), BATCH)]


def _copy_in(batches: list[bytes]) -> None:
    from django.db import connection, transaction

    for batch in batches:
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(f"COPY {TABLE} FROM STDIN") as stream:
            stream.write(batch)


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    sys.path[:0] = [str(root / "platform"), str(root)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    from config.runner import servers

    with servers.running():
        import django

        django.setup()
        main()
