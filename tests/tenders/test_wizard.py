"""The screens of a purchase: who may respond as it is typed, what stops it and the way out, and where one comes in."""

import re
import time
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency, Practitioner, Qualification, ServiceOffer
from marketplace.agencies.rules import failing, failing_keys
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import QualificationType, Region
from marketplace.core import clock
from marketplace.core.models import LogEntry
from marketplace.tenders import queries, screens, services
from marketplace.tenders.eligibility import needs_of
from marketplace.tenders.errors import NotPublishable
from marketplace.tenders.models import Tender
from marketplace.tenders.rules import Problem, lint
from marketplace.tenders.services.telling import market_reports
from tests.factories import OrganisationFactory, staff
from tests.tenders import scene
from tests.tenders.test_forms import at, filled, log_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]


@pytest.fixture
def by() -> Actor:
    return scene.buyer()


def rows(*kinds: str) -> dict[str, str]:
    """The rows of qualifications as the browser sends them."""
    sent = {f"form-{n}-kind": kind for n, kind in enumerate(kinds)}
    return {"form-TOTAL_FORMS": str(len(kinds)), "form-INITIAL_FORMS": "0"} | sent


def survey(grade: str) -> str:
    return f"{QualificationType.objects.get(name='测绘资质').slug}:{grade}"


def ask(client: Any, draft: Tender, screen: str, **sent: Any) -> str:
    """What the page would show beside the screen for what is typed."""
    with clock.at(scene.MONDAY):
        answer = client.get(reverse("tender_check", args=[draft.pk, screen]), sent)
    assert answer.status_code == 200
    text: str = answer.content.decode()
    return text


def eligible(page: str) -> int:
    found = re.search(r"data-eligible>(\d+)<", page)
    assert found is not None
    return int(found.group(1))


# --- how many may respond ---------------------------------------------------------------------------------------------
def test_the_number_of_eligible_agencies_follows_what_is_typed_and_nothing_is_saved(by: Actor) -> None:
    for grade in ("甲级", "乙级", "乙级"):
        scene.agency(grade=grade)
    draft = scene.draft(by)
    client = log_in(by)
    assert eligible(ask(client, draft, "who", **rows(survey("乙级")))) == 3
    page = ask(client, draft, "who", **rows(survey("甲级")))
    assert eligible(page) == 1
    assert "可能流标" in page
    assert re.search(r"测绘资质 甲级降为测绘资质 乙级及以上</button>\s*<b>\+2 家", page)
    assert draft.requirements.get().minimum_grade == "乙级"


def test_a_relaxation_applies_itself_and_keeps_what_was_typed(by: Actor) -> None:
    for _n in range(2):
        scene.agency(grade="乙级")
    scene.agency()
    draft = scene.draft(by)
    client, path = log_in(by), reverse("tender_screen", args=[draft.pk, "who"])
    with clock.at(scene.MONDAY):
        sent = rows(survey("甲级")) | {"practitioners_needed": "0", "relax": "lower-0"}
        answer = client.post(path, sent, follow=True)
        assert "已放宽：测绘资质 甲级降为测绘资质 乙级及以上。" in answer.text
        draft.refresh_from_db()
        assert draft.requirements.get().minimum_grade == "乙级"
        assert eligible(answer.text) == 3
        for key in ("lower-0", "drop-0", "people-0", "x"):  # below the law's grade, or nothing to ease
            assert "现在不能这样放宽" in client.post(path, rows(survey("乙级")) | {"relax": key}, follow=True).text
        assert draft.requirements.get().minimum_grade == "乙级"


def test_what_the_law_asks_for_is_never_advised_to_be_dropped(by: Actor) -> None:
    scene.agency()
    Qualification.objects.filter(agency=scene.agency()).delete()
    draft = scene.draft(by)
    with clock.at(scene.MONDAY):
        count = queries.market_count(draft, catalogue.current_rules())
    assert (count.eligible, count.relaxations) == (1, ())


