"""Registers what this app adds to the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "marketplace.contracts"
    label = "contracts"
    verbose_name = _("合同与评价")
