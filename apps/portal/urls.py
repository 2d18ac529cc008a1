"""Addresses of the pages."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from apps.portal import gallery
from apps.portal.dashboard import dashboard
from apps.portal.views.enterprise import enterprise
from apps.portal.views.fairness import fairness
from apps.portal.views.home import home
from apps.portal.views.listing import listing
from apps.portal.views.matches import matches
from apps.portal.views.my_matches import my_match, my_matches_page
from apps.portal.views.project import project
from apps.portal.views.results import compare, enterprises, projects, results
from apps.portal.views.runs import cancel, resume, runs, start
from apps.portal.views.teams import teams
from apps.portal.views.thesaurus import concept, tree
from apps.portal.views.weights import apply_weights, new_weights, weights, weights_version

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("search/", results, name="search"),
    path("compare/", compare, name="compare"),
    path("listings/<int:pk>/", listing, name="listing"),
    path("enterprises/", enterprises, name="enterprises"),
    path("projects/", projects, name="projects"),
    path("enterprises/<int:pk>/", enterprise, name="enterprise"),
    path("projects/<int:pk>/", project, name="project"),
    path("projects/<int:pk>/teams/", teams, name="teams"),
    re_path(r"^matches/(?P<subject>opportunity|enterprise)/(?P<pk>\d+)/$", matches, name="matches"),
    path("fairness/", fairness, name="fairness"),
    path("weights/", weights, name="weights"),
    path("weights/new/", new_weights, name="weights-new"),
    path("weights/<slug:name>/", weights_version, name="weights-version"),
    path("weights/<slug:name>/apply/", apply_weights, name="weights-apply"),
    path("runs/", runs, name="runs"),
    path("runs/start/", start, name="run-start"),
    path("runs/<int:pk>/cancel/", cancel, name="run-cancel"),
    path("runs/<int:pk>/resume/", resume, name="run-resume"),
    path("enterprises/<int:pk>/matches/", my_matches_page, name="my-matches"),
    path("enterprises/<int:pk>/matches/<slug:mine>/<slug:theirs>/<slug:name>/", my_match, name="my-match"),
    path("thesaurus/", tree, name="thesaurus"),
    path("thesaurus/<slug:key>/", concept, name="concept"),
    path("dashboard/", dashboard, name="dashboard"),
    path("", include("apps.accounts.urls")),
    path("", include("apps.enterprises.urls")),
    path("", include("apps.projects.urls")),
    path("", include("apps.opportunities.urls")),
    path("", include("apps.introductions.urls")),
    path("", include("apps.search.urls")),
    path("", include("apps.moderation.urls")),
    path("", include("apps.notifications.urls")),
    path("", include("apps.imports.urls")),
]

if getattr(settings, "LOCAL", False):
    urlpatterns += [
        path("components/", gallery.components, name="gallery"),
        path("components/<slug:name>/", gallery.page, name="gallery_page"),
        path("components/error/<int:status>/", gallery.error, name="gallery_error"),
    ]