def test_each_relaxation_says_what_it_adds(by: Actor) -> None:
    """A further qualification, people and a region: each keeps out others, and one agency misses two at once."""
    cma = QualificationType.objects.get(name="检验检测机构资质认定")
    here, away = Region.objects.get(code="430500"), Region.objects.exclude(code__startswith="43")[0]
    plain = [scene.agency() for _ in range(3)]  # neither the certificate nor people
    with_people = scene.agency()
    people(with_people, 2)
    full = scene.agency()
    far = scene.agency()
    for agency in (full, far):
        people(agency, 2)
        scene.certify(agency, cma, grade="", valid_until=date(2030, 1, 1))
    one_person = scene.agency()
    people(one_person, 1)
    scene.certify(one_person, cma, grade="", valid_until=date(2030, 1, 1))
    for agency, region in ((full, here), (far, away)):
        ServiceOffer.objects.get(agency=agency).regions.add(region)
    draft = scene.draft(by, region=here, local_only=True, practitioners_needed=2)
    services.save_draft(draft, {}, [*asked(draft), (2, cma, "")], by=by)
    with clock.at(scene.MONDAY):
        count = queries.market_count(draft, catalogue.current_rules())
    assert (count.eligible, count.offering, count.nearly) == (1, 7, 3)
    assert {each.key: each.gain for each in count.relaxations} == {
        "drop-1": 1,
        "region": 1,
        "people-1": 1,
        "people-0": 1,
    }
    assert len(plain) == 3  # these miss two things: no single relaxation lets them in


def people(agency: Agency, number: int) -> None:
    licence = scene.item().practitioner.split("、")[0] or "注册测绘师"
    for n in range(number):
        Practitioner.objects.create(
            agency=agency,
            name=f"赵{n}",
            licence=licence,
            licence_number=f"{agency.pk}-{n}",
            is_active=True,
            valid_until=date(2030, 1, 1),
        )


def asked(draft: Tender) -> list[Any]:
    return [(each.group, each.type, each.minimum_grade) for each in draft.requirements.select_related("type")]


def test_the_quick_count_and_the_reports_agree(by: Actor) -> None:
    """Two ways to judge an agency: rule by rule with words for people, and by keys for counting a market."""
    scene.agency()
    scene.agency(grade="乙级", valid_until=date(2026, 4, 1))
    scene.agency(legal_person="王买方")
    unfit = scene.agency()
    Qualification.objects.filter(agency=unfit).update(state="expired")
    draft = scene.draft(by, practitioners_needed=1, region=Region.objects.get(code="430500"), local_only=True)
    with clock.at(scene.MONDAY):
        data = catalogue.current_rules()
        reports = market_reports(draft, data)
        count = queries.market_count(draft, data)
        assert count.eligible == sum(found.is_eligible for found in reports.values())
        needs, today = needs_of(draft, data), clock.today()
        for pk, facts in agencies.facts_many(Agency.objects.filter(pk__in=reports)).items():
            told = [check.key for check in failing(reports[pk].checks) if check.key != "recusal"]
            assert list(failing_keys(facts, needs, today)) == told


def test_counting_costs_the_same_queries_in_a_small_and_a_large_market(by: Actor) -> None:
    draft, client = scene.draft(by), log_in(by)

    def cost() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            ask(client, draft, "who", **rows(survey("甲级")))
        return len(seen)

    scene.agency()
    few = cost()
    for _ in range(20):
        scene.agency(grade="乙级")
    assert cost() == few


def test_a_market_of_thousands_is_counted_while_one_types(by: Actor) -> None:
    crowd(by, 3000)
    draft = scene.draft(by)
    with clock.at(scene.MONDAY):
        began = time.perf_counter()
        count = queries.market_count(draft, catalogue.current_rules())
        spent = time.perf_counter() - began
    assert count.offering == 3000
    assert spent < 2, f"{spent:.2f} s"  # about 0.1 s on an idle core


def crowd(by: Actor, number: int) -> None:
    """Many admitted agencies that offer the item, every other of the lower grade."""
    firms = [OrganisationFactory.build() for _ in range(number)]
    made = type(firms[0]).objects.bulk_create(firms)
    found = Agency.objects.bulk_create([Agency(organisation=firm, state="active") for firm in made])
    ServiceOffer.objects.bulk_create(
        [ServiceOffer(agency=each, item=scene.item(), price=Decimal(50000), days=10) for each in found]
    )
    kind = QualificationType.objects.get(name="测绘资质")
    Qualification.objects.bulk_create(
        [
            Qualification(
                agency=each,
                type=kind,
                grade="甲级" if n % 2 else "乙级",
                number=f"Q{n}",
                issued_on=date(2025, 1, 1),
                valid_until=date(2030, 1, 1),
                state="verified",
            )
            for n, each in enumerate(found)
        ]
    )


def test_the_count_is_the_buyers_alone(by: Actor) -> None:
    draft = scene.draft(by)
    path = reverse("tender_check", args=[draft.pk, "who"])
    assert log_in(scene.buyer()).get(path, rows("")).status_code == 404
    assert log_in(staff("operator")).get(path, rows("")).status_code == 404
    assert log_in(by).get(path)["Location"] == at(draft, "who")  # opened by itself: the screen


