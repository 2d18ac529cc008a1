"""The moderators' promise: an answer within two working days."""

from datetime import datetime, timedelta

ANSWER_DAYS = 2
_WEEKEND = 5  # Monday to Friday are weekdays 0 to 4


def answer_due(submitted: datetime) -> datetime:
    """When the answer to what was submitted then is due."""
    due, days = submitted, ANSWER_DAYS
    while days:
        due += timedelta(days=1)
        days -= due.weekday() < _WEEKEND
    return due
