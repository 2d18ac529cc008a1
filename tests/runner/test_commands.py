"""Commands on a fresh machine: each makes what it lacks, and `evaluate` works in a database of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.runner import scratch
from config.runner.servers import Servers, running

EVERYTHING = ("platform", "apps", "templates", "locale", "manage.py")
PATIENCE_SECONDS = 900
Manage = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(checkout: Callable[..., Path]) -> Path:
    return checkout("fresh", EVERYTHING)


@pytest.fixture
def manage(folder: Path, clean: dict[str, str]) -> Manage:
    """Runs a command of a checkout that nobody has used."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *map(str, arguments)]
        return subprocess.run(
            command, cwd=folder, env=clean, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )

    return run


@pytest.fixture
def judged(tmp_path: Path) -> list[object]:
    """The arguments of `evaluate search` on one document and one query."""
    documents = [{"id": "a", "title": "Bateria de fluxo", "text": "Bateria de fluxo de vanádio.", "language": "pt"}]
    queries = [{"text": "vanadium flow battery", "language": "en", "relevant": ["a"]}]
    found: list[object] = ["evaluate", "search"]
    for name, rows in (("documents", documents), ("queries", queries)):
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        found += [f"--{name}", path]
    return found


def test_a_first_command_prepares_the_database_and_leaves_no_server_running(
    folder: Path, manage: Manage, judged: list[object]
) -> None:
    done = manage("journal", "verify")
    assert done.returncode == 0, done.stderr
    rows = folder / "rates.csv"
    rows.write_text("date,currency,rate\n2026-11-02,USD,1.1\n")
    done = manage("import_rates", rows)
    assert done.returncode == 0, done.stderr
    assert Servers(folder / "var").dead() == ["PostgreSQL", "Redis"]

    done = manage(*judged)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["all"]["hit@1"] == 1.0


@pytest.fixture
def databases() -> Iterator[Callable[[str], list[str]]]:
    """The names of the tests' server's databases that begin so; templates made here are dropped again."""
    with running("test", durable=False), psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:

        def named(beginning: str) -> list[str]:
            return scratch._named(owner, beginning)

        yield named
        for name in named(scratch.TEMPLATE):
            scratch._drop(owner, name)


@pytest.fixture
def shipping(tmp_path: Path) -> Path:
    """A checkout that ships one seed."""
    seeds = tmp_path / "apps" / "reference" / "seeds"
    seeds.mkdir(parents=True)
    (seeds / "rates.csv").write_text("1")
    return tmp_path


def _prepare(addresses: dict[str, str]) -> None:
    with psycopg.connect(addresses["DATABASE_URL"]) as database:
        database.execute("CREATE TABLE shipped (n int)")


def test_a_scratch_database_is_dropped_even_after_an_error_and_the_platforms_is_untouched(
    databases: Callable[[str], list[str]], shipping: Path
) -> None:
    platform = os.environ["DATABASE_URL"]
    for error in (ValueError, KeyboardInterrupt, SystemExit):
        with pytest.raises(error), scratch.database(_prepare, shipping) as name:  # noqa: PT012 - what is used must fail
            assert databases(scratch.SCRATCH) == [name]
            assert os.environ["DATABASE_URL"] != platform
            with psycopg.connect(os.environ["DATABASE_URL"]) as database:
                database.execute("INSERT INTO shipped VALUES (1)")
            raise error
        assert databases(scratch.SCRATCH) == []
        assert os.environ["DATABASE_URL"] == platform


def test_what_ships_is_prepared_once_until_it_changes(databases: Callable[[str], list[str]], shipping: Path) -> None:
    prepared: list[Any] = []

    def prepare(addresses: dict[str, str]) -> None:
        prepared.append(addresses)
        _prepare(addresses)

    for _ in range(2):
        with scratch.database(prepare, shipping):
            pass
    assert len(prepared) == 1
    (shipping / "apps" / "reference" / "seeds" / "rates.csv").write_text("2")
    with scratch.database(prepare, shipping):
        pass
    assert len(prepared) == 2
    assert len(databases(scratch.TEMPLATE)) == 1


def test_a_failed_preparation_leaves_no_half_made_database(
    databases: Callable[[str], list[str]], shipping: Path
) -> None:
    def fail(addresses: dict[str, str]) -> None:
        raise ValueError

    with pytest.raises(ValueError), scratch.database(fail, shipping):  # noqa: PT011 - raised above
        pass
    assert databases(scratch.TEMPLATE) == databases(scratch.SCRATCH) == []


def test_a_scratch_database_left_by_a_killed_command_is_dropped_by_the_next_and_one_in_use_is_not(
    databases: Callable[[str], list[str]], shipping: Path
) -> None:
    with psycopg.connect(os.environ["OWNER_DATABASE_URL"], autocommit=True) as owner:
        for name in ("left", "used"):
            owner.execute(f"CREATE DATABASE {scratch.SCRATCH}{name}".encode())
        used = psycopg.connect(
            scratch._addresses(os.environ["OWNER_DATABASE_URL"], f"{scratch.SCRATCH}used")["DATABASE_URL"]
        )
        with used, scratch.database(_prepare, shipping) as name:
            assert set(databases(scratch.SCRATCH)) == {name, f"{scratch.SCRATCH}used"}
        scratch._drop(owner, f"{scratch.SCRATCH}used")


@contextmanager
def running_at(folder: Path) -> Iterator[psycopg.Connection[Any]]:
    """The owner of the databases of a checkout's servers."""
    (folder / "var").mkdir(mode=0o711, exist_ok=True)
    servers = Servers(folder / "var")
    owner = servers.enter()["OWNER_DATABASE_URL"]
    try:
        with closing(psycopg.connect(owner, autocommit=True)) as connection:
            yield connection
    finally:
        servers.leave()


def test_a_command_that_is_told_to_end_drops_its_database(
    folder: Path, clean: dict[str, str], judged: list[object]
) -> None:
    pipe = folder / "queries.jsonl"
    os.mkfifo(pipe)  # the command waits for questions that never come
    arguments = [*map(str, judged[:-1]), str(pipe)]
    process = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=folder, env=clean)
    with running_at(folder) as owner:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not scratch._named(owner, scratch.SCRATCH):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
        assert scratch._named(owner, scratch.SCRATCH) == []
