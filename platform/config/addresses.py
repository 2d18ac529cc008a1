"""Addresses of servers as the environment gives them, in the forms that Django and Celery read."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from psycopg.conninfo import conninfo_to_dict

_KEYS = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


def database(url: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL address; libpq reads it, so socket folders and options work as there."""
    parts = conninfo_to_dict(url)
    known = {_KEYS[key]: str(value) for key, value in parts.items() if key in _KEYS}
    options = {key: value for key, value in parts.items() if key not in _KEYS}
    return {"ENGINE": "django_prometheus.db.backends.postgresql", "OPTIONS": options, **known}


def broker(url: str) -> str:
    """Celery's form of a Redis address: a socket is written `redis+socket://`."""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    number = parts.query.removeprefix("db=") or "0"
    secret = f":{parts.password}@" if parts.password else ""
    return f"redis+socket://{secret}{parts.path}?virtual_host={number}"


def snapshots(place: str, local: Path) -> dict[str, Any]:
    """The entry of STORAGES for the store of snapshots: a folder, or Django's own form of an entry as JSON for any other.

    Nothing where there is none, or where it is the folder in which a machine keeps its own.
    """
    if place.startswith("{"):
        return {"snapshots": json.loads(place)}
    if not place or Path(place).resolve() == local.resolve():
        return {}
    return {
        "snapshots": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": place}},
    }
