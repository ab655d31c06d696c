"""How django-allauth signs people up and in here: the user name is a mobile number or an e-mail address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.core.internal import ratelimit
from django import forms
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from marketplace.accounts import queries
from marketplace.accounts.rules import is_mobile, normalise_contact

_WRONG_PASSWORD = _(
    "账号或密码不对。请核对手机号或邮箱，并注意大小写；忘记密码可以重设。连续输错 8 次，登录会暂停 30 分钟。"
)


def login_name(request: Any, credentials: dict[str, Any] | None) -> str:
    """Under which name tries are counted: the account's user name, however it was typed; else what was typed."""
    given = credentials or {"username": request.POST.get("login", "") if request is not None else ""}
    typed = normalise_contact(str(given.get("username") or given.get("email") or ""))
    account = queries.account_of(typed)
    return account.username if account else typed


class AccountAdapter(DefaultAccountAdapter):
    """User names are phone numbers or e-mail addresses; after log-in one lands on one's desk."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _WRONG_PASSWORD,
        "username_password_mismatch": _WRONG_PASSWORD,
        "username_taken": _("这个手机号或邮箱已经注册过，请直接登录；忘记密码可以重设。"),
        "email_taken": _("这个邮箱已经被另一个账号使用，请换一个，或用它直接登录。"),
        "too_many_login_attempts": _("尝试次数过多，已暂停接受。请过一会儿再试；不是您本人操作的，请尽快修改密码。"),
        "account_inactive": _("这个账号已停用。如有疑问，请联系服务热线。"),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """The user name, narrowed and in lower case. ValidationError unless a mobile number or an e-mail address."""
        username = normalise_contact(username)
        if not is_mobile(username):
            try:
                validate_email(username)
            except forms.ValidationError as error:
                raise forms.ValidationError(_("请填写 11 位手机号，或完整的电子邮箱地址。"), code="username") from error
        if not shallow and queries.is_taken(username):
            raise self.validation_error("username_taken")
        return str(super().clean_username(username, shallow=shallow))

    def clean_email(self, email: str) -> str:
        """The address in lower case, so that one mailbox is one account. ValidationError when it is another's."""
        email = normalise_contact(super().clean_email(email))
        request = allauth_context.request
        if queries.is_taken(email, by_other_than=request.user.pk if request else None):
            raise self.validation_error("email_taken")
        return email

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        """Count this try of the account, from wherever it comes; a success takes it back. ValidationError at the limit.

        In place of allauth's own count of wrong passwords, which django-axes keeps here per account and address.
        """
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_name", key=f"login {login_name(request, credentials)}"
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        """Let people in who typed their user name in full-width characters, with spaces or in capitals."""
        typed = {key: normalise_contact(credentials[key]) for key in ("username", "email") if credentials.get(key)}
        user = super().authenticate(request, **{**credentials, **typed})
        if user is None and getattr(request, "axes_locked_out", False):
            self._rollback_login_failed_rl_usage()  # an address that is shut out already shuts nobody else out
        return user

    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        """Keep the name and use an e-mail user name as the address as well."""
        user = super().save_user(request, user, form, commit=False)
        user.name = form.cleaned_data.get("name", "")
        if "@" in user.username and not user.email:
            user.email = user.username
        if commit:
            user.save()
        return user
