"""What every template may know of the platform itself."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def operator(request: HttpRequest) -> dict[str, Any]:
    """The operator who hosts the platform: name, logo and contact, as set in the environment."""
    return {
        "operator": {
            "name": settings.OPERATOR_NAME,
            "logo": settings.OPERATOR_LOGO,
            "contact": settings.OPERATOR_CONTACT,
        }
    }
