"""Publications over HTTP with a log of every request that was acknowledged, and its comparison with the database."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.faults.machinery import Answer, Machinery, Web

OFFER = {"side": "offer", "title": "LFP cells", "summary": "314 Ah.", "language": "en"}
PER_PUBLICATION = 3


@dataclass
class Log:
    """What was acknowledged: for each step the ids of the listings; and how many requests had another answer or none."""

    created: list[int] = field(default_factory=list)
    submitted: list[int] = field(default_factory=list)
    published: list[int] = field(default_factory=list)
    refused: int = 0

    @property
    def acknowledged(self) -> int:
        return len(self.created) + len(self.submitted) + len(self.published)

    def note(self, answer: Answer, step: str, pk: int = 0) -> bool:
        """Write an acknowledged request down; a refused one, or one without an answer, is only counted."""
        if answer.status not in (200, 201):
            self.refused += 1
            return False
        getattr(self, step).append(pk or int(answer.body["id"]))
        return True


def publish(web: Web, keys: dict[str, str], count: int, log: Log) -> None:
    """Write, submit and approve offers until so many requests are acknowledged."""
    while log.acknowledged < count:
        made = web.call("POST", "/api/v1/opportunities/", keys["owner"], OFFER)
        if not log.note(made, "created"):
            continue
        pk = int(made.body["id"])
        if log.note(web.call("POST", f"/api/v1/opportunities/{pk}/submit/", keys["owner"]), "submitted", pk):
            log.note(
                web.call("POST", f"/api/v1/moderation/opportunity-{pk}/approve/", keys["moderator"], {}, 2),
                "published",
                pk,
            )


def publish_through(web: Web, keys: dict[str, str], count: int, faults: Sequence[Callable[[], None]]) -> Log:
    """Publish while the faults happen one after the other, spread over the whole."""
    log = Log()
    writer = threading.Thread(target=publish, args=(web, keys, count, log))
    writer.start()
    for number, fault in enumerate(faults, 1):
        while writer.is_alive() and log.acknowledged < count * number / (len(faults) + 1):
            writer.join(0.02)
        fault()
    writer.join()
    return log


def check(machinery: Machinery, log: Log) -> None:
    """Every acknowledged request is in the database once, with its fact, and everything that hears of it has done its work."""
    for step in ("created", "submitted", "published"):
        wanted = getattr(log, step)
        assert len(set(wanted)) == len(wanted)
        facts = machinery.ask("SELECT subject_ids[1] FROM journal_fact WHERE kind = %s", f"opportunity.{step}")
        recorded = [row[0] for row in facts]
        assert len(set(recorded)) == len(recorded)
        assert set(wanted) <= set(recorded)
    rows = {row[0] for row in machinery.ask("SELECT id FROM opportunities_opportunity WHERE state = 'published'")}
    assert set(log.published) <= rows
    assert rows == {
        row[0] for row in machinery.ask("SELECT subject_ids[1] FROM journal_fact WHERE kind = 'opportunity.published'")
    }
    heard = machinery.ask(
        "SELECT id FROM journal_fact WHERE kind IN ('opportunity.created', 'opportunity.submitted', 'opportunity.published')"
    )
    machinery.check_every_fact_was_worked_on_once([row[0] for row in heard])
    check_people_were_told_once(machinery)


def check_people_were_told_once(machinery: Machinery) -> None:
    """One notice and at least one mail for each publication; a mail that came twice carries the same id."""
    told = machinery.one(
        "SELECT count(*) FROM notifications_notice n JOIN journal_fact f ON f.id = n.fact_id WHERE f.kind = 'opportunity.published'"
    )
    assert told == machinery.one("SELECT count(*) FROM journal_fact WHERE kind = 'opportunity.published'")
    mailed = set()
    for file in (machinery.folder / "mail").glob("*.log"):
        mailed |= {line for line in file.read_text().splitlines() if line.startswith("Message-ID:")}
    assert len(mailed) == machinery.one("SELECT count(*) FROM journal_delivery WHERE handler = 'notices.mail'")
