"""Fields of records that hold concepts: keys, or plain words of any language."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.core.records import LIST_LIMIT, LISTS, BadValue, Parser
from apps.taxonomy import selectors
from apps.taxonomy.scheme import Scheme


def concepts(*kinds: str) -> Parser:
    """A list of concepts of these kinds; each item is a key ("lfp") or a label in any language ("磷酸铁锂")."""
    keys = _Keys(kinds)

    def parse(raw: Any) -> list[str]:
        parts = raw.split(";") if isinstance(raw, str) else raw
        if not isinstance(parts, LISTS):
            raise BadValue(_("A list is expected."))
        if len(parts) > LIST_LIMIT:
            raise BadValue(_("At most %(limit)d items are allowed.") % {"limit": LIST_LIMIT}, "too_long")
        present = selectors.scheme()
        if keys.all_of(parts, present):
            return list(dict.fromkeys(parts)) if len(parts) > 1 else list(parts)
        stated = ((index, part) for index, part in enumerate(parts) if not (isinstance(part, str) and not part.strip()))
        found = [_one(index, part, kinds) for index, part in stated]
        return list(dict.fromkeys(found))

    return parse


class _Keys:
    """The keys of some kinds of concepts, remembered as long as the scheme stays: most files of many rows hold keys."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.known: tuple[Scheme | None, frozenset[str]] = (None, frozenset())

    def all_of(self, parts: Sequence[Any], present: Scheme) -> bool:
        if self.known[0] is not present:
            self.known = present, frozenset(one.key for one in present.concepts if one.kind in self.kinds)
        try:
            return self.known[1].issuperset(parts)
        except TypeError:  # an item that is no text
            return False


def _one(index: int, raw: Any, kinds: tuple[str, ...]) -> str:
    key = selectors.resolve(raw.strip(), kinds) if isinstance(raw, str) else None
    if key is None:
        raise BadValue(_("“%(value)s” names no concept known here.") % {"value": str(raw)[:60]}, "concept", str(index))
    return key
