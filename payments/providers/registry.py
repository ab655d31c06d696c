"""Finds the providers: every folder beside this file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from payments import providers
from payments.providers.base import Provider

DEFAULT = "transfer"


@cache
def all_providers() -> dict[str, Provider]:
    """Key → provider, for every folder of `payments.providers`."""
    folders = [module.name for module in iter_modules(providers.__path__) if module.ispkg]
    found = [import_module(f"{providers.__name__}.{name}").PROVIDER for name in folders]
    return {provider.key: provider for provider in found}


def get(key: str) -> Provider:
    """The provider with this key. KeyError when there is none."""
    return all_providers()[key]
