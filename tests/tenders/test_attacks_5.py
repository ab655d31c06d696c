"""Attacks on what waits for a release, on names of files, rosters, invitations, drafts, figures and old mandates."""

import io
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Membership
from marketplace.accounts.roles import MemberRole
from marketplace.agencies import services as agencies
from marketplace.core import clock, deadlines
from marketplace.core.errors import NotAllowed
from marketplace.core.models import Message
from marketplace.tenders import documents, services
from marketplace.tenders.documents import Document
from marketplace.tenders.models import Tender
from marketplace.tenders.services import rostering
from marketplace.tenders.views.reading import archive
from tests.factories import member, staff
from tests.tenders import scene
from tests.tenders.test_forms import log_in
from tests.tenders.test_secrecy import _steady, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]
HUGE = (
    "1" + "0" * 300,
    "9" * 100_000,
    "1E+300",
    "1e-400",
    "0." + "1" * 400,
    "1e999999999",
    "-1E+99",
    "NaN",
    "Infinity",
    "１" * 5000,
)


@pytest.fixture
def by() -> Actor:
    return scene.buyer()


# --- what waits for a release -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["public", "buyer", "operator", "supervisor", "rival"])
def test_no_page_changes_by_what_waits_for_its_release(by: Actor, who: str) -> None:
    tender = scene.published(by)
    rival = scene.author(scene.agency())
    viewers = {"public": None, "buyer": by, "operator": staff("operator"), "supervisor": staff("supervisor")}
    viewer = viewers.get(who, rival)
    firm = scene.agency()
    author = scene.author(firm)
    scene.held(tender, "70000", at=scene.MONDAY)
    one = shown(tender, viewer)
    with clock.at(scene.MONDAY):
        from uuid import uuid4

        services.hold_bid(tender, firm, services.Offer(Decimal(71000), 8, ""), idempotency_key=uuid4(), by=author)
    two = shown(tender, viewer)
    for path in one:
        if "inspection" in path and who == "supervisor":
            continue
        assert _steady(one[path]) == _steady(two[path]), path


# --- names of files ---------------------------------------------------------------------------------------------------
NAMES = (
    "<img src=x onerror=alert(1)>.pdf",
    "../../etc/passwd",
    "..\\..\\boot.ini",
    "a\r\nSet-Cookie: x=1.pdf",
    "\u202efdp.exe",
    "a\x00b.pdf",
    "." * 300,
    "",
    "文" * 500 + ".pdf",
    "CON",
    '"; rm -rf /.pdf',
)


@pytest.mark.parametrize("name", NAMES)
def test_an_odd_name_of_a_file_leaves_no_folder_and_no_line(name: str) -> None:
    plain = documents._plain_name(name)
    assert plain.isprintable()
    assert 0 < len(plain) <= 120
    assert not {"/", "\\", "\x00"} & set(plain)
    assert not plain.startswith(".")


def test_no_file_of_an_archive_hides_another() -> None:
    files = [Document("3-a.pdf", b"1"), Document("a.pdf", b"2"), Document("a.pdf", b"3"), Document("A.pdf", b"4")]
    with zipfile.ZipFile(io.BytesIO(archive(files))) as found:
        names = [name.lower() for name in found.namelist()]
        assert len(set(names)) == 4
        assert sorted(found.read(name) for name in found.namelist()) == [b"1", b"2", b"3", b"4"]


# --- rosters ----------------------------------------------------------------------------------------------------------
def test_a_roster_that_is_edited_after_the_announcement_changes_nothing(by: Actor) -> None:
    firms = [scene.agency() for _ in range(3)]
    codes = [firm.organisation.credit_code for firm in firms]
    operator = staff("operator")
    with clock.at(scene.MONDAY):
        services.set_roster(scene.item(), codes, "首次编制。", after=0, by=operator)
    settings = {"price": "88000.00", "roster": codes[::-1], "roster_version": 99}
    tender = scene.published(by, method="rotation", method_settings=settings)
    assert tender.method_settings["roster"] == codes
    for firm in firms:
        scene.bid(tender, "80000", of=firm)
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        services.set_roster(scene.item(), codes[::-1], "换个次序。", after=1, by=operator)
    opened = scene.opened(tender)
    assert opened.record["outcome"]["winners"] == [codes[0]]
    assert rostering.current(scene.item()) is not None


# --- drafts -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("screen", ["what", "scope", "who", "how", "source"])
def test_a_draft_takes_only_what_its_screen_asks(by: Actor, screen: str) -> None:
    other = scene.buyer()
    with clock.at(scene.MONDAY):
        draft = scene.draft(by)
        assert other.organisation is not None
        path = (
            reverse("tender_source", args=[draft.pk]) if screen == "source" else f"/tenders/draft/{draft.pk}/{screen}/"
        )
        sent = {
            "state": "published", "number": "ZJ-2026-999999", "buyer": other.organisation.pk, "attempt": "2",
            "published_at": "2026-01-01", "closes_at": "2026-01-01", "created_by": other.person.pk, "public_key": "00",
            "chain": "00000000-0000-0000-0000-000000000000", "agent": other.person.pk, "record": "{}", "ruleset": "1",
            "buyer_facts": "{}", "method_settings": '{"roster": ["x"]}', "project_reference": "projects.stepservice:1",
            "eligible_count": "5", "invited_at": "2026-01-01",
        }  # fmt: skip
        kept = [name for name in sent if name != "method_settings"]
        before = {name: getattr(draft, name) for name in kept}
        for query in ("", "?autosave=1"):
            log_in(by).post(path + query, sent)
        draft = Tender.objects.get(pk=draft.pk)
        assert {name: getattr(draft, name) for name in kept} == before
        assert "roster" not in draft.method_settings


