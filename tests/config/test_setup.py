import builtins
import getpass
from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cms.models import HomePage, SectionPage
from config.setup import QUESTIONS
from config.setup.questions import BadAnswer, password, phone, region_code, user_name
from marketplace.accounts.models import Organisation, User
from marketplace.approvals.models import ApprovalItem
from marketplace.catalogue.models import QualificationType, Region, RuleSet, ServiceItem
from marketplace.core import calendar, clock
from marketplace.core.models import CalendarYear, LogEntry, Zone
from marketplace.projects.models import RouteTemplate
from marketplace.tenders.models import Tender

SECRET = "kunlun-shan-1980"
TABLES = (Zone, CalendarYear, Region, QualificationType, ServiceItem, RuleSet, ApprovalItem, RouteTemplate, HomePage)


@pytest.fixture(autouse=True)
def without_migrating(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' database is migrated already; nothing else of the command is replaced."""
    from config.management.commands import setup

    quick = {"migrate", "createcachetable"}
    monkeypatch.setattr(setup, "call_command", lambda name, **o: None if name in quick else call_command(name, **o))
    calendar.forget()
    yield
    calendar.forget()


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("setup", *arguments, stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """`typed(answers, passwords)`: what a person types; returns the prompts that were shown."""

    def prepare(answers: list[str], passwords: list[str]) -> list[str]:
        prompts: list[str] = []
        queues = {"input": iter(answers), "getpass": iter(passwords)}

        def read(kind: str) -> Callable[[str], str]:
            def one(prompt: str) -> str:
                prompts.append(prompt)
                try:
                    return next(queues[kind])
                except StopIteration:
                    raise EOFError from None

            return one

        monkeypatch.setattr(builtins, "input", read("input"))
        monkeypatch.setattr(getpass, "getpass", read("getpass"))
        return prompts

    return prepare


def counts() -> dict[str, int]:
    return {table.__name__: table.objects.count() for table in (*TABLES, User, SectionPage, LogEntry)}


def test_there_are_ten_questions() -> None:
    assert len(QUESTIONS) == 10


@pytest.mark.django_db
def test_a_zone_opens_without_a_word_and_a_second_time_changes_nothing() -> None:
    said = run("--no-input", "--name", "江北经济技术开发区", "--admin", "13711112222", "--admin-password", SECRET)
    assert "登录名：13711112222" in said
    assert SECRET not in said
    zone = Zone.current()
    assert (zone.name, zone.owner) == ("江北经济技术开发区", "江北经济技术开发区管理委员会")
    assert not zone.is_demonstration
    assert all(table.objects.exists() for table in TABLES)
    assert ServiceItem.objects.count() >= 44
    assert set(CalendarYear.objects.values_list("year", flat=True)) == set(range(2024, clock.today().year + 2))
    assert not calendar.is_workday(date(2026, 2, 18))
    assert not Organisation.objects.exists()
    assert not Tender.objects.exists()
    before = counts()
    run("--no-input")
    assert counts() == before
    assert Zone.current().name == "江北经济技术开发区"


@pytest.mark.django_db
def test_the_first_administrator_logs_in_and_must_take_a_second_factor() -> None:
    run("--no-input", "--admin", "13711112222", "--admin-password", SECRET)
    user = User.objects.get()
    assert user.is_superuser
    assert user.staff_roles == ["operator"]
    client = Client()
    client.post("/accounts/login/", {"login": "13711112222", "password": SECRET})
    assert client.get("/desk/").url == "/accounts/2fa/totp/activate/"
    assert Client().get("/").status_code == 200


@pytest.mark.django_db
def test_a_made_up_password_is_shown_once_and_works() -> None:
    said = run("--no-input")
    (line,) = [line for line in said.splitlines() if "初始密码" in line]
    assert User.objects.get().check_password(line.rsplit("：", 1)[1])
    assert "初始密码" not in run("--no-input")


@pytest.mark.django_db
def test_one_answers_in_a_dialogue_and_may_err(typed: Callable) -> None:
    prompts = typed(
        [
            "",
            "",
            "123",
            "４３０５９９",
            "",
            "热线",
            "0739-1234567",
            "",
            "",
            "",
            "a@",
            "zx@example.gov.cn",
            "",
            "钱主任",
        ],
        ["12345", SECRET, "other-words-1980", SECRET, SECRET],
    )
    said = run()
    assert "行政区划代码是 6 位数字" in said
    assert "请填写能拨通的电话" in said
    assert "请填写完整的电子邮箱地址" in said
    assert "两次输入的密码不同" in said
    zone, user = Zone.current(), User.objects.get()
    assert (zone.region_code, zone.phone, zone.supervision_phone) == ("430599", "0739-1234567", "0739-1234567")
    assert (user.username, user.name) == ("zx@example.gov.cn", "钱主任")
    assert user.check_password(SECRET)
    assert prompts[0].startswith("1/10 区域名称")
    assert "[示范经济技术开发区管理委员会]" in prompts[1]


@pytest.mark.django_db
def test_the_second_time_what_is_there_is_proposed_and_no_password_asked(typed: Callable) -> None:
    run("--no-input", "--name", "江北新区", "--admin", "13711112222", "--admin-password", SECRET)
    prompts = typed([""] * 10, [])
    run()
    assert "[江北新区]" in prompts[0]
    assert "[13711112222]" in prompts[9]
    assert len(prompts) == 10
    assert User.objects.get().check_password(SECRET)


@pytest.mark.django_db
def test_a_zone_in_a_county_nobody_knows_brings_its_region() -> None:
    run("--no-input", "--region-code", "430588", "--region-name", "某某县")
    region = Region.objects.get(code="430588")
    assert (region.name, region.parent.code) == ("某某县", "430500")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("option", "answer"),
    [("--region-code", "43"), ("--email", "nobody"), ("--name", " "), ("--admin-password", "12345")],
)
def test_a_wrong_option_is_named_and_nothing_is_written(option: str, answer: str) -> None:
    with pytest.raises(CommandError, match=option):
        run("--no-input", option, answer)
    assert Zone.current() is None


@pytest.mark.django_db
def test_without_a_terminal_it_says_what_to_do(typed: Callable) -> None:
    typed(["江北新区"], [])
    with pytest.raises(CommandError, match="--no-input"):
        run()
    assert Zone.current() is None


@pytest.mark.django_db
def test_a_demonstration_is_left_alone(settings: object) -> None:
    Zone.objects.create(name="演示", owner="", region_code="430599", region_name="", is_demonstration=True)
    with pytest.raises(CommandError, match="演示数据"):
        run("--no-input")
    settings.DEMO = True
    with pytest.raises(CommandError, match="DEMO=0"):
        run("--no-input")
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (region_code, "043059"),
        (phone, "123"),
        (phone, "()()()"),
        (user_name, "a"),
        (user_name, "1380000"),
        (password, "1234567890"),
    ],
)
def test_what_is_no_answer_is_asked_again(check: Callable[[str], str], answer: str) -> None:
    with pytest.raises(BadAnswer):
        check(answer)


@pytest.mark.parametrize(
    ("check", "answer", "kept"),
    [
        (phone, "１２３４５", "12345"),
        (user_name, "138 0000 1111", "13800001111"),
        (user_name, "Zhang@Example.cn", "zhang@example.cn"),
        (user_name, "zhang.san", "zhang.san"),
    ],
)
def test_answers_are_kept_in_one_form(check: Callable[[str], str], answer: str, kept: str) -> None:
    assert check(answer) == kept
