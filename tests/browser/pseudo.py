"""Arabic-looking words for what has no Arabic translation yet, so that pages can be looked at right to left."""

import re
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابثدعفجهيذكلمنوبقرستيوضخيز")
_KEPT = re.compile(r"(%\([a-z_]+\)[sd]|%[sd]|%%|<[^>]*>|&[a-z]+;|\{[a-z_]*\})")


def arabic(text: str) -> str:
    """Letters exchanged one for one; what is filled in and markup stay."""
    parts = _KEPT.split(text)
    return "".join(part if at % 2 else part.lower().translate(_LETTERS) for at, part in enumerate(parts))


def write(locale: Path, folder: Path) -> None:
    """A catalogue for Arabic: its own translations where there are some, Arabic-looking words for all others."""
    target = folder / "ar" / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    made, own = Catalog(locale="ar"), _translated(locale / "ar" / "LC_MESSAGES" / "django.po")
    for path in sorted(locale.glob("*/LC_MESSAGES/django.po")):
        with path.open("rb") as stream:
            for message in read_po(stream):
                if message.id:
                    made.add(message.id, own.get(_key(message)) or _pseudo(message.id), context=message.context)
    with (target / "django.mo").open("wb") as stream:
        write_mo(stream, made)


def _key(message: object) -> tuple[object, object]:
    return (getattr(message, "context", None), getattr(message, "id", None))


def _translated(path: Path) -> dict[object, Any]:
    if not path.exists():
        return {}
    with path.open("rb") as stream:
        return {_key(message): message.string for message in read_po(stream) if message.id and message.string}


def _pseudo(text: Any) -> Any:
    if isinstance(text, str):
        return arabic(text)
    return tuple(arabic(text[-1]) for _form in range(6)) if isinstance(text, tuple | list) else text
