"""Keys to the API: made, shown once, stored as digests, revoked."""

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from apps.accounts.models import ApiKey, User
from apps.journal import services as journal

_PREFIX = "vb_"


def _digest(key: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make(*, user: User, name: str) -> tuple[ApiKey, str]:
    """Make a key for this person; the second value is the key itself, never seen again."""
    key = _PREFIX + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(user=user, name=name, prefix=key[:8], digest=_digest(key))
    journal.record(kind="key.made", subject="key", ids=[row.pk], actor=user.pk)
    return row, key


@transaction.atomic
def revoke(*, user: User, key_id: int) -> bool:
    """Revoke one of this person's keys; False where there is none in force."""
    done = ApiKey.objects.filter(pk=key_id, user=user, revoked_at=None).update(revoked_at=Now())
    if done:
        journal.record(kind="key.revoked", subject="key", ids=[key_id], actor=user.pk)
    return bool(done)


def owner_of(key: str) -> User | None:
    """The active person whose key in force this is; notes its use at most once a minute."""
    row = (
        ApiKey.objects.select_related("user").filter(digest=_digest(key), revoked_at=None, user__is_active=True).first()
    )
    if row is None:
        return None
    stale = Q(last_used=None) | Q(last_used__lt=Now() - timedelta(minutes=1))
    ApiKey.objects.filter(stale, pk=row.pk).update(last_used=Now())
    return row.user
