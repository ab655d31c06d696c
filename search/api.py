"""Addresses of the search API."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
