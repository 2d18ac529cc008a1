"""What a notice says: a title and a sentence for each kind of fact, in the language that is active."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from apps.core.lifecycle import State
from apps.core.models import Publishable
from apps.core.templatetags.voltbridge import expected, number
from apps.enterprises.models import Enterprise
from apps.introductions.models import Introduction
from apps.moderation.rules import answer_due
from apps.notifications.models import Notice
from apps.opportunities.models import Opportunity
from apps.projects.models import Project
from apps.translations.models import Translation

# For each kind of fact that people hear of: the headline, and what to do now. {title} is the listing's own title.
TEXTS: dict[str, tuple[str | Promise, str | Promise]] = {
    "published": (
        gettext_lazy("“{title}” is published"),
        gettext_lazy("Partners can find it now, and matches are being computed."),
    ),
    "translated": (gettext_lazy("“{title}” is published"), gettext_lazy("Readers of its language are shown it now.")),
    "returned": (
        gettext_lazy("“{title}” needs changes"),
        gettext_lazy("Read the reviewer's reason, mend it and submit it again."),
    ),
    "declined": (gettext_lazy("“{title}” was declined"), gettext_lazy("The reviewer's reason stands on its page.")),
    "expired": (
        gettext_lazy("“{title}” has expired"),
        gettext_lazy("Nobody finds it any more. Reopen it if it still holds."),
    ),
    "withdrawn": (gettext_lazy("“{title}” was withdrawn"), gettext_lazy("Nobody finds it any more.")),
    "submitted": (gettext_lazy("“{title}” is under review"), ""),  # the clock says what to expect
    "found": (gettext_lazy("New matches for “{title}”"), gettext_lazy("See who fits, how well, and why.")),
}
# What is told of an introduction; {title} is what was asked about, which both sides know.
INTRODUCTIONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "proposed": (
        gettext_lazy("Somebody asks for an introduction: “{title}”"),
        gettext_lazy("Read the note and answer before it lapses."),
    ),
    "reminded": (
        gettext_lazy("An introduction lapses soon: “{title}”"),
        gettext_lazy("Accept or decline it; no answer leaves the other side waiting."),
    ),
    "accepted": (
        gettext_lazy("Your introduction was accepted: “{title}”"),
        gettext_lazy("You see now who they are and whom to write to."),
    ),
    "declined": (
        gettext_lazy("Your introduction was declined: “{title}”"),
        gettext_lazy("The reason stands on its page."),
    ),
    "lapsed": (gettext_lazy("An introduction lapsed: “{title}”"), gettext_lazy("Nobody answered in time.")),
    "withdrawn": (
        gettext_lazy("An introduction was withdrawn: “{title}”"),
        gettext_lazy("There is nothing to answer any more."),
    ),
    "concluded": (
        gettext_lazy("The other side recorded what came of an introduction: “{title}”"),
        gettext_lazy("See what they recorded."),
    ),
}
# An edit or a file is told only where it put something under review.
_AS = {"edited": "submitted", "imported": "submitted"}
# A translation's being published means something else than a listing's.
_TRANSLATIONS_AS = {"published": "translated"}
PAGES = {"opportunity": "listing", "enterprise": "enterprise", "project": "project", "introduction": "introduction"}
_MODELS = {
    "opportunity": Opportunity,
    "enterprise": Enterprise,
    "project": Project,
    "translation": Translation,
    "introduction": Introduction,
}


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words; `reason` is the reviewer's own text, `url` the page to go to."""

    title: str
    text: str
    reason: str
    url: str


def message(notice: Notice) -> Message:
    """The words of a notice in the active language, from the present state of its row."""
    return messages([notice])[0]


def messages(notices: Iterable[Notice]) -> list[Message]:
    """The words of several notices, with one query for each kind of row."""
    listed = list(notices)
    rows = {subject: _rows(subject, listed) for subject in {notice.subject for notice in listed}}
    return [_message(notice, rows[notice.subject].get(notice.subject_id)) for notice in listed]


def _rows(subject: str, notices: list[Notice]) -> dict[int, Any]:
    wanted = {notice.subject_id for notice in notices if notice.subject == subject}
    rows: Any = _MODELS[subject]._default_manager
    if subject == "introduction":
        rows = rows.select_related("receiver", "receiver_opportunity")  # by which it is called
    return dict(rows.in_bulk(wanted))


def _message(notice: Notice, row: Any) -> Message:
    happened = notice.fact.kind.rpartition(".")[2]
    verb = (_TRANSLATIONS_AS if notice.subject == "translation" else _AS).get(happened, happened)
    headline, sentence = (INTRODUCTIONS if notice.subject == "introduction" else TEXTS)[verb]
    if notice.more:
        headline = _several(notice.more)
    title = str(row) if row else _("a listing that is gone")
    text = _clock(row) if verb == "submitted" else str(sentence)
    reason = row.review_note if isinstance(row, Publishable) and verb in ("returned", "declined") else ""
    return Message(
        str(headline).format_map({"title": title, "more": number(notice.more)}), text, reason, url(notice, verb, row)
    )


def _several(more: int) -> str:
    return ngettext(
        "“{title}” and {more} more of your file are under review",
        "“{title}” and {more} more of your file are under review",
        more,
    )


def _clock(row: Publishable | None) -> str:
    """What is under review with its clock, as the row's own page has it."""
    if row is None or row.state != State.SUBMITTED or row.submitted_at is None:
        return _("The review has ended; its page says how it stands.")
    return str(State.SUBMITTED.label) + pgettext("between clauses", ", ") + expected(answer_due(row.submitted_at))


def url(notice: Notice, verb: str, row: Any) -> str:
    """The address of the page that a notice speaks of; a translation's is its listing's."""
    if isinstance(row, Translation):
        return reverse("listing", args=[row.subject_id])
    if notice.more or notice.subject not in PAGES:
        return reverse("dashboard")
    if verb == "found":
        return reverse("matches", args=[notice.subject, notice.subject_id])
    return reverse(PAGES[notice.subject], args=[notice.subject_id])


def absolute(path: str) -> str:
    """An address that works from a mail."""
    return settings.SITE_URL.rstrip("/") + path
