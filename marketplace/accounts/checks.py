"""What a machine can check of a claim, for the operator who looks at the rest."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.accounts import rules
from marketplace.accounts.models import Claim, Membership, Organisation


@dataclass(frozen=True)
class Check:
    """One thing that was checked: green, or something to look at, with the words that say why."""

    label: str
    is_green: bool
    detail: str = ""


def of_claim(claim: Claim) -> list[Check]:
    """All checks of a claim, what needs a look first."""
    checks = [_code(claim), _kind(claim), _name(claim), _file(claim), _person(claim), _others(claim)]
    return sorted(checks, key=lambda check: check.is_green)


def _code(claim: Claim) -> Check:
    problem = rules.credit_code_problem(claim.organisation.credit_code)
    return Check(_("统一社会信用代码的位数、字符和校验码"), problem is None, claim.organisation.credit_code)


def _kind(claim: Claim) -> Check:
    suits = rules.code_suits_kind(claim.organisation.credit_code, claim.kind)
    detail = {
        True: _("代码登记类别与“%(kind)s”一致"),
        False: _("代码登记类别与所选的“%(kind)s”不一致，请核对"),
        None: _("代码登记类别看不出是否属于“%(kind)s”，请核对"),
    }[suits]
    return Check(_("单位类型"), suits is True, detail % {"kind": claim.get_kind_display()})


def _name(claim: Claim) -> Check:
    same = Organisation.objects.filter(name=claim.name).exclude(pk=claim.organisation_id).first()
    if same:
        return Check(_("单位名称"), False, _("与已登记单位（%(code)s）同名") % {"code": same.credit_code})
    if claim.organisation.is_verified and claim.organisation.name != claim.name:
        return Check(_("单位名称"), False, _("与已核验名称“%(name)s”不同") % {"name": claim.organisation.name})
    return Check(_("单位名称"), True, _("没有其他单位使用同一名称"))


def _file(claim: Claim) -> Check:
    again = Claim.objects.filter(authorisation__sha256=claim.authorisation.sha256)
    other = again.exclude(organisation=claim.organisation).first()
    if other:
        return Check(_("授权书文件"), False, _("同一份文件也用于“%(name)s”") % {"name": other.organisation.name})
    return Check(_("授权书文件"), True, _("格式已按内容核对，未用于其他单位"))


def _person(claim: Claim) -> Check:
    if not claim.user.name:
        return Check(_("申请人"), False, _("没有填写姓名"))
    confirmed = Claim.objects.filter(user=claim.user, state=Claim.State.CONFIRMED).exclude(
        organisation=claim.organisation
    )
    count = confirmed.values("organisation").distinct().count()
    if count > 1:
        return Check(_("申请人"), False, _("已代表另外 %(count)d 家单位") % {"count": count})
    return Check(_("申请人"), True, _("已填写姓名；请与授权书上的被授权人核对"))


def _others(claim: Claim) -> Check:
    present = Membership.objects.filter(organisation=claim.organisation, is_active=True).exclude(user=claim.user)
    names = "、".join(str(membership.user) for membership in present.select_related("user")[:5])
    if not names:
        return Check(_("现有成员"), True, _("没有其他成员"))
    if claim.organisation.is_verified:
        return Check(
            _("现有成员"),
            False,
            _("已有成员：%(names)s；通过后申请人也成为管理员，原管理员会收到通知") % {"names": names},
        )
    return Check(
        _("现有成员"),
        False,
        _("已有未经核验的成员：%(names)s；如申请人不是管理员，通过后其资格将停用") % {"names": names},
    )
