"""Forms of accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SignupExtra(forms.Form):
    """What sign-up asks beside user name and password."""

    name = forms.CharField(label=_("姓名"), max_length=60)

    def signup(self, request: Any, user: Any) -> None:
        """Called by django-allauth after the account is made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
