"""Addresses of an enterprise's own pages."""

from django.urls import path

from apps.enterprises import views

urlpatterns = [
    path("enterprises/new/", views.register, name="enterprise-new"),
    path("enterprises/<int:pk>/edit/", views.edit, name="enterprise-edit"),
    path("enterprises/<int:pk>/members/", views.members, name="enterprise-members"),
    path("enterprises/<int:pk>/members/<int:user_id>/", views.set_role, name="enterprise-role"),
    path("enterprises/<int:pk>/do/<slug:name>/", views.step, name="enterprise-step"),
    path("invitations/mail/<str:token>/", views.invited, name="invited"),
    path("invitations/<int:pk>/", views.join, name="invitation-join"),
    path("invitations/<int:pk>/take-back/", views.take_back, name="invitation-take-back"),
]
