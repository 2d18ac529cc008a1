"""What the application's role may do: everything with the platform's rows but to change what the journal holds."""

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

APPEND_ONLY = ("journal_fact", "journal_seal")
# Functions that run with their owner's rights: PostgreSQL opens each new one to everybody.
_WITH_OWNERS_RIGHTS = """
SELECT oid::regprocedure::text FROM pg_proc
 WHERE prosecdef AND pronamespace = 'public'::regnamespace AND proowner = current_user::regrole
"""


def grant(owner_url: str, application_url: str) -> None:
    """Let the application's role do its work and no more; run after every migration, safe to repeat."""
    role = str(conninfo_to_dict(application_url)["user"])
    if role == conninfo_to_dict(owner_url)["user"]:
        return  # a server of one's own with one role: the journal's triggers still refuse
    with psycopg.connect(owner_url) as connection:
        for right in (
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            connection.execute(sql.SQL(right).format(sql.Identifier(role)))
        for (function,) in connection.execute(_WITH_OWNERS_RIGHTS).fetchall():
            name = sql.SQL(function)  # quoted by PostgreSQL where it has to be
            connection.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(name))
            connection.execute(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(name, sql.Identifier(role)))
        for table in APPEND_ONLY:
            if connection.execute("SELECT to_regclass(%s)", [table]).fetchone() != (None,):
                statement = sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}")
                connection.execute(statement.format(sql.Identifier(table), sql.Identifier(role)))
