"""The page of results under 20 requests a second, and how soon a publication is found: on the platform's own processes.

They are the web server and the worker that `make run` starts, on 100,000 listings in ten scripts. Requests begin when
their time has come, whether or not those before them are answered; a late one counts from when it was due.
"""

import contextlib
import json
import os
import socket
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

from psycopg.conninfo import make_conninfo

from bench.search import Corpus, indexed_a_second, publish, scratch_database

LISTINGS, SECONDS, A_SECOND, PUBLISHED = int(os.environ.get("LISTINGS", "100000")), 30, 20, 20
GOAL_MS, GOAL_SECONDS = 150.0, 2.0


@contextlib.contextmanager
def platform() -> Iterator[str]:
    """The web server and the worker on the bench's database; yields the site's address."""
    from django.db import connection

    from config.runner import run
    from config.runner.processes import Supervisor

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    database = make_conninfo(os.environ["OWNER_DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.local", "DATABASE_URL": database}
    with tempfile.TemporaryDirectory(prefix="voltbridge-page-") as folder:
        supervisor = Supervisor(Path(folder), os.environ | settings, print)
        try:
            for program in run.programs(port):
                if program.name in ("web", "worker"):
                    supervisor.start(program)
            supervisor.wait_until_ready()
            yield f"http://127.0.0.1:{port}"
        finally:
            supervisor.stop()


def milliseconds(site: str, corpus: Corpus, requests: int) -> list[float]:
    """How long each page takes from when it was due to its last byte."""
    questions = [corpus.question() for _ in range(requests)]
    addresses = [f"{site}/en/search/?{urlencode({'q': text} | filters)}" for text, filters in questions]
    begin = time.perf_counter()

    def ask(number: int) -> float:
        due = begin + number / A_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        with contextlib.suppress(TimeoutError), urllib.request.urlopen(addresses[number], timeout=60) as answer:
            answer.read()  # one that never comes counts as the minute that it was waited for
        return (time.perf_counter() - due) * 1000

    with ThreadPoolExecutor(64) as pool:
        return list(pool.map(ask, range(requests)))


def findable(corpus: Corpus) -> float:
    """Seconds from publishing a listing until a search has it."""
    from apps.enterprises.models import Enterprise
    from apps.opportunities import services
    from apps.search import filters, questions, selectors

    listing = corpus.listing(0) | {"title": f"Extruder vb{corpus.chance.getrandbits(48)}", "language": "en"}
    listing.pop("published_at")
    enterprise = Enterprise.objects.get()
    opportunity = services.create(enterprise=enterprise, project=None, values=listing, actor=None)
    question, wanted = questions.parse(f'"{listing["title"]}"', "en"), filters.Filters({"kind": ("opportunity",)})
    begin = time.perf_counter()
    services.move(opportunity=opportunity, name="vouch", actor=None)
    while not selectors.search(question, wanted).results:
        if time.perf_counter() - begin > 60:
            raise SystemExit("a publication was not found for a minute")
        time.sleep(0.01)
    return time.perf_counter() - begin


def main() -> None:
    """Print lines for the page at the median and the 95th percentile, and for the slowest publication."""
    with scratch_database():
        from django.db import connection

        corpus = Corpus()
        indexed_a_second(publish(corpus, range(LISTINGS)))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        with platform() as site:
            milliseconds(site, Corpus(seed=2), 5 * A_SECOND)  # both processes of the server read what they keep
            taken = milliseconds(site, Corpus(seed=3), SECONDS * A_SECOND)
            soonest = [findable(corpus) for _ in range(PUBLISHED)]
    unit = f"ms a page at {A_SECOND} requests/s on {LISTINGS} listings"
    _print("page_p50", statistics.median(taken), unit, None)
    _print("page_p95", statistics.quantiles(taken, n=20)[-1], unit, GOAL_MS)
    _print("findable", max(soonest), f"s until a publication is found, the slowest of {PUBLISHED}", GOAL_SECONDS)


def _print(bench: str, value: float, unit: str, goal: float | None) -> None:
    line = {"bench": bench, "value": round(value, 2), "unit": unit, "peer": None, "ratio": None}
    judged = {"goal": f"<= {goal:g}", "ok": value <= goal} if goal else {"goal": None, "ok": None}
    print(json.dumps(line | judged), flush=True)


if __name__ == "__main__":
    main()
