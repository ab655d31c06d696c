"""Forms of people and organisations."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts import rules, services
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MEMBER_ROLES
from marketplace.core.errors import DomainError
from marketplace.core.forms import ActorForm, StoredFileField

TYPED_NARROW = ("username", "email")  # what the keyboard may have made wide: ｚｈａｎｇ＠ｅｘａｍｐｌｅ．ｃｎ


class SignupExtra(forms.Form):
    """What sign-up asks beside user name and password; django-allauth builds its form on top of this one."""

    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        error_messages={"required": _("请填写您的真实姓名，它会出现在您办理的业务记录里。")},
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        if data is not None:
            data = data.copy()
            for name in TYPED_NARROW:
                if name in data:
                    data[name] = rules.normalise_contact(data[name])
        super().__init__(data, *args, **kwargs)

    def signup(self, request: Any, user: Any) -> None:
        """Called by django-allauth after the account is made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class CreditCodeField(forms.CharField):
    """A unified social credit code; full-width characters, spaces and hyphens are taken and put right."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("统一社会信用代码"))
        kwargs.setdefault("help_text", _("营业执照或登记证书上的 18 位代码；可带空格，全角字符会自动转换。"))
        super().__init__(**kwargs)
        self.widget.attrs.update(autocomplete="off", spellcheck="false", autocapitalize="characters")

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text:
            return ""
        try:
            return services.check_credit_code(text)
        except DomainError as error:
            raise forms.ValidationError(str(error), code=error.code) from error


def authorisation_field() -> StoredFileField:
    """The stamped authorisation of the person who acts for an organisation."""
    return StoredFileField(
        purpose="accounts.authorisation",
        label=_("盖章授权书"),
        error_messages={"required": _("请上传加盖单位公章的授权书扫描件或照片。")},
    )


class RegisterForm(ActorForm):
    """An organisation comes to the site, or a further person claims to act for it."""

    credit_code = CreditCodeField()
    name = forms.CharField(
        label=_("单位全称"),
        max_length=120,
        help_text=_("与营业执照或登记证书一致。"),
        error_messages={"required": _("请填写营业执照或登记证书上的单位全称。")},
    )
    kind = forms.ChoiceField(label=_("单位类型"), choices=Organisation.Kind.choices)
    authorisation = authorisation_field()


class AuthorisationForm(ActorForm):
    """A better authorisation, after the first was refused."""

    authorisation = authorisation_field()


class OrganisationForm(ActorForm):
    """What an organisation keeps about itself; its name and code are changed only with proof."""

    legal_person = forms.CharField(label=_("法定代表人或负责人"), max_length=60, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=40, required=False)
    address = forms.CharField(label=_("地址"), max_length=200, required=False)
    bank_name = forms.CharField(
        label=_("开户银行"), max_length=120, required=False, help_text=_("写到支行，合同付款时使用。")
    )
    bank_account = forms.CharField(label=_("银行账号"), max_length=40, required=False)

    def clean_phone(self) -> str:
        return rules.narrow(self.cleaned_data["phone"])

    def clean_bank_account(self) -> str:
        account = rules.normalise_code(self.cleaned_data["bank_account"])
        if account and not (account.isdigit() and 8 <= len(account) <= 30):
            raise forms.ValidationError(_("银行账号应为 8 至 30 位数字，请照开户许可证或网银核对。"))
        return account


class RolesForm(ActorForm):
    """What a member may do."""

    roles = forms.MultipleChoiceField(
        label=_("角色"),
        choices=[(role.key, role.label) for role in MEMBER_ROLES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一个角色。")},
    )


class InviteForm(RolesForm):
    """A colleague who shall act for the organisation."""

    contact = forms.CharField(
        label=_("手机号或邮箱"),
        max_length=120,
        help_text=_("对方用它注册或登录后才能接受邀请。"),
        error_messages={"required": _("请填写对方的手机号或电子邮箱。")},
    )
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    field_order = ["contact", "name", "roles"]


class DecisionForm(ActorForm):
    """An operator refuses a claim with a reason."""

    reason = forms.CharField(
        label=_("未通过的原因"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明哪里不符、怎样改正；申请人会原样看到。"),
        error_messages={"required": _("请写明未通过的原因，并告诉申请人怎样改正。")},
    )


REASONS: tuple[Promise, ...] = (
    _("授权书没有加盖单位公章，请盖章后重新上传。"),
    _("授权书看不清，请重新扫描或拍照上传，文字和公章要完整清晰。"),
    _("授权书上的单位名称或统一社会信用代码与登记的不一致，请核对后重新上传。"),
    _("授权书上的被授权人与您的账号姓名不一致，请核对后重新上传。"),
)
