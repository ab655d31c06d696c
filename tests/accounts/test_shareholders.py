"""Who holds the shares: the rows on the page, and what they become."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from marketplace.accounts.models import Shareholding
from marketplace.accounts.roles import MemberRole
from tests.factories import credit_code, member

pytestmark = pytest.mark.django_db
PAGE = "/organisation/shareholders/"


def rows(*given: tuple[str, str, str], initial: int = 0) -> dict[str, str]:
    data = {"form-TOTAL_FORMS": str(len(given)), "form-INITIAL_FORMS": str(initial)}
    for n, (name, code, percent) in enumerate(given):
        data |= {f"form-{n}-name": name, f"form-{n}-code": code, f"form-{n}-percent": percent}
    return data


def test_an_administrator_says_who_holds_shares_and_takes_one_away_again(browser_of: Callable) -> None:
    held = member(MemberRole.ADMINISTRATOR)
    client = browser_of(held.user)
    holder = credit_code(9_000_777)
    answer = client.post(PAGE, rows(("示范控股有限公司", holder.lower(), "60"), ("张三", "", "40.00"), ("", "", "")))
    assert answer.status_code == 302
    kept = Shareholding.objects.filter(organisation=held.organisation).order_by("-percent")
    assert [(each.holder_name, each.holder_code, each.percent) for each in kept] == [
        ("示范控股有限公司", holder, Decimal(60)),
        ("张三", "", Decimal(40)),
    ]
    assert "示范控股有限公司" in client.get("/organisation/").text
    client.post(PAGE, rows(("示范控股有限公司", holder, "60"), ("", "", ""), initial=2))
    assert kept.all().count() == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([("甲", "", "60"), ("乙", "", "60")], "合计不能超过 100%"),
        ([("甲", "", "120")], "持股比例不能超过 100%"),
        ([("甲", "", "")], "请填写持股比例"),
        ([("", "", "30")], "请填写股东名称"),
        ([("甲", "", "30"), ("甲", "", "20")], "写了两次"),
        ([("甲公司", "91430500MA4XXXXXX1", "30")], "校验码"),
    ],
)
def test_what_is_wrong_is_said_at_its_row_and_nothing_typed_is_lost(
    given: list[tuple[str, str, str]], said: str, browser_of: Callable
) -> None:
    held = member(MemberRole.ADMINISTRATOR)
    answer = browser_of(held.user).post(PAGE, rows(*given))
    assert answer.status_code == 422
    assert said in answer.text
    assert given[0][2] in answer.text
    assert not Shareholding.objects.exists()


def test_only_an_administrator_does(browser_of: Callable) -> None:
    client = browser_of(member(MemberRole.BUYER).user)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, rows(("甲", "", "30"))).status_code == 403
    assert not Shareholding.objects.exists()
