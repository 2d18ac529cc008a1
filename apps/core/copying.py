"""Many rows at once: COPY for new ones, one UPDATE from JSON for existing ones."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Field, Func, JSONField, Model, TextField, Value
from django.db.models.functions import Cast
from psycopg import sql


class AnyOf(Func):
    """`column = ANY(list)`: with a thousand texts, `IN` costs more than the rows that it finds."""

    template = "%(expressions)s::text[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, texts: Iterable[str]) -> None:
        super().__init__(F(column), Value(_array(list(texts)), output_field=TextField()))


def ids_at_once(ids: Iterable[int]) -> Cast:
    """A list of ids as one value of a query: Django and psycopg would look at each of a thousand, several times."""
    return Cast(Value(f"{{{','.join(map(str, ids))}}}"), ArrayField(BigIntegerField()))


class Columns:
    """The columns of a table that are written, what each holds where nothing is stated, and how COPY wants it."""

    def __init__(self, model: type[Model], *, without: frozenset[str] = frozenset()) -> None:
        fields = [column for column in model._meta.concrete_fields if column.attname not in without]
        self.table = model._meta.db_table
        self.names = [column.attname for column in fields]
        self.defaults: dict[str, Any] = {column.attname: _default(column) for column in fields}
        # Columns whose default is something else than what an empty field of a record holds.
        self.filled = [name for name, default in self.defaults.items() if default not in ("", None, [])]
        self.encoders: dict[str, Callable[[Any], str]] = {}
        for column in fields:
            if isinstance(column, ArrayField | JSONField):
                self.encoders[column.attname] = _codes if isinstance(column, ArrayField) else _json


# The sequence's name is looked up once, not for each number.
_FRESH_IDS = """
WITH sequence AS MATERIALIZED (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name)
SELECT array_agg(nextval(name)) FROM sequence, generate_series(1, %s)
"""


def _default(column: "Field[Any, Any]") -> Any:
    if column.has_default():
        return column.get_default()
    return None if column.null or not column.empty_strings_allowed else ""


def _array(values: Sequence[str]) -> str:
    if not values:
        return "{}"
    joined = '","'.join(values)
    if "\\" in joined or joined.count('"') > 2 * (len(values) - 1):
        joined = '","'.join(value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return f'{{"{joined}"}}'


def _codes(values: Sequence[str]) -> str:
    return _remembered(tuple(values)) if values else "{}"


@lru_cache(maxsize=1024)  # the rows of a batch have many lists of codes in common
def _remembered(values: tuple[str, ...]) -> str:
    return _array(values)


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder) if value else "{}"


def fresh_ids(model: type[Model], count: int) -> list[int]:
    """Ids for rows that are about to be copied: COPY itself tells none."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_FRESH_IDS, [model._meta.db_table, count])
        ids: list[int] = cursor.fetchone()[0]
    return ids


@contextmanager
def copying(columns: Columns, *, unstated: Collection[str] = ()) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Gives a function that writes a new row; the database works on the rows before meanwhile, and can do nothing else.

    No row states anything in the columns that are `unstated`; names that are no columns of the table are passed over.
    """
    names = [name for name in columns.names if name not in unstated or columns.defaults[name] is not None]
    encoders = [(name, encode) for name, encode in columns.encoders.items() if name not in unstated]
    empty = {name: columns.defaults[name] for name in names}
    empty |= {name: encode(empty[name]) for name, encode in columns.encoders.items() if name in unstated}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(columns.table), sql.SQL(",").join(map(sql.Identifier, names))
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as stream:

        def write(values: Mapping[str, Any]) -> None:
            cells = {**empty, **values}
            if len(cells) > len(names):
                cells = {name: cells[name] for name in names}
            for name, encode in encoders:
                cells[name] = encode(cells[name])
            stream.write_row(list(cells.values()))

        yield write


def copy(columns: Columns, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write new rows."""
    with copying(columns) as write:
        for values in rows:
            write(values)


def rewrite(columns: Columns, rows: Sequence[Mapping[str, Any]], steps: Mapping[str, str]) -> None:
    """Write existing rows anew by their id; `steps` are SQL for columns that follow from the row before and after."""
    if not rows:
        return
    taken = [name for name in columns.names if name != "id" and name not in steps]
    assignments = [sql.SQL("{0} = new.{0}").format(sql.Identifier(name)) for name in taken]
    assignments += [sql.SQL("{} = {}").format(sql.Identifier(name), sql.SQL(step)) for name, step in steps.items()]
    statement = sql.SQL(
        "UPDATE {0} AS kept SET {1} FROM json_populate_recordset(NULL::{0}, %s::json) AS new WHERE kept.id = new.id"
    ).format(sql.Identifier(columns.table), sql.SQL(", ").join(assignments))
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows, cls=DjangoJSONEncoder)])
