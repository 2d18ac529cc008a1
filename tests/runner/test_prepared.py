"""What the database's own note says: prepared by this version, until something else changes its tables."""

import os

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from config.runner import prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(django_db_setup: None) -> str:
    """The tests' database as its owner sees it."""
    return make_conninfo(os.environ["OWNER_DATABASE_URL"], dbname=connection.settings_dict["NAME"])


def test_a_database_is_prepared_once_for_a_version(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared.forget(owner)  # whatever commands another test ran
    assert not prepared.is_noted(owner)
    prepared.note(owner)
    assert prepared.is_noted(owner)
    monkeypatch.setattr(prepared, "_version", lambda: "prepared by another version")
    assert not prepared.is_noted(owner)
    prepared.forget(owner)


def test_a_command_that_changes_tables_has_it_prepared_again(owner: str) -> None:
    prepared.note(owner)
    prepared.forget(owner)
    assert not prepared.is_noted(owner)


def test_an_empty_database_is_not_prepared(owner: str) -> None:
    empty = make_conninfo(owner, options="-c search_path=pg_temp")
    prepared.note(empty)
    assert not prepared.is_noted(empty)
    with psycopg.connect(owner) as database:
        assert database.execute("SELECT to_regclass('django_migrations')").fetchone() != (None,)
