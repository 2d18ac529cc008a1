"""Forms about people."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts import services
from apps.accounts.models import User
from apps.core.templatetags.voltbridge import endonym


class Verbatim(forms.CharField):
    """Text that is kept to the byte."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**(options | {"strip": False}))


def _consent() -> str:
    """The sentence that is agreed to, with the way to what it names."""
    words = _(
        'I agree to the <a href="{terms}" target="_blank">terms</a> and the '
        '<a href="{privacy}" target="_blank">privacy notice</a>.'
    )
    return format_html(str(words), terms=reverse("terms"), privacy=reverse("privacy"))


class SignupForm(BaseSignupForm):  # type: ignore[misc]
    """Sign-up: a name, an address, a password and the consent to terms and privacy."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        strip=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    consent = forms.BooleanField(label=lazy(_consent, str)())
    field_order = ["name", "email", "password1", "password2", "consent"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["password1"].help_text = _(
            "At least 10 characters: not a common password, not only digits, not your own name or address."
        )

    def save(self, request: Any) -> User:
        """Make the person, in the language of the page they signed up on."""
        user: User = super().save(request)
        services.signed_up(user=user, name=self.cleaned_data["name"], language=get_language() or settings.LANGUAGE_CODE)
        return user


@cache
def _time_zones() -> list[str]:
    return sorted(available_timezones())  # it reads hundreds of files


class ProfileForm(forms.ModelForm[User]):
    """Name, language and time zone."""

    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lambda: [(zone, zone) for zone in _time_zones()])
    language = forms.ChoiceField(
        label=_("Language"), choices=lambda: [(code, endonym(code)) for code, _name in settings.LANGUAGES]
    )

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        field_classes = {"name": Verbatim}


class KeyForm(forms.Form):
    """A new key to the API."""

    name = Verbatim(
        label=_("Name of the key"),
        max_length=80,
        help_text=_("What it is for, so that you know which to revoke."),
    )


class AdministratorForm(forms.Form):
    """The first administrator."""

    email = forms.EmailField(label=_("E-mail"))
    name = Verbatim(label=_("Your name"), max_length=150)
    password = Verbatim(label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
