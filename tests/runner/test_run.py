"""`make run` from outside: says when it is ready, mends itself, finds what a killed one left, stops everything."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config.runner.processes import MARK
from config.runner.servers import Servers

# Long enough for a busy machine to compile the matcher: a run that ends or fails is told at once, not after this.
READY_SECONDS = 900
EVERYTHING = ("platform", "apps", "templates", "locale", "manage.py")


class Run:
    """One `make run`, and the lines that it has printed."""

    def __init__(self, folder: Path, environment: dict[str, str], port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.lines: list[str] = []
        command = [sys.executable, "-m", "config.runner.run"]
        places = {"PYTHONPATH": str(folder / "platform"), "PORT": str(port)}
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment | places, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())

    def wait_for(self, text: str, seconds: float = READY_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not any(text in line for line in self.lines):
            assert self.process.poll() is None, self.lines
            assert time.monotonic() < deadline, self.lines
            time.sleep(0.1)

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """The status with which it ends, once all that it printed has been read."""
        status = self.process.wait(READY_SECONDS)
        self.reader.join(5)
        if self.process.stdout:
            self.process.stdout.close()
        return status


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(clean: dict[str, str], port: int) -> Iterator[Callable[[Path], Run]]:
    runs: list[Run] = []

    def make(folder: Path) -> Run:
        runs.append(Run(folder, clean, port))
        return runs[-1]

    yield make
    for run in runs:
        run.end(signal.SIGTERM)


def _programs(folder: Path) -> dict[int, str]:
    """The processes that a supervisor of the folder has started, by number."""
    found = psutil.process_iter(["environ", "cmdline"])
    mark = str(folder / "var")
    return {
        each.pid: " ".join(each.info["cmdline"] or [])
        for each in found
        if (each.info["environ"] or {}).get(MARK) == mark
    }


def test_the_platform_is_served_survives_what_is_killed_and_leaves_nothing_behind(
    checkout: Callable[..., Path], start: Callable[[Path], Run]
) -> None:
    folder = checkout("хранение 储能", EVERYTHING)
    first = start(folder)
    first.wait_for(f"Ready: {first.address}")
    with urllib.request.urlopen(f"{first.address}/healthz", timeout=10) as answer:
        assert answer.status == 200

    second = start(folder)
    assert second.ended() == 1
    assert second.lines == [f"It runs already: {first.address} (process {first.process.pid})."]

    sweeper = next(number for number, command in _programs(folder).items() if command.endswith("manage.py sweep"))
    os.kill(sweeper, signal.SIGKILL)
    first.wait_for("sweeper was ended by SIGKILL; it starts again")
    broker = Servers(folder / "var").redis
    assert broker
    process = broker.process()
    assert process
    process.kill()
    first.wait_for("Redis ended; starting again")

    before = _programs(folder)
    first.end(signal.SIGKILL)
    third = start(folder)
    third.wait_for("processes that an earlier run had left behind")
    third.wait_for("Ready: ")
    assert not set(before) & set(_programs(folder))

    assert third.end(signal.SIGINT) == 0
    assert third.lines[-1] == "Stopped."
    assert _programs(folder) == {}
    assert Servers(folder / "var").dead() == ["PostgreSQL", "Redis"]
    assert not (folder / "var" / "sockets").is_symlink()


def test_a_port_that_is_taken_is_told_in_one_line(
    checkout: Callable[..., Path], start: Callable[[Path], Run], port: int
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        run = start(checkout("taken"))
        assert run.ended() == 1
    assert run.lines == [f"Port {port} cannot be used here; choose another, for example: make run PORT=8010"]
