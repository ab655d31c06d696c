"""The composition itself: settings, URLs, and the commands that open and examine an installation."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "配置"
