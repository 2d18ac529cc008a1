"""`make run`: the whole platform on one machine, from an empty folder to a served site."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from config.runner import places, prepared, servers
from config.runner.places import ROOT, Failure
from config.runner.processes import WATCH_SECONDS, Program, Supervisor, stop_orphans


def main() -> None:
    """Bring the platform up and keep it up until Ctrl-C or SIGTERM."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        _run(os.environ.get("PORT", "8000"))
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        say("Stopped.")


def say(line: str) -> None:
    """Tell the person who watches; that nobody does any more is no reason to stop half-way."""
    with contextlib.suppress(OSError):
        print(line, flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    """One signal is enough: while everything is being stopped, more of them change nothing."""
    for more in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(more, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run(port: str) -> None:
    home = places.home()
    with _only_one(home, port):
        if left := stop_orphans(home):
            say(f"Stopped {left} processes that an earlier run had left behind.")
        _check_port(port)
        with servers.running() as embedded:
            say(_where(home, embedded))
            supervisor = Supervisor(home, _environment(home, port), say, embedded)
            try:
                accounts = _set_up(supervisor, port)
                say(f"Ready: http://127.0.0.1:{port}")
                say(accounts)
                _watch(supervisor)
            finally:
                say("Stopping ...")
                supervisor.stop()


def _set_up(supervisor: Supervisor, port: str) -> str:
    """Migrate, start every program, load the demonstration meanwhile; returns what it says of its accounts."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    if not prepared.is_noted(os.environ["OWNER_DATABASE_URL"]):
        say("Migrating the database ...")
        supervisor.run("prepare", [*manage, "prepare"])
    if os.environ.get("EMBEDDINGS_DIR"):
        supervisor.run("prepare_embeddings", [*manage, "prepare_embeddings"])
    say("Starting the web server, the workers, the sweeper and the schedule ...")
    for program in programs(port):
        supervisor.start(program)
    loading = supervisor.begin("load_demonstration", [*manage, "load_demonstration"])
    supervisor.wait_until_ready()
    say("Loading the demonstration data and computing the matches ...")
    return supervisor.finish(loading).rstrip()


def programs(port: str) -> list[Program]:
    """The platform's processes; docker-compose.yml runs the same ones, each in a container of its own."""
    celery = [sys.executable, "-m", "celery", "-A", "config"]
    worker = [*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    web = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        port,
        "--workers",
        "2",
    ]
    queues = "indexing,notices,default"
    # The first and last steps of a full run take as long as they take: they renew their leases.
    matching = [
        "-n",
        "matching@%h",
        "-Q",
        "matching",
        "--concurrency",
        "2",
        "--time-limit",
        "1800",
        "--soft-time-limit",
        "1700",
    ]
    # A queue of its own, so that nothing else waits for a translation server that takes its time.
    translator = [*worker, "-n", "translator@%h", "-Q", "translations", "--concurrency", "1"]
    translating = [Program("translator", translator, _worker_ready)] if os.environ.get("TRANSLATION_URL") else []
    return [
        Program("web", [*web, "config.wsgi:application"], lambda _: _healthy(port)),
        Program("matching", [*worker, *matching], _worker_ready),
        Program("worker", [*worker, "-n", "worker@%h", "-Q", queues, "--concurrency", "1"], _worker_ready),
        *translating,
        Program("sweeper", [sys.executable, str(ROOT / "manage.py"), "sweep"], lambda _: True),
        Program("schedule", [*celery, "beat", "--loglevel", "INFO"], lambda log: "beat: Starting" in log),
        *_encoding(),
    ]


def _encoding() -> list[Program]:
    """What gives listings their vectors: a process of its own, since an encoder may take gigabytes."""
    if not os.environ.get("EMBEDDINGS_DIR"):
        return []
    return [Program("embed", [sys.executable, str(ROOT / "manage.py"), "embed", "--follow"], lambda _: True)]


def _worker_ready(log: str) -> bool:
    return " ready." in log


def _watch(supervisor: Supervisor) -> None:
    """Watch until a signal comes, or until the `make` that started this has gone."""
    parent = os.getppid()
    while "STOP_WITH_PARENT" not in os.environ or os.getppid() == parent:
        supervisor.watch()
        time.sleep(WATCH_SECONDS)


def _environment(home: Path, port: str) -> dict[str, str]:
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings.local",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "platform"), str(ROOT)]),
        "PYTHONUTF8": "1",
        "SITE_URL": f"http://127.0.0.1:{port}",
    }
    return {**os.environ, **settings}


@contextlib.contextmanager
def _only_one(home: Path, port: str) -> Iterator[None]:
    """A lock that the kernel lets go of when its holder dies; what it says is for whoever comes second."""
    with (home / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            other = json.loads(lock.read() or '{"process": "another", "port": "?"}')
            raise Failure(f"It runs already: http://127.0.0.1:{other['port']} (process {other['process']}).") from None
        lock.truncate(0)
        lock.write(json.dumps({"process": os.getpid(), "port": port}))
        lock.flush()
        yield


def _check_port(port: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except (OSError, ValueError, OverflowError):
            raise Failure(f"Port {port} cannot be used here; choose another, for example: make run PORT=8010") from None


def _where(home: Path, embedded: servers.Servers | None) -> str:
    if not embedded:
        return "Using the PostgreSQL and Redis that DATABASE_URL and REDIS_URL name."
    elsewhere = "" if embedded.place == home else f"; everything else is in {home}"
    return f"{embedded.names()} run with their data in {embedded.place}{elsewhere}."


def _healthy(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
