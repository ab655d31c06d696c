"""Addresses of approval items."""

from django.urls import path

from marketplace.approvals import views

urlpatterns = [
    path("approvals/", views.approval_item_list, name="approval_item_list"),
    path("approvals/<str:code>/", views.approval_item, name="approval_item"),
]