# --- words ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("投标人须在本市注册。", "local_registration"),
        ("仅限本地企业参加", "local_registration"),
        ("外地企业不得参加", "local_registration"),
        ("须在本地设有分公司或办事处", "local_branch"),
        ("在本市依法纳税", "local_tax"),
        ("具有本省同类业绩 3 项", "local_performance"),
        ("注册资本不低于 500 万元", "capital"),
        ("机构须为国有企业", "ownership"),
        ("民营企业优先", "ownership"),
        ("成果涉及国家秘密", "secret"),
        ("防汛抢险设施测量", "emergency"),
        ("采用某某品牌的仪器", "brand"),
        ("成立满 5 年", "size"),
        ("具备工程造价咨询企业资质", "abolished:工程造价咨询企业资质"),
    ],
)
def test_words_that_keep_competitors_out_are_found(text: str, key: str) -> None:
    assert [each.key for each in lint({"content": text}, [("工程造价咨询企业资质", date(2021, 7, 1))])] == [key]


@pytest.mark.parametrize(
    "text",
    [
        "不限定注册地、品牌、所有制。",
        "本市注册测绘师到场签字",
        "保护国有资产，使用国有土地",
        "不得要求注册资本",
        "不要求工程造价咨询企业资质",
        "不涉密",
        "按现行规范编制成果，配合评审并修改至通过",
        "项目位于本市经开区，成果提交登记部门",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert lint({"content": text}, [("工程造价咨询企业资质", None)]) == ()


def test_refused_words_stop_and_warned_ones_stand_by_a_reason_that_the_department_sees(by: Actor) -> None:
    draft = scene.draft(by, funds="public", content="须在本市注册。指定品牌甲。")
    assert [(each.key, each.excuse) for each in services.problems(draft)] == [
        ("lint_local_registration", ""),
        ("lint_brand", "lint_reason"),
    ]
    page = ask(log_in(by), draft, "scope", **filled(draft, content="注册资本 100 万元以上"))
    assert "不得以注册资本作为条件" in page
    services.save_draft(draft, {"content": "指定品牌甲。", "lint_reason": "与既有设备配套"}, by=by)
    with clock.at(scene.MONDAY):
        tender = services.publish(scene.Tender.objects.get(pk=draft.pk), by=by)
        operators = log_in(staff("operator")).get(reverse("tenders_review:review", args=[tender.pk])).content.decode()
    assert "不应指定品牌" in operators
    assert "与既有设备配套" in operators
    assert LogEntry.objects.get(action="tender.override").data["findings"][0]["reason"] == "与既有设备配套"
    passed = services.pass_check(tender, by=staff("operator"))
    public = log_in(scene.buyer()).get(reverse("tender", args=[passed.number])).content.decode()
    assert "与既有设备配套" not in public


def test_an_announcement_should_not_name_an_agency(by: Actor) -> None:
    known = scene.agency()
    draft = scene.draft(by, content=f"与{known.organisation.name}的成果衔接。")
    (problem,) = services.problems(draft)
    assert (problem.key, problem.excuse) == (f"lint_agency:{known.organisation.name}", "lint_reason")


# --- splitting --------------------------------------------------------------------------------------------------------
def test_purchases_that_reach_the_limit_together_are_named_and_stand_by_a_reason(by: Actor) -> None:
    supervision = {"code": "ZJ-033", "funds": "public", "method": "lowest_price"}
    first = bought(by, ceiling=Decimal(600000), **supervision)
    with clock.at(scene.MONDAY + timedelta(days=100)):
        draft = scene.draft(by, ceiling=Decimal(500000), **supervision)
        (problem,) = services.problems(draft)
        assert problem.key == "splitting"
        for part in (first.number or "", "1,100,000", "1,000,000", "化整为零"):
            assert part in problem.sentence
        with pytest.raises(NotPublishable):
            services.publish(draft, by=by)
        services.save_draft(draft, {"splitting_reason": "两个独立立项的厂区"}, by=by)
        tender = services.publish(Tender.objects.get(pk=draft.pk), by=by)
        page = log_in(staff("operator")).get(reverse("tenders_review:review", args=[tender.pk])).content.decode()
    assert first.number in page
    assert "两个独立立项的厂区" in page
    with clock.at(scene.MONDAY + timedelta(days=400)):  # more than twelve months after both
        later = scene.draft(by, ceiling=Decimal(500000), **supervision)
        tender.refresh_from_db()
        assert [each.key for each in services.problems(later)] == ["splitting"]  # the second counts still
    with clock.at(scene.MONDAY + timedelta(days=480)):
        assert services.problems(later) == ()


def bought(by: Actor, *, code: str, **fields: Any) -> Tender:
    tender = scene.published(by, code=code, **fields)
    tender.refresh_from_db()
    return tender


def test_small_direct_purchases_do_not_add_up_past_their_limit(by: Actor) -> None:
    agency = scene.agency()
    fields: dict[str, Any] = {
        "funds": "public",
        "method": "direct",
        "chosen_agency": agency,
        "choice_reason": "熟悉现场",
        "method_settings": {"price": "30000"},
        "ceiling": None,
    }
    scene.published(by, **fields)
    with clock.at(scene.MONDAY + timedelta(days=3)):
        assert [each.key for each in services.problems(scene.draft(by, **fields))] == ["splitting"]
        assert services.problems(scene.draft(by, **fields | {"funds": "private"})) == ()
        assert services.problems(scene.draft(scene.buyer(legal_person="无关人"), **fields)) == ()


# --- where one comes in, and where a mistake leads --------------------------------------------------------------------
def test_a_prefilled_draft_opens_where_something_is_missing(by: Actor) -> None:
    client = log_in(by)

    def opened(draft: Tender) -> str:
        answer: str = client.get(reverse("tender_edit", args=[draft.pk]))["Location"]
        return answer

    with clock.at(scene.MONDAY):
        assert opened(scene.draft(by)).endswith("/preview/")
        assert opened(scene.draft(by, content="")).endswith("/scope/")
        assert opened(scene.draft(by, contact_phone="")).endswith("/how/")
        failed = scene.published(by)
        services.cancel(failed, "不需要了", by=by)
        answer = client.post(reverse("tender_again", args=[failed.number]), follow=True)
        assert answer.redirect_chain[-1][0].endswith("/preview/")


def test_a_direct_choice_from_an_agencys_page_brings_the_agency_along(by: Actor) -> None:
    agency = scene.agency()
    path = f"{reverse('tender_new')}?item=ZJ-030&agency={agency.organisation.credit_code}"
    client = log_in(by)
    assert agency.organisation.name in client.get(path).content.decode()
    client.post(path, {"item": "ZJ-030", "title": "", "funds": "private"})
    draft = Tender.objects.get()
    assert (draft.method, draft.chosen_agency) == ("direct", agency)
    assert agency.organisation.credit_code in client.get(at(draft, "how")).content.decode()


def test_every_problem_leads_to_its_field_on_its_screen() -> None:
    places = {
        "item": "what",
        "content": "scope",
        "splitting_reason": "scope",
        "requirements": "who",
        "local_only": "who",
    }
    places |= {"price": "how", "two_stage-k": "how", "chosen_agency": "how", "complaint_phone": "how"}
    assert {field: screens.place_of(field)[0] for field in places} == places
    assert screens.first_open([Problem("a", "price", ""), Problem("b", "content", "")]) == "scope"
    assert screens.first_open([]) == screens.LOOK


def test_the_list_of_drafts_says_where_each_stands_at_a_constant_cost(by: Actor) -> None:
    client = log_in(by)

    def cost() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as seen:
            page = client.get(reverse("my_tenders")).content.decode()
        assert "第 2 步：范围与金额，还差 1 项" in page
        return len(seen)

    scene.draft(by, content="")
    few = cost()
    for _ in range(5):
        scene.draft(by, content="")
    assert cost() == few


def test_the_usual_price_says_when_there_are_few_cases(by: Actor) -> None:
    draft = scene.draft(by)
    assert "暂无统计" in ask(log_in(by), draft, "scope", **filled(draft))
    usual = queries.UsualPrice(Decimal(80), 8, Decimal(1), Decimal(9), Decimal(70), Decimal(90))
    assert usual.lower is not None


def test_a_method_that_is_set_and_lawful_is_always_among_the_cards(by: Actor) -> None:
    draft = scene.draft(by, method="two_stage")
    with clock.at(scene.MONDAY):
        page = log_in(by).get(at(draft, "how"))
    keys = [card["method"].key for card in page.context["cards"]]
    assert len(keys) == 3
    assert "two_stage" in keys


def test_the_recommended_way_follows_the_amount_until_another_one_is_taken(by: Actor) -> None:
    draft, client = scene.draft(by, funds="public"), log_in(by)

    def with_ceiling(amount: str) -> str:
        client.post(at(draft, "scope"), filled(draft, ceiling=amount))
        draft.refresh_from_db()
        return draft.method

    assert with_ceiling("350000") == "merit"
    assert with_ceiling("90000") == "lowest_price"
    client.post(at(draft, "how"), filled(draft, method="average_price"))
    assert with_ceiling("350000") == "average_price"
