"""Making things ahead in a process of its own, while this one is busy with those before."""

import gc
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import TypeVar

from django.db import connections

Made = TypeVar("Made")
# Only Linux forks safely; elsewhere, and in a worker's child, which may have no children, nothing is made ahead.
_POSSIBLE = sys.platform == "linux"


def ahead(make: Callable[[], Iterator[Made]]) -> Iterator[Made]:
    """What `make` gives, made by a forked process at most two steps ahead; what it raises is raised here."""
    if not _POSSIBLE or multiprocessing.current_process().daemon:
        yield from make()
        return
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_send, args=(make, sender), daemon=True)
    process.start()
    sender.close()
    try:
        while (made := receiver.recv()) is not None:
            if isinstance(made, Exception):
                raise made
            yield made
    except EOFError:
        raise RuntimeError("the process that reads ahead was killed") from None
    finally:
        receiver.close()
        process.kill()
        process.join()


def _send(make: Callable[[], Iterator[Made]], sender: "Connection[Made | Exception | None, object]") -> None:
    for connection in connections.all(initialized_only=True):
        connection.connection = None  # it is the other process's: closing it here would close it there
    gc.freeze()
    try:
        for made in make():
            sender.send(made)
        sender.send(None)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again where it is waited for
        sender.send(error)
