"""Databases for what must not touch the platform's: prepared with what ships, used once, and dropped."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.runner.places import ROOT, Failure

SHIPPED = ("apps/*/migrations/*.py", "apps/reference/seeds/*", "apps/taxonomy/scheme/*", "requirements.txt")
TEMPLATE, SCRATCH = "voltbridge_template_", "voltbridge_scratch_"
_ONE_AT_A_TIME = 0x5C8A
Prepare = Callable[[dict[str, str]], None]


@contextmanager
def database(prepare: Prepare, root: Path = ROOT) -> Iterator[str]:
    """A prepared database of one's own, named to the environment as the only one; dropped whatever happens within."""
    owner = os.environ["OWNER_DATABASE_URL"]
    before = {name: os.environ[name] for name in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    with closing(psycopg.connect(owner, autocommit=True)) as control:
        name = f"{SCRATCH}{os.getpid()}"
        try:
            with closing(_make(control, name, owner, prepare, root)):
                os.environ |= _addresses(owner, name)
                yield name
        finally:
            os.environ |= before
            _drop(control, name)


def _make(
    control: psycopg.Connection[Any], name: str, owner: str, prepare: Prepare, root: Path
) -> psycopg.Connection[Any]:
    """Copy the template; returns a connection that shows others that the copy is in use."""
    control.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
    try:
        template = _template(control, owner, prepare, root)
        for left in _named(control, SCRATCH):
            if not control.execute("SELECT 1 FROM pg_stat_activity WHERE datname = %s", [left]).fetchone():
                _drop(control, left)  # by a command that was killed with -9
        control.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(_id(name), _id(template)))
        return psycopg.connect(_addresses(owner, name)["DATABASE_URL"])
    finally:
        control.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])


def _template(control: psycopg.Connection[Any], owner: str, prepare: Prepare, root: Path) -> str:
    """The database that holds what this version ships, made when it is first asked for; those of others are dropped."""
    name = TEMPLATE + _stamp(root)
    known = _named(control, TEMPLATE)
    if name in known:
        return name
    for other in known:
        _drop(control, other)
    unfinished = f"{TEMPLATE}unfinished"
    try:
        control.execute(sql.SQL("CREATE DATABASE {}").format(_id(unfinished)))
    except psycopg.errors.InsufficientPrivilege:
        raise Failure("The role of OWNER_DATABASE_URL may not create databases, which this command needs.") from None
    try:
        prepare(_addresses(owner, unfinished))
        control.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(_id(unfinished), _id(name)))
    except BaseException:
        _drop(control, unfinished)
        raise
    return name


def _stamp(root: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SHIPPED for path in root.glob(pattern) if path.is_file()):
        digest.update(f"{path.relative_to(root)} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _named(control: psycopg.Connection[Any], beginning: str) -> list[str]:
    rows = control.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning])
    return [name for (name,) in rows.fetchall()]


def _drop(control: psycopg.Connection[Any], name: str) -> None:
    control.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_id(name)))


def _addresses(owner: str, name: str) -> dict[str, str]:
    address = make_conninfo("", **(conninfo_to_dict(owner) | {"dbname": name}))
    return {"DATABASE_URL": address, "OWNER_DATABASE_URL": address}


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name)
