"""Addresses of this app."""

from django.urls import URLPattern, path

from search import views

urlpatterns: list[URLPattern] = [
    path("search/", views.search, name="search"),
    path("search/suggest/", views.suggest, name="search_suggest"),
    path("agencies/", views.agency_list, name="agency_list"),
    path("agencies/compare/", views.compare, name="compare"),
    path("items/", views.item_list, name="item_list"),
    path("tenders/", views.tender_list, name="tender_list"),
]
