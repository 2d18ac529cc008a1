"""The supervisor: starts the platform's processes, waits for each, starts again what crashed, stops them all."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from config.runner.places import Failure, end
from config.runner.servers import Servers

# Every process carries this mark in its environment, so that the next supervisor finds what a killed one left behind.
MARK = "VOLTBRIDGE_SUPERVISED"
START_SECONDS = 600.0  # a busy machine compiles the matcher for minutes; a program that ends is told at once
GRACE_SECONDS = 15
WATCH_SECONDS = 0.5
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0


@dataclass
class Program:
    """One process that runs for as long as the supervisor does; `ready` reads what it has logged since its start."""

    name: str
    command: list[str]
    ready: Callable[[str], bool]
    process: subprocess.Popen[bytes] | None = None
    log_start: int = 0
    started: float = 0.0
    pause: float = 0.0
    again_at: float | None = None

    def ended(self) -> int | None:
        return self.process.poll() if self.process else None


@dataclass(frozen=True)
class Command:
    """A process that does one thing and ends."""

    name: str
    process: subprocess.Popen[bytes]


@dataclass
class Supervisor:
    """The platform's programs, with their logs in one folder; `say` reports to the person who watches."""

    folder: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    servers: Servers | None = None
    programs: list[Program] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)

    def start(self, program: Program) -> None:
        """Start a program; its log begins anew with the supervisor, not with a restart."""
        if program not in self.programs:
            self.programs.append(program)
            self._log(program.name).parent.mkdir(exist_ok=True)
            self._log(program.name).write_bytes(b"")
        with self._log(program.name).open("ab") as output:
            program.log_start, program.started, program.again_at = output.tell(), time.monotonic(), None
            program.process = self._popen(program.command, output.fileno(), subprocess.STDOUT)

    def run(self, name: str, command: list[str]) -> str:
        """Run a command to its end; returns what it printed on standard output."""
        return self.finish(self.begin(name, command))

    def begin(self, name: str, command: list[str]) -> Command:
        """Start a command that prints little."""
        log = self._log(name)
        log.parent.mkdir(exist_ok=True)
        with log.open("wb") as errors:
            made = Command(name, self._popen(command, subprocess.PIPE, errors.fileno()))
        self.commands.append(made)
        return made

    def finish(self, command: Command) -> str:
        """Wait for a command's end, watching the programs meanwhile; returns what it printed.

        A line of its log that ends in three dots is progress, and told.
        """
        log = self._log(command.name)
        printed = self._communicate(command.process, log)
        if command.process.returncode:
            raise Failure(f"{command.name} failed:\n{_tail(log.read_text(errors='replace'))}\nThe whole of it: {log}")
        return printed

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when every program is ready; raise when one ends or takes too long."""
        deadline = time.monotonic() + seconds
        waiting = list(self.programs)
        while waiting:
            for program in list(waiting):
                if program.ready(self._logged(program)):
                    waiting.remove(program)
                elif program.ended() is not None or time.monotonic() > deadline:
                    log = self._log(program.name)
                    raise Failure(
                        f"{program.name} did not start:\n{_tail(self._logged(program))}\nThe whole of it: {log}"
                    )
            time.sleep(0.05)

    def watch(self) -> None:
        """One look at everything: report what ended, start it again after a pause that doubles."""
        if self.servers and (dead := self.servers.dead()):
            self.say(f"{' and '.join(dead)} ended; starting again")
            self.servers.start()
        for program in self.programs:
            if program.again_at is None and program.ended() is not None:
                self._plan_restart(program)
            elif program.again_at is not None and time.monotonic() >= program.again_at:
                self.start(program)

    def stop(self) -> None:
        """Ask every program to end; what has not after the grace is killed with all its children, commands at once."""
        for command in self.commands:
            if command.process.poll() is None:
                _kill_group(command.process.pid)
                command.process.communicate()
        processes = [program.process for program in self.programs if program.process]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            _kill_group(process.pid)
            process.wait()

    def _communicate(self, process: subprocess.Popen[bytes], log: Path) -> str:
        with log.open(errors="replace") as lines:
            while True:
                try:
                    return process.communicate(timeout=WATCH_SECONDS)[0].decode()
                except subprocess.TimeoutExpired:
                    self.watch()
                for line in lines:
                    if line.endswith("...\n"):
                        self.say(f"  {line.rstrip()}")

    def _plan_restart(self, program: Program) -> None:
        if program.process:
            _kill_group(program.process.pid)  # its children must not outlive it
        steady = time.monotonic() - program.started > STEADY_SECONDS
        program.pause = 1.0 if steady or not program.pause else min(program.pause * 2, LONGEST_PAUSE)
        program.again_at = time.monotonic() + program.pause
        status = program.ended() or 0
        how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        self.say(f"{program.name} {how}; it starts again in {program.pause:.0f} s (see {self._log(program.name)})")

    def _popen(self, command: list[str], output: int, errors: int) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own. It keeps the servers in use even when it loses its supervisor."""
        used = self.servers.used if self.servers else None
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            env={**self.environment, MARK: str(self.folder)},
            pass_fds=(used.fileno(),) if used else (),
            start_new_session=True,
        )

    def _log(self, name: str) -> Path:
        return self.folder / "log" / f"{name}.log"

    def _logged(self, program: Program) -> str:
        with self._log(program.name).open("rb") as log:
            log.seek(program.log_start)
            return log.read().decode(errors="replace")


def stop_orphans(folder: Path) -> int:
    """Stop what a killed supervisor of this folder left running; returns how many processes that were."""
    mark = str(folder)
    found = psutil.process_iter(["environ"])
    orphans = [
        process for process in found if (process.info["environ"] or {}).get(MARK) == mark and process.pid != os.getpid()
    ]
    end(orphans, GRACE_SECONDS)
    return len(orphans)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _tail(text: str, lines: int = 15) -> str:
    return "\n".join(text.rstrip().splitlines()[-lines:])
