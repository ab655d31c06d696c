"""Addresses of the demonstration; `config.urls` includes them only where DEMO=1."""

from django.urls import path

from demo import views

urlpatterns = [
    path("", views.tour, name="demo"),
    path("login/", views.log_in, name="demo_login"),
    path("clock/", views.move_clock, name="demo_clock"),
]
