"""Addresses of the public pages; Wagtail's own tree comes after them."""

from django.urls import path
from wagtail.contrib.sitemaps.views import sitemap

from cms import desk, views

urlpatterns = [
    path("", views.home, name="home"),
    path("agencies/<str:credit_code>/", views.agency, name="agency"),
    path("items/<str:code>/", views.item, name="item"),
    path("notices/", views.notice_list, name="notice_list"),
    path("policies/", views.policy_list, name="policy_list"),
    path("help/", views.help_list, name="help_list"),
    path("desk/agency/words/", desk.agency_words, name="agency_words"),
    path("desk/agency/words/preview/", desk.agency_words_preview, name="agency_words_preview"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("robots.txt", views.robots, name="robots"),
]
