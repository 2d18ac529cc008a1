"""A whole platform on servers of its own, whose processes can be killed, stopped and misled one by one."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from config.runner.servers import Servers

ROOT = Path(__file__).resolve().parents[2]
STAGE = Path(__file__).resolve().parent / "stage"
WHOLE = os.environ.get("FAULTS") == "whole"
MEMORY = 1_500_000_000


def times(count: int) -> int:
    """So many under `make faults`, a tenth of it under `make test`."""
    return count if WHOLE else max(1, count // 10)


def wait_for(condition: Callable[[], bool], seconds: float = 90, what: str = "it") -> None:
    """Return soon after the condition holds; fail when it does not in time. Asking ever more seldom leaves time to work."""
    deadline, pause = time.monotonic() + seconds, 0.05
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(pause)
        pause = min(0.4, pause * 1.1)


@dataclass
class Machinery:
    """Servers, the processes started on them, and questions about what they left in the database."""

    folder: Path
    servers: Servers
    addresses: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: dict[int, tuple[tuple[str, ...], dict[str, Any]]] = field(default_factory=dict)
    number: int = 0

    def environment(self, **more: str) -> dict[str, str]:
        mail = self.folder / "mail"
        mail.mkdir(exist_ok=True)
        path = os.pathsep.join(map(str, (STAGE, ROOT / "platform", ROOT)))
        own = {
            "DJANGO_SETTINGS_MODULE": "fault_settings",
            "PYTHONPATH": path,
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
        }
        return (
            os.environ
            | self.addresses
            | own
            | {"MAIL_FOLDER": str(mail), "VAR_DIR": str(self.folder), "SECRET_KEY": "faults"}
            | more
        )

    def start(self, *command: str, limited: bool = False, **more: str) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own, with its log in the folder; `limited` in memory as a container is."""
        self.number += 1
        with self.log(self.number).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE if "clerk.py" in command[0] else log,
                stderr=log, env=self.environment(**more), cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        self.started[process.pid] = command, {"limited": limited, **more}
        if limited:
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
        return process

    def log(self, number: int) -> Path:
        return self.folder / f"{number}.log"

    def logs(self) -> str:
        return "\n".join(self.log(number).read_text(errors="replace") for number in range(1, self.number + 1))

    def worker(self, *, children: int = 1, wait: bool = True, **more: Any) -> subprocess.Popen[bytes]:
        """A Celery worker for every queue; COLD spares one that scores nothing from compiling the kernel."""
        number = self.number + 1
        command = (
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "-n",
            f"w{number}@%h",
            "--loglevel",
            "INFO",
            "--without-gossip",
            "--without-mingle",
        )
        process = self.start(
            *command, "-Q", "default,notices,indexing,matching", "--concurrency", str(children), **more
        )
        if wait:
            wait_for(lambda: " ready." in self.log(number).read_text(errors="replace"), what=f"worker {number}")
        return process

    def sweeper(self) -> subprocess.Popen[bytes]:
        """The sweeper, in short rounds: it hints again what it hinted a second ago."""
        return self.start(str(ROOT / "manage.py"), "sweep", "--every", "0.3", "--grace", "0.5", "--repeat", "1")

    def web(self) -> "Web":
        """The web server."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.start(
            "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1", "config.wsgi:application"
        )
        web = Web(f"http://127.0.0.1:{port}")
        wait_for(lambda: web.call("GET", "/healthz", "").status == 200, what="the web server")
        return web

    def clerk(self) -> "Clerk":
        return Clerk(self.start(str(STAGE / "clerk.py")))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and all its children at once."""
        self.signal(process, signal.SIGKILL)
        process.wait()

    def signal(self, process: subprocess.Popen[bytes], number: signal.Signals) -> None:
        if process.poll() is None:
            os.killpg(process.pid, number)

    def watch(self) -> None:
        """Start again what ended by itself, as the supervisor does: a worker may end with a broker that was lost."""
        for process in [one for one in self.processes if (one.poll() or 0) > 0]:
            self.processes.remove(process)
            if process.stdin:
                process.stdin.close()
            command, more = self.started[process.pid]
            self.start(*command, **more)

    def end_all(self) -> None:
        for process in self.processes:
            self.signal(process, signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
        self.processes.clear()

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of the platform's database; none for a statement that gives none."""
        with psycopg.connect(self.addresses["OWNER_DATABASE_URL"]) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def one(self, statement: str, *values: Any) -> Any:
        return self.ask(statement, *values)[0][0]

    def unfinished(self) -> int:
        return int(self.one("SELECT count(*) FROM journal_delivery WHERE state NOT IN ('done', 'dead')"))

    def let_time_pass(self) -> None:
        """What waits for its next attempt is due: the pauses between attempts are minutes."""
        due = "available_at = now() - interval '1 minute', hinted_at = NULL"
        self.ask(f"UPDATE journal_delivery SET {due} WHERE state = 'queued' AND available_at > now()")

    def check_every_fact_was_worked_on_once(self, facts: Iterable[int]) -> None:
        """Nothing lost, nothing doubled."""
        wanted = sorted(facts)
        traced = "SELECT d.fact_id FROM fault_trace t JOIN journal_delivery d ON d.id = t.delivery_id WHERE d.fact_id = ANY(%s) ORDER BY 1"
        assert [row[0] for row in self.ask(traced, wanted)] == wanted
        assert self.one("SELECT count(*) FROM journal_fact WHERE id = ANY(%s)", wanted) == len(wanted)
        assert not self.ask(
            "SELECT id, handler, error FROM journal_delivery WHERE state <> 'done' AND fact_id = ANY(%s)", wanted
        )

    def stop_redis(self, *, wipe: bool = False) -> None:
        """Redis ends at once; `wipe` loses all that it held."""
        assert self.servers.redis
        process = self.servers.redis.process()
        assert process
        process.kill()
        wait_for(lambda: not process.is_running() or process.status() == "zombie", what="the end of Redis")
        if wipe:
            for kept in self.servers.redis.folder.glob("append*"):
                shutil.rmtree(kept) if kept.is_dir() else kept.unlink()

    def restart(self) -> None:
        """Start the servers that do not run."""
        self.servers.start()


class Clerk:
    """Records facts; what it answers was committed."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def tell(self, *command: Any) -> Any:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@dataclass(frozen=True)
class Answer:
    """Status 0 where no answer came in time."""

    status: int
    body: dict[str, Any]


class Web:
    """Calls the API over HTTP."""

    def __init__(self, address: str) -> None:
        self.address = address

    def call(self, method: str, path: str, key: str, body: Any = None, version: int = 0) -> Answer:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | (
            {"If-Match": str(version)} if version else {}
        )
        request = urllib.request.Request(
            self.address + path, json.dumps(body).encode() if body is not None else None, headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                text = answer.read()
                told = json.loads(text) if "json" in answer.headers["Content-Type"] else {}
                return Answer(answer.status, told)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, {})
        except OSError:
            return Answer(0, {})
