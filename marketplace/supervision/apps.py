"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "marketplace.supervision"
    label = "supervision"
    verbose_name = _("监管")
