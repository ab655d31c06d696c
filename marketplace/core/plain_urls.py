"""Addresses without a language."""

from django.urls import path

from marketplace.core import views

urlpatterns = [path("healthz", views.healthz), path("healthz/", views.healthz, name="healthz")]
