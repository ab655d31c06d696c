"""The ten questions, as a table: what is asked, what is proposed, and what counts as an answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts import rules
from marketplace.accounts.models import User
from marketplace.core.models import Zone

Answers = Mapping[str, str]


class BadAnswer(ValueError):
    """An answer that is not taken; its text says what is wanted."""


def _nothing(answers: Answers) -> str:
    return ""


@dataclass(frozen=True)
class Question:
    """One question.

    `key` names the answer and the option (`region_code` → `--region-code`); `propose` makes the default from the
    answers before it; `check` returns the answer as it is kept, or raises BadAnswer.
    """

    key: str
    text: str | Promise
    check: Callable[[str], str]
    propose: Callable[[Answers], str] = _nothing
    example: str = ""
    is_secret: bool = False

    @property
    def option(self) -> str:
        """The option of the command line."""
        return f"--{self.key.replace('_', '-')}"


# --- checks -----------------------------------------------------------------------------------------------------------
def required(text: str) -> str:
    """Any text, but some."""
    text = re.sub(r"\s+", " ", text).strip()
    if not text:
        raise BadAnswer(_("这一项必须填写。"))
    return text


def fits(field: str) -> Callable[[str], str]:
    """A required text that fits into this column of the zone."""
    length = int(getattr(Zone._meta.get_field(field), "max_length", 0) or 0)

    def check(text: str) -> str:
        text = required(text)
        if len(text) > length:
            raise BadAnswer(_("最多 %(length)d 个字。") % {"length": length})
        return text

    return check


def region_code(text: str) -> str:
    """Six digits, no province 00."""
    code = rules.narrow(text).replace(" ", "")
    if not re.fullmatch(r"[1-9]\d{5}", code):
        raise BadAnswer(_("行政区划代码是 6 位数字，如 430599；可在民政部网站查询。"))
    return code


def phone(text: str) -> str:
    """A number that can be dialled: a hotline of five digits, or one with its area code."""
    number = rules.narrow(text)
    if not re.fullmatch(r"[\d\-() +]{5,40}", number) or sum(c.isdigit() for c in number) < 5:
        raise BadAnswer(_("请填写能拨通的电话，如 0739-1234567 或 12345。"))
    return number


def email(text: str) -> str:
    """An e-mail address."""
    address = rules.normalise_contact(text)
    try:
        validate_email(address)
    except ValidationError:
        raise BadAnswer(_("请填写完整的电子邮箱地址，如 service@example.gov.cn。")) from None
    return address


def user_name(text: str) -> str:
    """A mobile number, an e-mail address, or a short name of letters and digits."""
    name = rules.normalise_contact(text)
    if "@" in name:
        return email(name)
    if not rules.is_mobile(name) and not re.fullmatch(r"[a-z][a-z0-9._-]{2,30}", name):
        raise BadAnswer(_("请填写手机号、电子邮箱，或 3 位以上、以字母开头的英文名。"))
    return name


def password(text: str) -> str:
    """A password that the site's rules take."""
    try:
        validate_password(text)
    except ValidationError as error:
        raise BadAnswer(" ".join(error.messages)) from None
    return text


# --- proposals --------------------------------------------------------------------------------------------------------
def _owner(answers: Answers) -> str:
    return f"{answers['name']}管理委员会"


def _supervision(answers: Answers) -> str:
    return answers["phone"]


def _administrator(answers: Answers) -> str:
    return answers["email"]


def _fixed(text: str) -> Callable[[Answers], str]:
    return lambda answers: text


QUESTIONS: tuple[Question, ...] = (
    Question("name", _("区域名称"), fits("name"), _fixed("示范经济技术开发区")),
    Question("owner", _("主办单位"), fits("owner"), _owner),
    Question("region_code", _("行政区划代码（6 位）"), region_code, _fixed("430599")),
    Question("region_name", _("行政区划名称"), fits("region_name"), _fixed("示范经济技术开发区")),
    Question("phone", _("服务热线"), phone, _fixed("12345")),
    Question("supervision_phone", _("监督电话"), phone, _supervision),
    Question("hours", _("办公时间"), fits("hours"), _fixed("工作日 9:00–12:00，13:30–17:00")),
    Question("address", _("办公地址"), fits("address"), _fixed("政务服务大厅中介服务窗口")),
    Question("email", _("联系邮箱"), email, _fixed("service@localhost.localdomain"), "service@example.gov.cn"),
    Question("admin", _("第一位管理员的登录名（手机号或邮箱）"), user_name, _administrator, "13800000000"),
)
ADMINISTRATOR_NAME = Question("admin_name", _("管理员姓名"), required, _fixed("系统管理员"))
PASSWORD = Question("admin_password", _("管理员密码"), password, is_secret=True)


def first_answer(question: Question, answers: Answers, zone: Zone | None) -> str:
    """What is proposed: what the zone has already, the administrator that is there, or the question's own default."""
    if question.key == "admin":
        there = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if there:
            return there.username
    return (getattr(zone, question.key, "") if zone else "") or question.propose(answers)
