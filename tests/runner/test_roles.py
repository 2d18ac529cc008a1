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


PARTITIONS = (
    "matching_open_partition", "matching_index_owner", "matching_index_other", "matching_attach_partition", "matching_drop_partition",
)  # fmt: skip
MAY = "SELECT proname, has_function_privilege(%s, oid, 'EXECUTE') FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"


def test_no_stranger_runs_what_runs_with_the_rights_of_the_owner(application: str) -> None:
    with psycopg.connect(application) as database:
        for role in ("public", "pg_read_all_data"):  # everybody, and a role that is none of ours
            assert set(database.execute(MAY, [role])) == {(name, False) for name in PARTITIONS}


def test_a_migration_alone_closes_the_partitions() -> None:
    with connection.cursor() as cursor:
        for name in PARTITIONS:
            cursor.execute("SELECT proacl::text FROM pg_proc WHERE proname = %s", [name])
            ((rights,),) = cursor.fetchall()
            assert rights
            assert "{=X" not in rights
            assert ",=X" not in rights


def test_the_application_makes_and_drops_the_partitions_of_a_run(application: str) -> None:
    with psycopg.connect(application) as database:
        for name in PARTITIONS:
            database.execute(f"SELECT {name}(700000007)".encode())
        database.rollback()


def test_a_function_that_comes_later_is_closed_by_the_same_grant(application: str) -> None:
    owner = make_conninfo(os.environ["OWNER_DATABASE_URL"], dbname=connection.settings_dict["NAME"])
    with psycopg.connect(owner) as database:
        database.execute("CREATE FUNCTION later() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
    try:
        roles.grant(owner, application)
        with psycopg.connect(application) as database:
            assert ("later", False) in database.execute(MAY, ["public"]).fetchall()
            assert database.execute("SELECT later()").fetchone() == (1,)
    finally:
        with psycopg.connect(owner) as database:
            database.execute("DROP FUNCTION later()")
