"""Fields of records that hold concepts: keys, or plain words of any language."""

from typing import Any

from django.utils.translation import gettext as _

from apps.core.records import LIST_LIMIT, BadValue, Parser
from apps.taxonomy import selectors
from apps.taxonomy.scheme import Scheme


def concepts(*kinds: str) -> Parser:
    """A list of concepts of these kinds; each item is a key ("lfp") or a label in any language ("磷酸铁锂")."""

    def parse(raw: Any) -> list[str]:
        parts = raw.split(";") if isinstance(raw, str) else raw
        if not isinstance(parts, list | tuple):
            raise BadValue(_("A list is expected."))
        if len(parts) > LIST_LIMIT:
            raise BadValue(_("At most %(limit)d items are allowed.") % {"limit": LIST_LIMIT}, "too_long")
        present = selectors.scheme()
        stated = ((index, part) for index, part in enumerate(parts) if not (isinstance(part, str) and not part.strip()))
        found = [_one(index, part, kinds, present) for index, part in stated]
        return list(dict.fromkeys(found))

    return parse


def _one(index: int, raw: Any, kinds: tuple[str, ...], present: Scheme) -> str:
    known = present.by_key.get(raw) if isinstance(raw, str) else None
    if known is not None and known.kind in kinds:  # a key, as in most files of thousands of rows
        return known.key
    key = selectors.resolve(raw.strip(), kinds) if isinstance(raw, str) else None
    if key is None:
        raise BadValue(_("“%(value)s” names no concept known here.") % {"value": str(raw)[:60]}, "concept", str(index))
    return key
