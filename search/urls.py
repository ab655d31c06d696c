"""Addresses of this app."""

from django.urls import URLPattern, path

from search import exports, saved_views, views
from search import help as help_pages

urlpatterns: list[URLPattern] = [
    path("search/", views.search, name="search"),
    path("search/ranking/", help_pages.ranking_help, name="ranking_help"),
    path("search/suggest/", views.suggest, name="search_suggest"),
    path("search/export.csv", exports.as_csv, name="search_csv"),
    path("search/export.xlsx", exports.as_xlsx, name="search_xlsx"),
    path("search/feed.atom", exports.as_feed, name="search_feed"),
    path("search/saved/", saved_views.saved_list, name="saved_searches"),
    path("search/saved/new/", saved_views.saved_new, name="saved_search_new"),
    path("search/saved/<int:pk>/", saved_views.saved_edit, name="saved_search"),
    path("search/saved/<int:pk>/pause/", saved_views.saved_pause, name="saved_search_pause"),
    path("search/saved/<int:pk>/resume/", saved_views.saved_resume, name="saved_search_resume"),
    path("search/saved/<int:pk>/delete/", saved_views.saved_delete, name="saved_search_delete"),
    path("search/saved/stop/<str:token>/", saved_views.saved_stop, name="saved_search_stop"),
    path("agencies/", views.agency_list, name="agency_list"),
    path("agencies/compare/", views.compare, name="compare"),
    path("items/", views.item_list, name="item_list"),
    path("tenders/", views.tender_list, name="tender_list"),
]
