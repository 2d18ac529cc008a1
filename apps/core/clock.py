"""The database's clock: the only one that leases, deadlines and order may be judged by."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database's wall clock, with its time zone; never the worker's own, which may be hours off."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
