"""Errors that a person can read. Every service raises one of these, or a subclass its app names."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """An act that the rules refuse.

    `message` is a full sentence in the reader's language, with the way out; `field` names the form field it is about
    ("" = the whole form); `code` is stable for API and tests; `status` is the HTTP status of an uncaught one.
    """

    code = "refused"
    status = 409
    message: str | Promise = _("这项操作现在不能办理。")
    field = ""

    def __init__(self, message: str | Promise | None = None, *, field: str = "", **details: Any) -> None:
        self.message = message if message is not None else self.message
        self.field = field or self.field
        self.details = details
        super().__init__(str(self.message))

    def __str__(self) -> str:
        return str(self.message)


class BadFile(DomainError):
    """A file that is not taken."""

    code = "bad_file"
    status = 422


class NotAllowed(DomainError):
    """This actor may not do this."""

    code = "not_allowed"
    status = 403
    message = _("您的账号没有办理这项操作的权限。请用有权限的账号登录，或请单位管理员授权。")


class WrongState(DomainError):
    """The object is in a state in which this act is not possible."""

    code = "wrong_state"
    message = _("当前状态下不能办理这项操作，请刷新页面查看最新状态。")


class AlreadyDone(WrongState):
    """The same act has been done before: a double click, or a colleague was faster. Nothing is lost."""

    code = "already_done"
    message = _("这项操作已经办理过了，无需重复提交。")


class TooLate(WrongState):
    """The time for this act is over."""

    code = "too_late"
    message = _("已超过截止时间，系统以服务器时间为准。")


class Incomplete(DomainError):
    """Something is missing or wrong; `problems` lists every sentence at once."""

    code = "incomplete"
    status = 422

    def __init__(self, problems: "list[str | Promise]", *, field: str = "") -> None:
        self.problems = problems
        super().__init__("；".join(str(p) for p in problems), field=field)
