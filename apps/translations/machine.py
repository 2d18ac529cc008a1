"""Machine translation: a port with one adapter, to a server of one's own that speaks LibreTranslate's protocol.

Nothing that the server does or leaves undone costs more than the translation: every failure is an `Unusable`, after which
the delivery is tried again later, and lies before the operator when it has failed five times.
"""

import json
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.translations.rules import Rubbish, sound

# Seconds that the server may be silent, seconds that an answer may take once it has begun, and its characters.
SILENCE, READING = 40.0, 10.0
LARGEST_ANSWER = 1_000_000
_PART = 65_536


class Unusable(Exception):
    """The server is down or slow, refuses, or answers rubbish."""


def enabled() -> bool:
    """Whether the operator has named a server."""
    return bool(settings.TRANSLATION_URL)


def check_address() -> None:
    """Refuse to start with an address that is none."""
    address = urlsplit(settings.TRANSLATION_URL)
    if enabled() and not (address.scheme in ("http", "https") and address.hostname):
        raise ImproperlyConfigured("TRANSLATION_URL must be an address such as http://translate.internal:5000")


def served() -> dict[str, frozenset[str]]:
    """The languages that the server translates from, each with those it translates into, as its own codes."""
    answer = _ask("GET", "/languages")
    if not isinstance(answer, list):
        raise Unusable("/languages: a list is expected")
    entries = [(each.get("code"), each.get("targets")) for each in answer if isinstance(each, dict)]
    return {
        code: frozenset(target for target in targets if isinstance(target, str))
        for code, targets in entries
        if isinstance(code, str) and isinstance(targets, list)
    }


def translate(text: str, source: str, target: str) -> str:
    """A text in another language; the languages are the server's own codes."""
    asked = {"q": text, "source": source, "target": target, "format": "text", "api_key": settings.TRANSLATION_KEY}
    answer = _ask("POST", "/translate", asked)
    try:
        return sound(answer.get("translatedText") if isinstance(answer, dict) else None, text)
    except Rubbish as error:
        raise Unusable(f"/translate: {error}") from None


def _ask(method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
    """One request and its JSON. A redirect is no answer: the key and the texts go to the server that was named."""
    address = urlsplit(settings.TRANSLATION_URL)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=SILENCE)
    try:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        connection.request(method, address.path.rstrip("/") + path, json.dumps(body) if body else None, headers)
        return json.loads(_read(connection.getresponse()))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise Unusable(f"{path}: {type(error).__name__}: {error}") from None
    finally:
        connection.close()


def _read(answer: HTTPResponse) -> bytes:
    """The whole answer, if it is one, of a bearable size and speed."""
    if answer.status != 200:
        raise Unusable(f"the server answered {answer.status}")
    until, parts, size = time.monotonic() + READING, list[bytes](), 0
    while part := answer.read1(_PART):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER or time.monotonic() > until:
            raise Unusable("the answer is too long or too slow")
    return b"".join(parts)
