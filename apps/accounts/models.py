"""People, what they consented to, and their keys to the API."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(
            email, password, **(fields | {"is_staff": True, "is_superuser": True, "is_moderator": True})
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do for an enterprise is said by their memberships there."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("operator's staff"), default=False)
    is_moderator = models.BooleanField(_("moderator"), default=False)
    date_joined = models.DateTimeField(_("joined"), db_default=Now())
    demonstration = models.BooleanField(_("demonstration"), default=False)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="one_person_for_each_address")]

    def __str__(self) -> str:
        return self.name or self.email


class Consent(models.Model):
    """A person agreed to one version of a document."""

    user = models.ForeignKey(User, models.CASCADE, related_name="consents")
    document = models.CharField(max_length=20, choices=[("terms", _("Terms")), ("privacy", _("Privacy"))])
    version = models.CharField(max_length=20)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "document", "version"], name="one_consent_for_each_version")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.document} {self.version}"


class ApiKey(models.Model):
    """A key to the API: acts as the person who made it; only a digest is stored and the key is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created = models.DateTimeField(db_default=Now())
    last_used = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
