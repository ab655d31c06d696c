"""How django-allauth signs people up and in here: the user name is a mobile number or an e-mail address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from marketplace.accounts.rules import is_mobile


class AccountAdapter(DefaultAccountAdapter):
    """User names are phone numbers or e-mail addresses; after log-in one lands on one's desk."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """The user name, in lower case. ValidationError when it is neither a mobile number nor an e-mail address."""
        username = username.strip().lower()
        if not is_mobile(username):
            try:
                validate_email(username)
            except forms.ValidationError as error:
                raise forms.ValidationError(_("请填写 11 位手机号，或完整的电子邮箱地址。"), code="username") from error
        return str(super().clean_username(username, shallow=shallow))

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the name and use an e-mail user name as the address as well."""
        user = super().save_user(request, user, form, commit=False)
        user.name = form.cleaned_data.get("name", "")
        if "@" in user.username and not user.email:
            user.email = user.username
        if commit:
            user.save()
        return user
