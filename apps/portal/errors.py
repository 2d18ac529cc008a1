"""Error pages that Django would draw without the request: they need it for the reader's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something in the request is not in the form we expect."""
    return render(request, "400.html", status=400)
