"""Who hears of which facts: handlers register from `AppConfig.ready`, so imports point down while facts travel up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from apps.journal.models import Delivery, Fact

Work = Callable[[Fact, Delivery], None]
Keys = Callable[[Fact], list[str]]


def _one(_: Fact) -> list[str]:
    return [""]


@dataclass(frozen=True, slots=True)
class Handler:
    """Idempotent work on a fact, run in one transaction with the mark "done"; `keys` may split it into parts."""

    name: str
    queue: str
    work: Work
    kinds: frozenset[str]
    keys: Keys = _one


_handlers: dict[str, Handler] = {}


def register(name: str, work: Work, *, queue: str, kinds: Iterable[str] = (), keys: Keys = _one) -> None:
    """Let `work` hear of every fact of `kinds`. A handler without kinds gets only what `services.deliver_to` adds."""
    if name in _handlers and _handlers[name].work is not work:
        raise ValueError(f"two handlers are called {name}")
    _handlers[name] = Handler(name, queue, work, frozenset(kinds), keys)


def handler(name: str) -> Handler:
    """The handler of this name; KeyError where none is registered (an older release's row, say)."""
    return _handlers[name]


def listeners(kind: str) -> list[Handler]:
    """The handlers that hear of facts of this kind."""
    return [item for item in _handlers.values() if kind in item.kinds]
