"""What can go wrong with accounts and organisations."""

from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts import rules
from marketplace.core.errors import DomainError, WrongState


class BadCreditCode(DomainError):
    """A unified social credit code that can't be one; says which of the three checks failed, and how to mend it."""

    code = "bad_credit_code"
    status = 422
    field = "credit_code"
    words: dict[rules.CodeProblem, Promise] = {
        rules.CodeProblem.LENGTH: _(
            "统一社会信用代码应为 18 位，您填写了 %(length)d 位。请照营业执照或登记证书逐位核对；"
            "15 位的旧注册号不能使用，请先到登记机关换发 18 位代码的证照。"
        ),
        rules.CodeProblem.ALPHABET: _(
            "统一社会信用代码里有不该出现的字符：%(characters)s。"
            "代码由数字和大写字母组成，不用 I、O、S、V、Z，第 3 至 8 位是数字；"
            "请检查是否把 1 写成了 I、0 写成了 O、5 写成了 S、2 写成了 Z。"
        ),
        rules.CodeProblem.CHECK: _(
            "统一社会信用代码的校验码（第 18 位）与前 17 位对不上，其中至少有一位写错了。"
            "请照证照逐位核对，留意相邻两位写反、8 与 B、0 与 D 混淆。"
        ),
    }

    def __init__(self, problem: rules.CodeProblem, code: str) -> None:
        self.problem = problem
        foreign = rules.foreign_characters(code) or "".join(c for c in code[2:8] if not c.isdigit())
        super().__init__(str(self.words[problem]) % {"length": len(code), "characters": "、".join(foreign)})


class NameDiffers(DomainError):
    """The credit code belongs to an organisation of another name."""

    code = "name_differs"
    status = 422
    field = "name"

    def __init__(self, registered: str) -> None:
        message = _(
            "这个统一社会信用代码已登记为“%(name)s”，与您填写的单位名称不同。请核对代码或改正名称；名称已变更的，请联系服务热线。"
        )
        super().__init__(str(message) % {"name": registered})


class AlreadyMember(DomainError):
    """The person acts for this organisation already."""

    code = "already_member"


class LastAdministrator(WrongState):
    """The organisation would be left without anybody who may manage it."""

    code = "last_administrator"
    message = _("单位至少要有一名管理员。请先把“单位管理员”角色授予另一位成员，再办理这项操作。")


class InvitationOver(WrongState):
    """The invitation was used, taken back, or is too old."""

    code = "invitation_over"
    message = _("这份邀请已失效（已使用、已撤回或超过 7 天）。请联系单位管理员重新邀请。")


class TooManyInvitations(DomainError):
    """The organisation has sent as many invitations as a day allows."""

    code = "too_many_invitations"
    status = 429
    message = _("本单位 24 小时内发出的邀请已达 30 份的上限，请明天再邀请。")


class AddressNotProved(DomainError):
    """The invited address is the person's by their own word only."""

    code = "address_not_proved"
    status = 409

    def __init__(self, contact: str) -> None:
        message = _(
            "邮箱 %(contact)s 还没有验证。请打开注册时收到的验证邮件，或在“电子邮箱”页面重新发送；"
            "验证后再打开邀请链接。"
        )
        words = str(message) % {"contact": rules.masked(contact)}
        super().__init__(words, url=reverse_lazy("account_email"), act=_("验证邮箱"))


class WrongPerson(DomainError):
    """The invitation is for somebody else's account."""

    code = "wrong_person"
    status = 409

    def __init__(self, contact: str) -> None:
        message = _(
            "这份邀请是发给 %(contact)s 的，与您现在登录的账号不同。"
            "请换用该账号登录，或请单位管理员改为邀请您现在的账号。"
        )
        super().__init__(str(message) % {"contact": rules.masked(contact)})
