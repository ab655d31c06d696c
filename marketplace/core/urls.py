"""Addresses of the core."""

from django.urls import path

from marketplace.core import views
from marketplace.core.design import design

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("files/<uuid:pk>/", views.download, name="file"),
    path("files/<uuid:pk>/<str:name>", views.download, name="file_named"),
    path("inbox/", views.messages_list, name="inbox"),
    path("inbox/read/", views.messages_read, name="inbox_read"),
    path("inbox/<uuid:pk>/", views.message_open, name="message"),
    path("design/", design, name="design"),
]