@pytest.mark.parametrize("number", HUGE)
def test_no_figure_of_the_wizard_is_too_large_to_be_refused(by: Actor, number: str) -> None:
    screens = {
        "scope": ["budget", "ceiling", "floor", "days"],
        "who": ["practitioners_needed"],
        "how": [
            "response_days", "merit-price", "merit-team", "two_stage-k", "credit_shortlist-big",
            "credit_shortlist-small",
            "reference_price-base", "draw-price", "direct-price", "proposal-reviewers",
        ],
    }  # fmt: skip
    with clock.at(scene.MONDAY):
        client = log_in(by)
        for screen, names in screens.items():
            for name in names:
                draft = scene.draft(by)
                sent = {name: number}
                if "-" in name:
                    sent["method"] = name.split("-")[0]
                path = f"/tenders/draft/{draft.pk}/{screen}/"
                assert client.post(path, sent).status_code in (200, 302, 422), name
                assert client.get(path).status_code == 200
                assert client.get(f"/tenders/draft/{draft.pk}/look/").status_code in (200, 404)
                draft = Tender.objects.get(pk=draft.pk)
                assert len(str(draft.method_settings)) < 200, name


@pytest.mark.parametrize("number", HUGE)
def test_no_figure_of_an_offer_is_too_large_to_be_refused(by: Actor, number: str) -> None:
    from uuid import uuid4

    tender = scene.published(by)
    author = scene.author(scene.agency())
    with clock.at(scene.MONDAY):
        client = log_in(author)
        for figures in ({"price": number, "days": "8"}, {"price": "80000", "days": number}):
            answer = client.post(
                reverse("tender_bid", args=[tender.number]), figures | {"no_collusion": "on", "key": str(uuid4())}
            )
            assert answer.status_code in (200, 422)
    assert not tender.bids.exists()


@pytest.mark.parametrize(
    "path",
    ["/tenders/draft/{n}/what/", "/tenders/?page={n}", "/tenders/?ceiling_min={n}", "/payments/{n}/", "/inbox/{n}/"],
)
def test_no_number_in_an_address_is_too_large(by: Actor, path: str) -> None:
    for number in (str(10**18), str(10**30), "9" * 5000):
        assert log_in(by).get(path.format(n=number)).status_code < 500


@pytest.mark.parametrize(
    "path",
    [
        "/tenders/a%00b/",
        "/tenders/a%00b/bid/",
        "/tenders/a%00b/opening.json",
        "/agencies/a%00b/",
        "/tenders/?q=a%00b",
        "/items/%00/",
    ],
)
def test_no_nul_in_an_address_breaks_a_page(by: Actor, path: str) -> None:
    author = scene.author(scene.agency())
    for client in (log_in(by), log_in(author)):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code < 500, path


# --- two people -------------------------------------------------------------------------------------------------------
def test_no_administrator_alone_switches_the_second_person_off() -> None:
    """He could let his own response pass at the last minute."""
    firm = scene.agency()
    chief = member(MemberRole.ADMINISTRATOR, organisation=firm.organisation)
    releaser = member(MemberRole.RELEASER, organisation=firm.organisation)
    assert agencies.set_second_person(firm, True, by=chief).second_person
    client, path = log_in(chief), reverse("agency_second_person")
    for sent in ({}, {}, {"agree": "1"}):
        client.post(path, sent)
    firm.refresh_from_db()
    assert firm.second_person
    assert Message.objects.filter(recipient=releaser.user, kind="agencies.second_person_off_asked").count() == 1
    with pytest.raises(NotAllowed):
        agencies.agree_to_one_person(firm, by=scene.author(firm))
    client.post(path, {"on": "1"})  # taken back
    log_in(releaser).post(path, {"agree": "1"})
    firm.refresh_from_db()
    assert firm.second_person
    client.post(path, {})
    assert (
        "同意关闭放行"
        in log_in(member(MemberRole.ADMINISTRATOR, organisation=firm.organisation))
        .get(reverse("agency_desk"))
        .content.decode()
    )
    log_in(releaser).post(path, {"agree": "1"})
    firm.refresh_from_db()
    assert (firm.second_person, firm.second_person_off_by) == (False, None)


def test_who_is_left_alone_waits_and_is_not_shut_out() -> None:
    firm = scene.agency()
    chief = member(MemberRole.ADMINISTRATOR, organisation=firm.organisation)
    releaser = member(MemberRole.RELEASER, organisation=firm.organisation)
    agencies.set_second_person(firm, True, by=chief)
    Membership.objects.filter(user=releaser.user).update(is_active=False)
    assert agencies.set_second_person(firm, False, by=chief).second_person, "not in the minute of a close"
    page = log_in(chief).get(reverse("agency_desk")).content.decode()
    assert "没有其他人可以同意" in page
    until = agencies.off_on(firm)
    assert until is not None
    with clock.at(until - timedelta(seconds=1)):
        deadlines.run_due()
    firm.refresh_from_db()
    assert firm.second_person
    Membership.objects.filter(user=releaser.user).update(is_active=True)
    with clock.at(until):
        agencies.cooled(str(firm.pk))
    firm.refresh_from_db()
    assert firm.second_person, "somebody has come who decides"
    Membership.objects.filter(user=releaser.user).update(is_active=False)
    with clock.at(until):
        deadlines.run_due()
    firm.refresh_from_db()
    assert (firm.second_person, firm.second_person_off_by, agencies.off_on(firm)) == (False, None, None)
