"""Who may take part: each rule by itself, and what holds for all of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.agencies.rules import (
    Certificate,
    Check,
    Facts,
    Licence,
    Need,
    Needs,
    all_met,
    covers,
    eligibility,
    failing,
)

TODAY = date(2026, 3, 18)
ENDS = date(2026, 6, 30)
GRADES = ("甲级", "乙级", "丙级")
SURVEY = Need("cehui", "测绘资质", ("甲级", "乙级"), "乙级")
FACTS = Facts(
    state="active",
    offers={"ZJ-016": frozenset({"430500"})},
    certificates=(Certificate("cehui", "测绘资质", "乙级", date(2027, 1, 1)),),
    practitioners=(Licence("注册测绘师"), Licence("注册测绘师", date(2026, 5, 1))),
    credit_score=82,
    region_names={"430500": "邵阳市"},
)
NEEDS = Needs(
    item_code="ZJ-016",
    groups=((SURVEY,),),
    region_code="430599",
    practitioners=1,
    service_ends_on=ENDS,
    licences=("注册测绘师",),
    minimum_credit=60,
    item_name="土地勘测定界",
    region_name="示范经济技术开发区",
)


def one(key: str, facts: Facts = FACTS, needs: Needs = NEEDS) -> Check:
    return next(check for check in eligibility(facts, needs, TODAY) if check.key == key)


def test_who_has_everything_may_take_part() -> None:
    checks = eligibility(FACTS, NEEDS, TODAY)
    assert [check.key for check in checks] == ["state", "offer", "qualification_0", "practitioners", "region", "credit"]
    assert all_met(checks)


@pytest.mark.parametrize("state", ["draft", "submitted", "public_notice", "dormant", "frozen", "expelled", "withdrawn"])
def test_only_an_active_agency_may(state: str) -> None:
    check = one("state", replace(FACTS, state=state))
    assert check.ok is False
    assert check.mine
    assert check.mend_url == "agency_desk"


def test_the_item_must_be_offered() -> None:
    check = one("offer", replace(FACTS, offers={"ZJ-029": frozenset()}))
    assert (check.ok, check.mine, check.needed) == (False, "ZJ-029", "ZJ-016 土地勘测定界")
    assert check.mend_url == "agency_offers"


def test_the_last_day_of_a_certificate_counts() -> None:
    last = replace(FACTS, certificates=(Certificate("cehui", "测绘资质", "乙级", ENDS),))
    assert one("qualification_0", last).ok
    day_before = replace(FACTS, certificates=(Certificate("cehui", "测绘资质", "乙级", ENDS - timedelta(days=1)),))
    check = one("qualification_0", day_before)
    assert check.ok is False
    assert "2026-06-29" in str(check.mine)
    assert "有效期覆盖到 2026-06-30" in str(check.needed)
    assert "延续" in str(check.mend)


@pytest.mark.parametrize(
    ("certificates", "mine", "mend"),
    [
        ((), "没有这项资质", "添加资质证书"),
        ((Certificate("cehui", "测绘资质", "乙级", date(2026, 3, 17)),), "2026-03-17", "已过期"),
        ((Certificate("jianyan-jiance", "检验检测机构资质认定"),), "没有这项资质", "添加"),
    ],
)
def test_what_i_have_stands_beside_what_is_needed(certificates: tuple[Certificate, ...], mine: str, mend: str) -> None:
    check = one("qualification_0", replace(FACTS, certificates=certificates))
    assert check.ok is False
    assert mine in str(check.mine)
    assert mend in str(check.mend)
    assert "测绘资质 乙级及以上" in str(check.needed)


def test_a_lower_grade_is_said_to_be_lower() -> None:
    needs = replace(NEEDS, groups=((replace(SURVEY, minimum_grade="甲级"),),))
    check = one("qualification_0", needs=needs)
    assert check.ok is False
    assert "等级足够" in str(check.mend)
    assert "测绘资质 甲级，" in str(check.needed)


def test_one_of_the_alternatives_is_enough() -> None:
    other = Need("tudi-pinggu", "土地评估机构备案")
    assert one("qualification_0", needs=replace(NEEDS, groups=((other, SURVEY),))).ok
    check = one("qualification_0", needs=replace(NEEDS, groups=((other,),)))
    assert check.ok is False


def test_every_group_must_be_met() -> None:
    other = Need("tudi-pinggu", "土地评估机构备案")
    checks = eligibility(FACTS, replace(NEEDS, groups=((SURVEY,), (other,))), TODAY)
    assert [check.key for check in failing(checks)] == ["qualification_1"]


def test_a_person_whose_licence_ends_during_the_service_does_not_count() -> None:
    assert one("practitioners").mine == "1 人"
    check = one("practitioners", needs=replace(NEEDS, practitioners=2))
    assert (check.ok, check.mine, check.needed) == (False, "1 人", "注册测绘师不少于 2 人")


def test_other_licences_do_not_count() -> None:
    assert one("practitioners", needs=replace(NEEDS, licences=("注册造价工程师",))).ok is False


@pytest.mark.parametrize(
    ("served", "ok", "mine"),
    [
        (frozenset(), True, "全国"),
        (frozenset({"430000"}), True, "430000"),
        (frozenset({"430500"}), True, "邵阳市"),
        (frozenset({"430599"}), True, "430599"),
        (frozenset({"430502"}), False, "430502"),
        (frozenset({"440000", "430100"}), False, "430100、440000"),
    ],
)
def test_an_area_covers_what_lies_in_it(served: frozenset[str], ok: bool, mine: str) -> None:
    check = one("region", replace(FACTS, offers={"ZJ-016": served}))
    assert (check.ok, check.mine) == (ok, mine)


def test_credit_below_what_is_asked_fails() -> None:
    assert one("credit", replace(FACTS, credit_score=59)).ok is False
    assert one("credit", replace(FACTS, credit_score=60)).ok


def test_what_is_not_asked_is_not_listed() -> None:
    bare = Needs("ZJ-016")
    assert [check.key for check in eligibility(FACTS, bare, TODAY)] == ["state", "offer"]


def test_a_report_can_be_kept_as_json() -> None:
    import json

    rows = [check.to_json() for check in eligibility(replace(FACTS, state="frozen"), NEEDS, TODAY)]
    assert json.loads(json.dumps(rows))[0] == {
        "key": "state",
        "label": "已入驻且状态正常",
        "mine": "冻结",
        "needed": "正常在驻",
        "mend": "查看冻结原因和修复办法",
        "mend_url": "agency_desk",
        "ok": False,
    }


# --- what holds for all of them ---------------------------------------------------------------------------------------
SLUGS = ("a", "b", "c")
days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
codes = st.sampled_from(["430000", "430500", "430502", "430599", "440000", "440100"])
certificates = st.builds(
    Certificate, st.sampled_from(SLUGS), st.just("资质"), st.sampled_from(["", *GRADES]), st.none() | days
)
wanted = st.builds(
    Need, st.sampled_from(SLUGS), st.just("资质"), st.just(GRADES) | st.just(()), st.sampled_from(["", *GRADES])
)
facts_of = st.builds(
    Facts,
    state=st.sampled_from(["active", "frozen", "draft"]),
    offers=st.dictionaries(st.sampled_from(["ZJ-001", "ZJ-002"]), st.frozensets(codes, max_size=3)),
    certificates=st.lists(certificates, max_size=4).map(tuple),
    practitioners=st.lists(
        st.builds(Licence, st.sampled_from(["注册测绘师", "监理工程师"]), st.none() | days), max_size=4
    ).map(tuple),
    credit_score=st.integers(0, 100),
)
needs_of = st.builds(
    Needs,
    item_code=st.sampled_from(["ZJ-001", "ZJ-002"]),
    groups=st.lists(st.lists(wanted, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple),
    region_code=st.none() | codes,
    practitioners=st.integers(0, 3),
    service_ends_on=st.none() | days,
    licences=st.just(()) | st.just(("注册测绘师",)),
    minimum_credit=st.none() | st.integers(0, 100),
)


@given(facts_of, needs_of, days)
def test_every_failing_rule_says_what_i_have_what_is_needed_and_what_mends_it(
    facts: Facts, needs: Needs, on: date
) -> None:
    for check in failing(eligibility(facts, needs, on)):
        assert check.mine
        assert check.needed
        assert check.mend
        assert check.url.startswith("/desk/agency/")


@given(facts_of, needs_of, days, certificates)
def test_one_more_certificate_never_hurts(facts: Facts, needs: Needs, on: date, more: Certificate) -> None:
    before = {check.key for check in failing(eligibility(facts, needs, on))}
    richer = replace(facts, certificates=(*facts.certificates, more))
    assert {check.key for check in failing(eligibility(richer, needs, on))} <= before


@given(facts_of, needs_of, days, st.integers(1, 400))
def test_a_longer_service_never_makes_it_easier(facts: Facts, needs: Needs, on: date, days_more: int) -> None:
    if needs.service_ends_on is None:
        return
    longer = replace(needs, service_ends_on=needs.service_ends_on + timedelta(days=days_more))
    before = {check.key for check in failing(eligibility(facts, needs, on))}
    assert before <= {check.key for check in failing(eligibility(facts, longer, on))}


@given(facts_of, needs_of, days)
def test_a_higher_grade_never_hurts(facts: Facts, needs: Needs, on: date) -> None:
    best = replace(facts, certificates=tuple(replace(c, grade=GRADES[0]) for c in facts.certificates))
    before = {check.key for check in failing(eligibility(facts, needs, on))}
    assert {check.key for check in failing(eligibility(best, needs, on))} <= before


@given(facts_of, needs_of, days)
def test_the_order_of_certificates_and_alternatives_does_not_matter(facts: Facts, needs: Needs, on: date) -> None:
    turned = replace(facts, certificates=facts.certificates[::-1], practitioners=facts.practitioners[::-1])
    other = replace(needs, groups=tuple(group[::-1] for group in needs.groups))
    assert [c.ok for c in eligibility(facts, needs, on)] == [c.ok for c in eligibility(turned, other, on)]


@given(codes, codes)
def test_a_province_covers_its_cities_and_no_other(area: str, region: str) -> None:
    assert covers(area, area)
    if covers(area, region) and covers(region, area):
        assert area == region
    assert not (covers(area, region) and area[:2] != region[:2])
