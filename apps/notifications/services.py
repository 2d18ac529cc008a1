"""Telling people: a notice for each recipient, and a mail as a delivery of its own."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from apps.accounts.models import User
from apps.enterprises.models import Membership
from apps.journal import services as journal
from apps.journal.models import Fact
from apps.notifications.models import Notice, Preference
from apps.notifications.words import absolute, message

MAIL = "notices.mail"
_SALT = "notices.stop"


def recipients(enterprise_ids: Iterable[int]) -> dict[int, list[int]]:
    """The people to tell for each enterprise: its owners and editors."""
    found: dict[int, list[int]] = {}
    rows = Membership.objects.filter(enterprise_id__in=list(enterprise_ids), user__is_active=True).exclude(
        role="viewer"
    )
    for enterprise_id, user_id in rows.order_by("user_id").values_list("enterprise_id", "user_id"):
        found.setdefault(enterprise_id, []).append(user_id)
    return found


class About(NamedTuple):
    """A row that people are told of, and the enterprise whose people they are."""

    subject: str
    subject_id: int
    enterprise_id: int


@transaction.atomic
def tell(*, fact: Fact, about: Iterable[About], together: bool = False) -> int:
    """Tell the people of each row of a fact, once each; returns how many notices.

    With `together` a person gets one notice for all their rows, so that a file of a thousand rows is told in one.
    """
    wanted = list(about)
    people = recipients({row.enterprise_id for row in wanted})
    notices = [
        Notice(user_id=user_id, fact=fact, **row._asdict())
        for row in wanted
        for user_id in people.get(row.enterprise_id, [])
    ]
    if together:
        notices = _one_for_each_person(notices)
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    journal.deliver_to(fact=fact, handler=MAIL, keys=sorted({str(notice.user_id) for notice in notices}))
    return len(notices)


def _one_for_each_person(notices: Iterable[Notice]) -> list[Notice]:
    kept: dict[int, Notice] = {}
    for notice in notices:
        first = kept.setdefault(notice.user_id, notice)
        first.more += first is not notice
    return list(kept.values())


def send_mail(*, fact: Fact, user_id: int) -> bool:
    """Mail a person what a fact means to them; False where they want no mail or may read no notice of it any more."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    readable = Notice.objects.readable_by(user_id).filter(fact=fact)
    notices = list(readable.select_related("fact").order_by("id")[:20])
    unwanted = Preference.objects.filter(user_id=user_id, mail=False).exists()
    if user is None or not notices or unwanted:
        return False
    with translation.override(user.language):
        mail(user, fact, notices).send()
    return True


def mail(user: User, fact: Fact, notices: list[Notice]) -> EmailMessage:
    """The mail about these notices: plain text, one action, why it came, and a one-click stop."""
    messages = [message(notice) for notice in notices]
    stop = absolute(reverse("notices-stop", args=[stop_token(user)]))
    body = render_to_string(
        "notifications/mail.txt",
        {"messages": messages, "url": absolute(messages[0].url), "stop": stop, "operator": settings.OPERATOR_NAME},
    )
    subject = " ".join(messages[0].title.split())[:200]
    return EmailMessage(
        subject, body, to=[user.email],
        headers={
            "Message-ID": message_id(fact, str(user.pk)),
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )  # fmt: skip


def message_id(fact: Fact, recipient: str) -> str:
    """A mail's identity: the same for every try, so that a receiver can drop a double."""
    identity = hashlib.sha256(f"{fact.pk}:{recipient}:{settings.SECRET_KEY}".encode()).hexdigest()[:32]
    return f"<{identity}@voltbridge>"


def stop_token(user: User) -> str:
    """A signed word that lets its bearer stop this person's mail and nothing else."""
    return signing.dumps(user.pk, salt=_SALT)


def stop_mail(token: str) -> bool:
    """Stop the mail of the person whose token this is; False where it was not signed here."""
    try:
        user_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return False
    want_mail(user_id=user_id, wanted=False)
    return True


def want_mail(*, user_id: int, wanted: bool) -> None:
    """Note whether a person wants their notices by mail as well."""
    Preference.objects.update_or_create(user_id=user_id, defaults={"mail": wanted})


def mark_read(*, user: User) -> int:
    """Mark all of a person's notices as read; returns how many were not."""
    return Notice.objects.readable_by(user.pk).filter(read_at=None).update(read_at=Now())
