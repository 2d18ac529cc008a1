"""Every address: pages under a language, the API, and what programs ask for: health, metrics, sitemap, robots."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path

from apps.portal import health
from apps.portal.metrics import metrics
from apps.portal.sitemaps import SITEMAPS, robots

# The admin's own form would pass the second factor and the rate limits by.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "apps.portal.errors.bad_request"
handler404 = "apps.portal.errors.not_found"
handler500 = "apps.portal.errors.server_error"

urlpatterns = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml", sitemap_views.index, {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-pages"}, name="sitemap"
    ),
    path("sitemap-<slug:section>.xml", sitemap_views.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-pages"),
    path("api/v1/", include("apps.portal.api_urls")),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("accounts/", include("allauth.urls")),
        path("", include("apps.portal.urls")),
    ),
]
