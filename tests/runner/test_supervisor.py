"""The supervisor: what crashes comes back, what does not start is told, what it started ends with it."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from config.runner.places import Failure
from config.runner.processes import Program, Supervisor, stop_orphans

PATIENT = "print('up', flush=True); import time; time.sleep(60)"
# Ends only by force, and has a child that would outlive it.
STUBBORN = f"""
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
{PATIENT}
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr("config.runner.processes.GRACE_SECONDS", 0.5)
    made = Supervisor(tmp_path, {}, said.append)
    yield made
    made.stop()


def _program(name: str, text: str) -> Program:
    return Program(name, [sys.executable, "-c", text], lambda log: "up\n" in log)


def _wait_for(condition: Callable[[], object], supervisor: Supervisor) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        supervisor.watch()
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_program_that_crashes_is_reported_and_started_again(supervisor: Supervisor, said: list[str]) -> None:
    program = _program("worker", PATIENT)
    supervisor.start(program)
    supervisor.wait_until_ready()
    first = program.process
    assert first
    first.kill()
    _wait_for(lambda: program.process is not first, supervisor)
    supervisor.wait_until_ready()
    assert said[0].startswith("worker was ended by SIGKILL; it starts again in 1 s")


def test_the_pause_before_the_next_start_doubles(supervisor: Supervisor, said: list[str]) -> None:
    supervisor.start(_program("web", "raise SystemExit(3)"))
    _wait_for(lambda: len(said) == 3, supervisor)
    assert [line.split(" (")[0] for line in said] == [
        f"web ended with status 3; it starts again in {pause} s" for pause in (1, 2, 4)
    ]


def test_a_program_that_cannot_start_is_told_with_the_end_of_its_log(supervisor: Supervisor) -> None:
    supervisor.start(_program("web", "raise SystemExit('no such setting')"))
    with pytest.raises(Failure, match="web did not start:\nno such setting"):
        supervisor.wait_until_ready()


def test_a_command_that_fails_is_told_with_the_end_of_its_log(supervisor: Supervisor) -> None:
    with pytest.raises(Failure, match="prepare failed:\nno such table"):
        supervisor.run("prepare", [sys.executable, "-c", "raise SystemExit('no such table')"])
    assert supervisor.run("prepare", [sys.executable, "-c", "print('done')"]) == "done\n"


def test_progress_of_a_command_is_told_while_it_runs(supervisor: Supervisor, said: list[str]) -> None:
    text = "import sys, time; print('3 left ...\\nnoise', file=sys.stderr, flush=True); time.sleep(1.5)"
    supervisor.run("load", [sys.executable, "-c", text])
    assert said == ["  3 left ..."]


def test_what_does_not_end_when_asked_is_killed_with_its_children(supervisor: Supervisor) -> None:
    program = _program("worker", STUBBORN)
    supervisor.start(program)
    supervisor.wait_until_ready()
    child = psutil.Process(int((supervisor.folder / "log" / "worker.log").read_text().split()[0]))
    supervisor.stop()
    assert program.ended() == -9
    assert psutil.wait_procs([child], timeout=5)[1] == []


def test_the_next_supervisor_stops_what_a_killed_one_left_behind(supervisor: Supervisor) -> None:
    program = _program("worker", STUBBORN)
    supervisor.start(program)
    supervisor.wait_until_ready()
    assert stop_orphans(supervisor.folder / "another") == 0
    assert stop_orphans(supervisor.folder) == 2
    assert program.ended() is not None
