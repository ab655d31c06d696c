"""Addresses of the same page in another language."""

import re

from django.conf import settings
from django.urls import translate_url
from django.utils import translation


def without_language(url: str) -> str:
    """The address of the Chinese page: paths of this site lose their language, other addresses stay."""
    others = "|".join(re.escape(code) for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
    return re.sub(rf"^/(?:{others})(?=/)", "", url)


def in_language(url: str, language: str) -> str:
    """The address of the same page in this language; pages that have only one (`/admin/`) keep theirs."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(translate_url(without_language(url), language))
