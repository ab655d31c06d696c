"""`manage.py setup`: opens a real, empty zone by ten questions."""

import getpass
import secrets
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config.setup import QUESTIONS, BadAnswer, Question, first_answer, open_zone
from config.setup.questions import ADMINISTRATOR_NAME, PASSWORD
from marketplace.accounts.models import User
from marketplace.core.models import Zone


class Command(BaseCommand):
    help = (
        "Open a real, empty zone: ten questions; writes zone, calendar, catalogue, rules, pages and an administrator."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for question in (*QUESTIONS, ADMINISTRATOR_NAME, PASSWORD):
            parser.add_argument(question.option, dest=question.key, metavar="…", help=str(question.text))
        parser.add_argument(
            "--no-input",
            "--noinput",
            action="store_true",
            dest="no_input",
            help="ask nothing: take the options, and what is proposed for the rest",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.options = options
        if settings.DEMO:
            raise CommandError(_("现在是演示模式（DEMO=1）。请在环境或 var/environment 中改为 DEMO=0，再运行 setup。"))
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        zone = Zone.current()
        if zone is not None and zone.is_demonstration:
            raise CommandError(
                _("这个数据库里是演示数据。请用 VAR_DIR 或 DATABASE_URL 指向一个新的数据库，再运行 setup。")
            )
        self._say(_("为一个真实的区域建立空白站点。直接回车采用括号中的内容。"))
        answers: dict[str, str] = {}
        for number, question in enumerate(QUESTIONS, 1):
            answers[question.key] = self._answer(question, f"{number}/{len(QUESTIONS)} ", answers, zone)
        made_up = self._administrator(answers)
        self._say("")
        open_zone(answers, say=lambda label: self._say(f"  ✓ {label}"))
        self._say("")
        self._say(_("站点已建立。登录地址：%(url)s") % {"url": f"{settings.SITE_URL}/accounts/login/"})
        self._say(_("登录名：%(name)s") % {"name": answers["admin"]})
        if made_up:
            self._say(_("初始密码（只显示这一次，请登录后修改）：%(password)s") % {"password": made_up})
        self._say(_("管理员登录后须先启用二次验证。可运行 manage.py doctor 检查全部设置。"))

    def _administrator(self, answers: dict[str, str]) -> str:
        """Name and password of the first administrator, where they are needed; returns a password that was made up."""
        there = User.objects.filter(username=answers["admin"]).first()
        if there is not None and not self.options["admin_password"]:
            answers["admin_name"] = there.name
            return ""
        answers["admin_name"] = self._answer(ADMINISTRATOR_NAME, "", answers, None)
        if self.options["admin_password"]:
            answers["admin_password"] = self._checked(PASSWORD, self.options["admin_password"])
            return ""
        if self.options["no_input"]:
            answers["admin_password"] = secrets.token_urlsafe(12)
            return answers["admin_password"]
        answers["admin_password"] = self._new_password()
        return ""

    def _answer(self, question: Question, number: str, answers: dict[str, str], zone: Zone | None) -> str:
        given = self.options[question.key]
        if given is not None:
            return self._checked(question, given)
        proposed = first_answer(question, answers, zone)
        if self.options["no_input"]:
            return self._checked(question, proposed)
        example = _("，如 %(example)s") % {"example": question.example} if question.example else ""
        while True:
            typed = self._read(f"{number}{question.text}{example} [{proposed}]: ") or proposed
            try:
                return question.check(typed)
            except BadAnswer as error:
                self.stderr.write(f"  {error}")

    def _checked(self, question: Question, answer: str) -> str:
        """The answer from an option. CommandError when it is not taken."""
        try:
            return question.check(answer)
        except BadAnswer as error:
            raise CommandError(f"{question.option}：{error}") from error

    def _new_password(self) -> str:
        while True:
            first = self._read(_("管理员密码（至少 10 个字符，输入时不显示）: "), secret=True)
            try:
                first = PASSWORD.check(first)
            except BadAnswer as error:
                self.stderr.write(f"  {error}")
                continue
            if self._read(_("再输一次: "), secret=True) == first:
                return first
            self.stderr.write("  " + _("两次输入的密码不同，请重新输入。"))

    def _read(self, prompt: str, *, secret: bool = False) -> str:
        try:
            return getpass.getpass(prompt) if secret else input(prompt).strip()
        except (EOFError, KeyboardInterrupt):
            raise CommandError(
                _("没有得到回答，什么都没有写入。没有终端时，请用选项给出答案并加 --no-input。")
            ) from None

    def _say(self, text: str) -> None:
        self.stdout.write(text)
