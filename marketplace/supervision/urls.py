"""Addresses of this app."""

from django.urls import URLPattern, path

from marketplace.supervision import views

urlpatterns: list[URLPattern] = [
    path("statistics/", views.statistics_page, name="statistics"),
    path("statistics/statistics.csv", views.statistics_csv, name="statistics_csv"),
    path("complaints/", views.complaint_new, name="complaint_new"),
    path("complaints/find/", views.complaint_find, name="complaint_find"),
    path("complaints/<str:number>/", views.complaint_follow, name="complaint_follow"),
    path("desk/supervision/", views.supervision_board, name="supervision_board"),
    path("desk/supervision/complaints/<str:number>/", views.complaint_handle, name="complaint_handle"),
    path("desk/supervision/complaints/<str:number>/accept/", views.complaint_accept, name="complaint_accept"),
    path("desk/supervision/complaints/<str:number>/reject/", views.complaint_reject, name="complaint_reject"),
    path("desk/supervision/complaints/<str:number>/decide/", views.complaint_decide, name="complaint_decide"),
]
