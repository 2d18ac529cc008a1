"""People in Django's admin."""

from django.contrib import admin

from apps.accounts.models import ApiKey, Consent, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """People: who is active, who moderates."""

    list_display = ("email", "name", "language", "is_active", "is_moderator", "is_staff", "date_joined")
    list_filter = ("is_active", "is_moderator", "is_staff", "language")
    search_fields = ("email", "name")
    fields = ("email", "name", "language", "time_zone", "is_active", "is_moderator", "is_staff", "groups")
    readonly_fields = ("email",)


@admin.register(ApiKey)
class ApiKeyAdmin(admin.ModelAdmin[ApiKey]):
    """Keys: only their names and dates; nobody can read a key."""

    list_display = ("name", "user", "prefix", "created", "last_used", "revoked_at")
    readonly_fields = ("user", "name", "prefix", "created", "last_used", "revoked_at")
    exclude = ("digest",)


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin[Consent]):
    """Who agreed to what, when."""

    list_display = ("user", "document", "version", "at")
    readonly_fields = ("user", "document", "version", "at")
