"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgenciesConfig(AppConfig):
    name = "marketplace.agencies"
    label = "agencies"
    verbose_name = _("中介服务机构")
