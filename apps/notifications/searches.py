"""The mail about what a saved search found."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from apps.core.templatetags.voltbridge import number
from apps.journal.models import Fact
from apps.notifications.services import message_id
from apps.notifications.words import PAGES, absolute
from apps.reference.selectors import country_name
from apps.search import saved
from apps.search.models import SavedSearch
from apps.search.selectors import public_rows


def send(*, fact: Fact) -> bool:
    """Mail the person whose search found something; False where it was stopped, or all of that is gone meanwhile."""
    search = SavedSearch.objects.told().filter(pk__in=fact.subject_ids).select_related("user").first()
    rows = public_rows(search.kind, fact.payload["found"]) if search else []
    if search is None or not rows:
        return False
    others = fact.payload["count"] - len(fact.payload["found"])
    with translation.override(search.user.language):
        mail(search, rows, others, fact).send()
    return True


def mail(search: SavedSearch, rows: list[Any], others: int, fact: Fact) -> EmailMessage:
    """The mail with these rows and how many `others` there are: plain text, one action, why it came, a one-click stop."""
    only = reverse(PAGES[search.kind], args=[rows[0].pk]) if len(rows) == 1 and not others else ""
    stop = absolute(reverse("search-stop", args=[saved.stop_token(search)]))
    count, name = len(rows) + others, " ".join(search.name.split())
    new = ngettext("%(count)s new result for “%(name)s”", "%(count)s new results for “%(name)s”", count)
    subject = new % {"count": number(count), "name": name}
    context = {
        "subject": subject, "lines": [_line(row, search.user.language) for row in rows], "others": others, "only": only,
        "url": absolute(only or saved.criteria(search).address), "stop": stop,
        "frequency": search.get_frequency_display(), "operator": settings.OPERATOR_NAME,
    }  # fmt: skip
    return EmailMessage(
        subject[:200], render_to_string("notifications/searches.txt", context), to=[search.user.email],
        headers={
            "Message-ID": message_id(fact, str(search.user_id)),
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )  # fmt: skip


def _line(row: Any, language: str) -> str:
    """A result in one line: what it is called, whose, where."""
    enterprise = getattr(row, "enterprise", None)
    country = (enterprise or row).country
    parts = [str(row), enterprise.name if enterprise else "", country_name(country, language) if country else ""]
    return " · ".join(" ".join(part.split()) for part in parts if part)
