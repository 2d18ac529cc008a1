"""Addresses of the writes of the API, without the apps that search and match."""

from django.urls import include, path, re_path

from apps.enterprises.api import EnterpriseCreateView, EnterpriseDetailView, EnterpriseStepView
from apps.moderation.api import DecisionView, QueueView
from apps.opportunities.api import OpportunityCreateView, OpportunityDetailView, OpportunityStepView
from apps.projects.api import ProjectCreateView, ProjectDetailView, ProjectStepView

DECISION = r"^moderation/(?P<identifier>[a-z]+-\d+)/(?P<verdict>approve|return|decline)/$"
api = [
    path("opportunities/", OpportunityCreateView.as_view()),
    path("opportunities/<int:pk>/", OpportunityDetailView.as_view()),
    path("opportunities/<int:pk>/submit/", OpportunityStepView.as_view(name="submit")),
    path("opportunities/<int:pk>/withdraw/", OpportunityStepView.as_view(name="withdraw")),
    path("projects/", ProjectCreateView.as_view()),
    path("projects/<int:pk>/", ProjectDetailView.as_view()),
    path("projects/<int:pk>/submit/", ProjectStepView.as_view(name="submit")),
    path("projects/<int:pk>/withdraw/", ProjectStepView.as_view(name="withdraw")),
    path("enterprises/", EnterpriseCreateView.as_view()),
    path("enterprises/<int:pk>/", EnterpriseDetailView.as_view()),
    path("enterprises/<int:pk>/submit/", EnterpriseStepView.as_view(name="submit")),
    path("enterprises/<int:pk>/withdraw/", EnterpriseStepView.as_view(name="withdraw")),
    path("moderation/queue/", QueueView.as_view()),
    re_path(DECISION, DecisionView.as_view()),
]
urlpatterns = [path("api/v1/", include(api))]
