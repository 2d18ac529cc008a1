"""/metrics, for the operator's own machine or with the operator's token."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import Gauge

from apps.matching.proof import last_compared

COMPARED = Gauge(
    "voltbridge_matching_lists_compared", "Lists of a sample that the last full run compared with those shown"
)
DISAGREED = Gauge("voltbridge_matching_lists_disagreed", "Of these the lists that were not as the full run gives them")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's numbers; everybody else is told that there is nothing."""
    if not (_has_token(request) or _from_here(request)):
        raise Http404
    if run := last_compared():
        COMPARED.set(run.compared or 0)
        DISAGREED.set(run.disagreements or 0)
    response: HttpResponse = ExportToDjangoView(request)
    return response


def _has_token(request: HttpRequest) -> bool:
    token = getattr(settings, "METRICS_TOKEN", "")
    return bool(token) and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")


def _from_here(request: HttpRequest) -> bool:
    """Whether a program on this machine asks, and not a proxy on it for somebody else."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
