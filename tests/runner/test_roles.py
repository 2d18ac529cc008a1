"""The application's role: what it may do after a migration, and what nobody but the owner may."""

import os

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from config.runner import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(django_db_setup: None) -> str:
    """The tests' database as the application's role sees it."""
    database = connection.settings_dict["NAME"]
    owner, application = (
        make_conninfo(os.environ[name], dbname=database) for name in ("OWNER_DATABASE_URL", "DATABASE_URL")
    )
    roles.grant(owner, application)
    roles.grant(owner, application)
    return application


def test_the_application_writes_what_it_works_with(application: str) -> None:
    with psycopg.connect(application) as database:
        database.execute("INSERT INTO journal_heartbeat (name) VALUES ('roles')")
        database.execute("UPDATE journal_heartbeat SET at = now() WHERE name = 'roles'")
        database.execute(
            "INSERT INTO journal_fact (kind, subject, subject_ids, payload) VALUES ('a.b', 'a', '{1}', '{}')"
        )
        assert database.execute("DELETE FROM journal_heartbeat WHERE name = 'roles'").rowcount == 1
        database.rollback()


@pytest.mark.parametrize("table", roles.APPEND_ONLY)
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "DROP TABLE {}"]
)
def test_the_application_changes_nothing_that_the_journal_holds(application: str, table: str, statement: str) -> None:
    with psycopg.connect(application) as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute(statement.format(table).encode())


def test_the_application_makes_no_tables(application: str) -> None:
    with psycopg.connect(application) as database, pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.execute("CREATE TABLE its_own (n int)")
