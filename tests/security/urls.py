"""Every page, and the writes of the API."""

from config.urls import urlpatterns as pages
from tests.api.urls import urlpatterns as api

urlpatterns = [*api, *pages]
