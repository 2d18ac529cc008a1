"""Pages about a person: profile, keys, consent, and the set-up of the first administrator."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts import keys as api_keys
from apps.accounts import services
from apps.accounts.forms import AdministratorForm, KeyForm, ProfileForm
from apps.accounts.models import User

_DOCUMENTS = {"terms": "TERMS_VERSION", "privacy": "PRIVACY_VERSION"}


def _me(request: HttpRequest) -> User:
    return cast("User", request.user)


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone."""
    form = ProfileForm(request.POST or None, instance=_me(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form})


@never_cache
@login_required
def keys(request: HttpRequest) -> HttpResponse:
    """A person's keys to the API; a new one is shown once, on the page that made it."""
    form = KeyForm(request.POST or None)
    made = ""
    if request.method == "POST" and form.is_valid():
        _row, made = api_keys.make(user=_me(request), name=form.cleaned_data["name"])
        form = KeyForm()
    rows = _me(request).api_keys.order_by("-id")
    return render(request, "accounts/keys.html", {"form": form, "made": made, "rows": rows})


@require_POST
@login_required
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one's own key."""
    if not api_keys.revoke(user=_me(request), key_id=pk):
        raise Http404
    messages.success(request, _("The key is revoked."))
    return redirect("keys")


@require_safe
def document(request: HttpRequest, name: str) -> HttpResponse:
    """Terms or privacy notice, with its version."""
    version = getattr(settings, _DOCUMENTS[name])
    return render(request, f"accounts/{name}.html", {"version": version})


@login_required
def consent(request: HttpRequest) -> HttpResponse:
    """Agree to documents that changed since."""
    if request.method == "POST":
        services.consent(user=_me(request))
        target = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return redirect(target if safe else "dashboard")
    return render(request, "accounts/consent.html", {"next": request.GET.get("next", "")})


@never_cache
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The first administrator, with the word that the operator set in the environment; gone afterwards."""
    if not services.set_up_open():
        raise Http404
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.first_administrator(token=token, **form.cleaned_data)
            return redirect("account_login")
        except services.SetUpClosed:
            raise Http404 from None
        except ValidationError as error:
            form.add_error("password", error)
    return render(request, "accounts/set_up.html", {"form": form})
