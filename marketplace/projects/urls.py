"""Addresses of this app."""

from django.urls import URLPattern, path

from marketplace.projects import views

urlpatterns: list[URLPattern] = [
    path("desk/projects/", views.officer_board, name="officer_board"),
    path("projects/", views.project_list, name="project_list"),
    path("projects/new/", views.project_new, name="project_new"),
    path("projects/<str:code>/", views.project, name="project"),
    path("projects/<str:code>/questions/", views.project_questions, name="project_questions"),
    path("projects/<str:code>/mend/", views.project_mend, name="project_mend"),
    path("projects/<str:code>/accept/", views.project_accept, name="project_accept"),
    path("projects/<str:code>/return/", views.project_return, name="project_return"),
    path("projects/<str:code>/mandate/", views.project_mandate, name="project_mandate"),
    path("projects/<str:code>/route/", views.route_make, name="route_make"),
    path("projects/<str:code>/services/<int:pk>/tender/", views.service_tender, name="service_tender"),
    path("projects/<str:code>/services/<int:pk>/provide/", views.service_provide, name="service_provide"),
    path("projects/<str:code>/steps/<slug:key>/", views.step, name="project_step"),
    path("projects/<str:code>/steps/<slug:key>/start/", views.step_start, name="step_start"),
    path("projects/<str:code>/steps/<slug:key>/finish/", views.step_finish, name="step_finish"),
]
