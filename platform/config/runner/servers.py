"""PostgreSQL and Redis for whoever needs them: those the environment names, those that run, else embedded ones."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.runner import places
from config.runner.broker import Redis
from config.runner.places import Account
from config.runner.postgres import APPLICATION, OWNER, Postgres


class Servers:
    """The embedded servers of one folder; they run as long as anybody uses them, and the last to leave stops them.

    Using is a shared lock on a file, which the kernel lets go of when a user is killed: nobody has to count.
    """

    def __init__(self, place: Path, *, database: bool = True, broker: bool = True, durable: bool = True) -> None:
        self.place, self.account = place, Account.unprivileged()
        self.postgres = Postgres(place, self.account, durable=durable) if database else None
        self.redis = Redis(place, self.account) if broker else None
        self.used: IO[str] | None = None

    def enter(self) -> dict[str, str]:
        """Start what does not run yet, count as a user, and return the addresses."""
        with self._gate():
            addresses = self.start()
            self.used = (self.place / "users.lock").open("w")
            fcntl.flock(self.used, fcntl.LOCK_SH)
        return addresses

    def leave(self) -> None:
        """Stop the servers unless somebody else uses them."""
        with self._gate():
            if self.used:
                self.used.close()
            with (self.place / "users.lock").open("w") as users:
                if _alone(users):
                    self.stop()

    def start(self) -> dict[str, str]:
        """Start what does not run; returns the addresses as the environment names them."""
        sockets = places.sockets(self.place, self.account)
        if sockets is None:
            self.stop()  # what still runs there cannot be reached
            sockets = places.make_sockets(self.place, self.account)
        addresses = {}
        if self.postgres:
            self.postgres.start(sockets)
            addresses["DATABASE_URL"] = self.postgres.url(sockets, APPLICATION)
            addresses["OWNER_DATABASE_URL"] = self.postgres.url(sockets, OWNER)
        if self.redis:
            self.redis.start(sockets)
            addresses["REDIS_URL"] = self.redis.url(sockets)
        return addresses

    def stop(self) -> None:
        for server in self._servers():
            server.stop()
        places.forget_sockets(self.place)

    def dead(self) -> list[str]:
        """The names of the servers that do not run."""
        return [server.name for server in self._servers() if not server.process()]

    def names(self) -> str:
        return " and ".join(server.name for server in self._servers())

    def _servers(self) -> list[Postgres | Redis]:
        return [server for server in (self.postgres, self.redis) if server]

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """One at a time starts or stops."""
        with (self.place / "gate.lock").open("w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# Settings that name what changes, all in the same folder as the data.
_FILES = {"VAR_DIR": "", "SNAPSHOT_DIR": "snapshots", "IMPORT_DIR": "imports", "BEAT_SCHEDULE": "beat"}


@contextmanager
def running(name: str = "", *, durable: bool = True) -> Iterator[Servers | None]:
    """Fill the environment with addresses and secrets; servers that had to be started are stopped again.

    `name` asks for a set of servers apart from the platform's own, such as the tests'.
    """
    before = dict(os.environ)
    servers = _embedded(name, durable=durable)
    try:
        os.environ.update(servers.enter() if servers else {})
        os.environ.setdefault("OWNER_DATABASE_URL", os.environ["DATABASE_URL"])
        yield servers
    finally:
        if servers:
            servers.leave()
        os.environ.clear()
        os.environ.update(before)


def _embedded(name: str, *, durable: bool) -> Servers | None:
    """The embedded servers that this environment lacks; where it names all, nothing is made and nothing touched."""
    missing = {"SECRET_KEY", "DATABASE_URL", "REDIS_URL"} - set(os.environ)
    if not missing:
        return None
    home = places.home()
    os.environ.setdefault("SECRET_KEY", places.secret(home / "secret.key"))
    for setting, file in _FILES.items():
        os.environ.setdefault(setting, str(home / name / file))
    database, broker = "DATABASE_URL" in missing, "REDIS_URL" in missing
    if not database and not broker:
        return None
    place = places.data(home / name, Account.unprivileged())
    return Servers(place, database=database, broker=broker, durable=durable)
