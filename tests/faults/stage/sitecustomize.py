"""Lets a process believe that it is later than it is, by CLOCK_AHEAD seconds."""

import datetime as dt
import os
import time
from typing import Any

AHEAD = float(os.environ.get("CLOCK_AHEAD", "0"))

if AHEAD:
    _time, _datetime = time.time, dt.datetime

    class _Meta(type):
        def __instancecheck__(cls, instance: Any) -> bool:
            return isinstance(instance, _datetime)

    class _Later(dt.datetime, metaclass=_Meta):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return _datetime.now(tz) + dt.timedelta(seconds=AHEAD)

        @classmethod
        def utcnow(cls) -> Any:
            return _datetime.now(dt.UTC).replace(tzinfo=None) + dt.timedelta(seconds=AHEAD)

    def _later() -> float:
        return _time() + AHEAD

    time.time = _later
    dt.datetime = _Later  # type: ignore[misc]
