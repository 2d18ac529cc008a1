"""The gallery of components and sample pages for those who work on the look; served by local settings only."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.portal import samples
from apps.portal.cards import Pager
from apps.portal.sample_words import LONG

_PAGES: dict[str, Callable[[int], Any]] = {
    "home": samples.home,
    "results": samples.results,
    "listing": lambda _items: samples.listing(),
    "enterprise": samples.enterprise,
    "project": samples.project,
    "matches": samples.matches,
}


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("One line in your own language; we show it as you write it.")
    )
    energy = forms.CharField(label=_("Energy"), help_text=_("With its unit, for example 400 MWh or 0.4 GWh."))
    family = forms.ChoiceField(label=_("Family"), choices=[("business", _("Business")), ("research", _("Research"))])
    side = forms.ChoiceField(
        label=_("Who will pay?"),
        widget=forms.RadioSelect,
        choices=[("offer", _("They will")), ("request", _("We will"))],
    )
    summary = forms.CharField(label=_("Summary"), widget=forms.Textarea, required=False)
    terms = forms.BooleanField(label=_("I agree to the terms"), help_text=_("Version 2026-11"))


def _items(request: HttpRequest) -> int:
    asked = request.GET.get("items", "5")
    return min(int(asked), 1000) if asked.isdecimal() else 5


def components(request: HttpRequest) -> HttpResponse:
    """Each component, once in each direction of writing."""
    here = get_language() or "en"
    other = "en" if here in {"ar", "fa"} else "ar"
    directions = [(here, "rtl" if here in {"ar", "fa"} else "ltr"), (other, "ltr" if other == "en" else "rtl")]
    form = SampleForm(data={"title": LONG, "energy": "40 apples", "side": "offer"})
    shown = {"directions": directions, "form": form, "samples": _contents, "map": samples.results_map()}
    return render(request, "portal/gallery.html", shown)


def _contents() -> dict[str, Any]:
    """Called by the template inside each column, so that labels come in the column's language."""
    return {
        "listings": samples.listings(5),
        "facets": samples.facets(),
        "match": samples.match(1),
        "matches": samples.matches(3),
        "statuses": samples.statuses(),
        "timeline": samples.timeline(),
        "listing": samples.listing(),
        "enterprise": samples.enterprise(2),
        "pager": Pager(240, previous_url="#", next_url="#"),
        "table": samples.table(),
    }


def page(request: HttpRequest, name: str) -> HttpResponse:
    """A whole page with `?items=` contents."""
    if name not in _PAGES:
        raise Http404
    as_table = request.GET.get("as") == "table"
    return render(request, f"portal/{name}.html", {"page": _PAGES[name](_items(request)), "as_table": as_table})


def error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page."""
    if status not in {400, 403, 404, 413, 429, 500}:
        raise Http404
    return render(request, f"{status}.html", status=status)
