"""Whether the database is what this version needs: a note that lies with its table of migrations says for which files."""

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

from config.runner.places import ROOT

_PARTS = ("apps", "platform", "requirements.txt")


def is_noted(owner_url: str) -> bool:
    """Whether this very version has prepared the database, and nobody has changed its tables by command since."""
    with psycopg.connect(owner_url) as connection:
        found = connection.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')").fetchone()
    return found == (_version(),)


def note(owner_url: str) -> None:
    """Say that it was prepared by this version."""
    _write(owner_url, sql.Literal(_version()))


def forget(owner_url: str) -> None:
    """Prepare again at the next start."""
    _write(owner_url, sql.NULL)


def _write(owner_url: str, text: sql.Composable) -> None:
    with psycopg.connect(owner_url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() != (None,):
            connection.execute(sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(text))


def _version() -> str:
    """A digest of the code and of everything that it loads."""
    found = (ROOT / part for part in _PARTS)
    files = sorted(file for part in found for file in ([part] if part.is_file() else part.rglob("*")))
    digest = hashlib.sha256()
    for file in files:
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(_contents(file))
    return f"prepared by {digest.hexdigest()}"


def _contents(file: Path) -> bytes:
    return f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode() + file.read_bytes()
