"""`manage.py`: a command with the servers that it needs, as the role that it needs."""

import os
import signal
import subprocess
import sys
from types import FrameType

import psycopg

from config.runner import prepared, roles, scratch, servers
from config.runner.places import ROOT, Failure

# They read no rows: names of servers are enough for the settings.
WITHOUT_SERVERS = frozenset(
    {"check", "collectstatic", "compilemessages", "findstatic", "help", "makemessages", "spectacular", "version"}
)
# They change the tables themselves, which only the owner's role may.
AS_OWNER = frozenset(
    {
        "flush",
        "makemigrations",
        "migrate",
        "prepare",
        "prepare_embeddings",
        "restore",
        "sqlflush",
        "sqlmigrate",
        "squashmigrations",
    }
)
# They work on what ships and on the files they are given, and leave the platform's rows alone.
IN_SCRATCH = frozenset({"evaluate"})


class Told(SystemExit):
    """The command was told to end."""


def main(arguments: list[str]) -> None:
    """Run a command line; a failure that a person can mend is one line on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    os.environ.setdefault("LOCK_TIMEOUT", "25s")  # nobody's request waits behind a command: it can be patient
    command = arguments[1] if len(arguments) > 1 else "help"
    try:
        if command.lstrip("-") in WITHOUT_SERVERS or not {"-h", "--help"}.isdisjoint(arguments):
            _without_servers(arguments)
        else:
            _with_servers(command, arguments)
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
    except RuntimeError as error:  # while a class is made, Python 3.11 wraps what a signal raises
        if isinstance(error.__cause__, Told):
            sys.exit(error.__cause__.code)
        raise


def _without_servers(arguments: list[str]) -> None:
    for name, value in (
        ("SECRET_KEY", "unused"),
        ("DATABASE_URL", "postgresql:///unused"),
        ("REDIS_URL", "redis://unused"),
    ):
        os.environ.setdefault(name, value)
    _execute(arguments)


def _with_servers(command: str, arguments: list[str]) -> None:
    signal.signal(signal.SIGTERM, _leave)
    with servers.running() as embedded:
        if command in IN_SCRATCH:
            with scratch.database(_prepared):
                _execute(arguments)
        elif command in AS_OWNER:
            _as_owner(command, arguments)
        else:
            if _unprepared(embedded is not None):
                _prepared({})
            _execute(arguments)


def _as_owner(command: str, arguments: list[str]) -> None:
    """Run a command as the role that owns the tables, and let the application's role use what it made."""
    application = os.environ["DATABASE_URL"]
    owner = os.environ["DATABASE_URL"] = os.environ["OWNER_DATABASE_URL"]
    if command != "prepare_embeddings":  # its table is no migration's
        prepared.forget(owner)
    _execute(arguments)
    roles.grant(owner, application)
    if command == "prepare":
        prepared.note(owner)


def _unprepared(embedded: bool) -> bool:  # noqa: FBT001
    """Whether tables are missing. Servers of the operator's own are migrated when they say so, but for an empty database."""
    try:
        database = psycopg.connect(os.environ["OWNER_DATABASE_URL"])
    except psycopg.OperationalError:
        return False  # the command itself says what it cannot do without
    with database:
        if database.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return True
        done = set(database.execute("SELECT app, name FROM django_migrations").fetchall())
    known = {(path.parts[-3], path.stem) for path in ROOT.glob("apps/*/migrations/0*.py")}
    return embedded and not known <= done


def _prepared(addresses: dict[str, str]) -> None:
    """Prepare a database in a process of its own, since this one's Django knows another role or database."""
    command = [sys.executable, str(ROOT / "manage.py"), "prepare"]
    done = subprocess.run(
        command, check=False, env={**os.environ, **addresses}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode:
        raise Failure(f"The database could not be prepared:\n{done.stdout.decode(errors='replace').rstrip()}")


def _leave(number: int, frame: FrameType | None) -> None:
    """A terminated command still stops the servers that it started."""
    raise Told(128 + number)


def _execute(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - the runner itself needs no Django

    if arguments[1:] == ["prepare"]:
        _prepare()
    else:
        execute_from_command_line(arguments)


def _prepare() -> None:
    """Bring the database to what this version needs: its tables, and the reference data and concepts that ship."""
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference")
    call_command("load_scheme")
