"""When people are told of what their saved searches found."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MORNING = time(8)
MONDAY = 0


def zone(name: str) -> tzinfo:
    """The time zone of this IANA name; UTC where the name is none, since a mail at a wrong hour beats no mail."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def next_morning(now: datetime, time_zone: str, *, weekly: bool) -> datetime:
    """The next morning of a person's own clock after `now`, or the next Monday's."""
    there = now.astimezone(zone(time_zone))
    day = there.date()
    while True:
        morning = datetime.combine(day, MORNING, there.tzinfo)
        if morning > there and not (weekly and day.weekday() != MONDAY):
            return morning.astimezone(UTC)
        day += timedelta(days=1)
