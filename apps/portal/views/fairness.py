"""The page of how evenly lists spread attention, for the platform's staff."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.core.templatetags.voltbridge import country, number, percent, score
from apps.matching.selectors import fairness as latest
from apps.portal.cards import Table

_GROUPS: dict[str, str | Promise] = {
    "country": gettext_lazy("By country"), "employees": gettext_lazy("By number of employees"),
    "age": gettext_lazy("By time on the platform"),
}  # fmt: skip
_AGES: dict[str, str | Promise] = {
    "under_90_days": gettext_lazy("Less than 90 days"), "under_a_year": gettext_lazy("90 days to a year"),
    "a_year_and_more": gettext_lazy("A year and more"),
}  # fmt: skip
Measures = Mapping[str, Any]


@require_safe
@login_required
def fairness(request: HttpRequest) -> HttpResponse:
    """The latest report as tables: everybody, then by group."""
    if not cast("User", request.user).is_staff:
        raise PermissionDenied
    found = latest()
    context: dict[str, Any] = {"made": found.made_at if found else None, "on": settings.MATCHING_EXPOSURE}
    if found:
        report = found.report
        context |= {
            "report": report,
            "all": _table(_("All"), [(_("All enterprises"), report)]),
            "groups": [(str(label), _table(str(label), _rows(name, report))) for name, label in _GROUPS.items()],
        }
    return render(request, "portal/fairness.html", context)


def _rows(group: str, report: Measures) -> Iterator[tuple[str, Measures]]:
    for measures in report["groups"][group]:
        yield _name(group, measures["value"]), measures


def _name(group: str, value: str) -> str:
    if not value:
        return _("not stated")
    if group == "country":
        return country(value)
    return str(_AGES.get(value, value))


def _table(label: str, rows: Any) -> Table:
    before, after = _("before"), _("after")
    columns = (_("Attention"), _("Gini coefficient"), _("Would rather be elsewhere"))
    labels = (label, _("Enterprises"), *(f"{column}, {when}" for column in columns for when in (before, after)))
    return Table(labels, tuple((name, *_figures(measures)) for name, measures in rows), numeric=len(labels) - 1)


def _figures(measures: Measures) -> tuple[str, ...]:
    pairs = ((measures[name], written) for name, written in (("exposure", score), ("gini", score), ("envy", percent)))
    return (
        number(measures["enterprises"]),
        *(written(pair[when]) for pair, written in pairs for when in ("before", "after")),
    )
