"""Lets a process believe that it is later than it is, by CLOCK_AHEAD seconds."""

import datetime
import os
import time
from typing import Any

AHEAD = float(os.environ.get("CLOCK_AHEAD", "0"))

if AHEAD:
    _time, _datetime = time.time, datetime.datetime

    class _Meta(type):
        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, _datetime)

    class _Later(_datetime, metaclass=_Meta):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return _datetime.now(tz) + datetime.timedelta(seconds=AHEAD)

        @classmethod
        def utcnow(cls) -> Any:
            return _datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(seconds=AHEAD)

    def _later() -> float:
        return _time() + AHEAD

    time.time = _later
    datetime.datetime = _Later  # type: ignore[misc]
