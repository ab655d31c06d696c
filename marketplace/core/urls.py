"""Addresses of the core."""

from django.urls import path

from marketplace.core import log_views, views
from marketplace.core.design import design

urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("files/<uuid:pk>/", views.download, name="file"),
    path("files/<uuid:pk>/<str:name>", views.download, name="file_named"),
    path("inbox/", views.messages_list, name="inbox"),
    path("inbox/read/", views.messages_read, name="inbox_read"),
    path("inbox/<uuid:pk>/", views.message_open, name="message"),
    path("log/", log_views.index, name="public_log"),
    path("log/key.json", log_views.key, name="log_key"),
    path("log/head.json", log_views.newest_head, name="log_head"),
    path("log/head/<str:size>.json", log_views.head_at, name="log_head_at"),
    path("log/entries.json", log_views.entries, name="log_entries"),
    path("log/entry/<str:number>.json", log_views.entry, name="log_entry"),
    path("log/proof/inclusion.json", log_views.inclusion, name="log_inclusion"),
    path("log/proof/consistency.json", log_views.consistency, name="log_consistency"),
    path("design/", design, name="design"),
]
