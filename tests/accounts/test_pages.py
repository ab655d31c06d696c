from collections.abc import Callable

import pytest
from django.core import signing
from django.test import Client

from marketplace.accounts import services
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Claim, Invitation, Membership, Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.core import files
from marketplace.core.forms import SALT
from marketplace.core.models import StoredFile
from tests.factories import ClaimFactory, MembershipFactory, UserFactory, credit_code, member

pytestmark = pytest.mark.django_db
CODE = credit_code(9_000_002)
REGISTER = "/organisation/register/"


def typed(**changes: object) -> dict[str, object]:
    return {"credit_code": CODE, "name": "示范测绘有限公司", "kind": "enterprise", **changes}


# --- registration -----------------------------------------------------------------------------------------------------
def test_an_organisation_is_registered_and_one_acts_for_it(browser_of: Callable, paper: Callable) -> None:
    user = UserFactory()
    client = browser_of(user)
    answer = client.post(f"{REGISTER}?for=buyer", typed(authorisation=paper()), follow=True)
    assert answer.redirect_chain[-1][0] == "/desk/"
    assert "示范测绘有限公司" in answer.text
    assert "正在核验" in answer.text
    assert 'data-message-tags="draft:organisation-register"' in answer.text
    claim = Claim.objects.get(user=user)
    assert files.open_bytes(claim.authorisation).read().startswith(b"%PDF")
    assert Membership.objects.get(user=user).organisation.credit_code == CODE


def test_a_wrong_code_is_named_and_nothing_typed_or_uploaded_is_lost(browser_of: Callable, paper: Callable) -> None:
    client = browser_of(UserFactory())
    wrong = CODE[:-1] + ("A" if CODE[-1] != "A" else "B")
    answer = client.post(REGISTER, typed(credit_code=wrong, authorisation=paper()))
    assert answer.status_code == 200
    assert "校验码" in answer.text
    assert "错误：" in answer.text
    assert wrong in answer.text
    assert "示范测绘有限公司" in answer.text
    assert "授权书.pdf" in answer.text
    token = answer.context["form"]["authorisation"].subwidgets[0].data["token"]
    again = client.post(REGISTER, typed(**{"authorisation-token": token}))
    assert again.status_code == 302
    assert StoredFile.objects.count() == 1
    assert Claim.objects.get().authorisation.name == "授权书.pdf"


def test_somebody_elses_token_brings_no_file(browser_of: Callable, paper: Callable) -> None:
    answer = browser_of(UserFactory()).post(REGISTER, typed(credit_code="1", authorisation=paper()))
    token = answer.context["form"]["authorisation"].subwidgets[0].data["token"]
    stolen = browser_of(UserFactory()).post(REGISTER, typed(**{"authorisation-token": token}))
    assert stolen.status_code == 200
    assert "请上传加盖单位公章的授权书" in stolen.text
    assert not Organisation.objects.exists()


def test_a_renamed_program_is_refused_and_the_paper_from_before_stays(browser_of: Callable, paper: Callable) -> None:
    client = browser_of(UserFactory())
    first = client.post(REGISTER, typed(credit_code="1", authorisation=paper()))
    token = first.context["form"]["authorisation"].subwidgets[0].data["token"]
    program = paper("授权书.pdf", b"MZ\x90\x00" + b"\0" * 100)
    answer = client.post(REGISTER, typed(**{"authorisation-token": token, "authorisation": program}))
    assert "实际内容不是可接受的格式" in answer.text
    kept = answer.context["form"]["authorisation"].subwidgets[0].data["token"]
    assert signing.loads(kept, salt=SALT) == str(StoredFile.objects.get().pk)


def test_a_double_click_registers_once(browser_of: Callable, paper: Callable) -> None:
    client = browser_of(UserFactory())
    for _ in range(2):
        assert client.post(REGISTER, typed(authorisation=paper())).status_code == 302
    assert Claim.objects.count() == Organisation.objects.count() == 1


def test_who_claims_a_registered_organisation_waits_without_entering(browser_of: Callable, paper: Callable) -> None:
    there = member().organisation
    client = browser_of(UserFactory())
    answer = client.post(
        REGISTER, typed(credit_code=there.credit_code, name=there.name, authorisation=paper()), follow=True
    )
    assert "正在核验" in answer.text
    assert client.get("/organisation/").status_code == 403


# --- lost session -----------------------------------------------------------------------------------------------------
def test_a_form_sent_after_the_session_ended_is_explained_and_leads_back(client: Client, paper: Callable) -> None:
    answer = client.post(
        REGISTER, typed(authorisation=paper()), headers={"referer": f"http://testserver{REGISTER}?for=buyer"}
    )
    assert answer.status_code == 403
    assert "文字还保存在这个浏览器里" in answer.text
    assert f'href="{REGISTER}?for=buyer"' in answer.text
    assert not Organisation.objects.exists()


def test_a_page_asked_for_without_log_in_comes_after_it(client: Client) -> None:
    answer = client.get(f"{REGISTER}?for=agency")
    assert answer.url == f"/accounts/login/?next={REGISTER}%3Ffor%3Dagency"


def test_the_form_keeps_what_is_typed_in_the_browser(browser_of: Callable) -> None:
    answer = browser_of(UserFactory()).get(REGISTER)
    assert 'data-draft="organisation-register"' in answer.text


# --- the organisation -------------------------------------------------------------------------------------------------
def test_members_see_their_organisation_and_no_other(browser_of: Callable) -> None:
    actor, other = member(), member()
    text = browser_of(actor).get("/organisation/").text
    assert actor.organisation.credit_code in text
    assert other.organisation.credit_code not in text


def test_an_administrator_changes_particulars(browser_of: Callable) -> None:
    actor = member()
    client = browser_of(actor)
    bad = client.post("/organisation/edit/", {"bank_account": "６２２２ ０００"})
    assert "8 至 30 位数字" in bad.text
    client.post("/organisation/edit/", {"bank_account": "６２２２ ００００ １１１１", "phone": "０２０-１２３４"})
    organisation = Organisation.objects.get(pk=actor.organisation.pk)
    assert (organisation.bank_account, organisation.phone) == ("622200001111", "020-1234")


def test_a_plain_member_does_not_change_particulars(browser_of: Callable) -> None:
    client = browser_of(member(MemberRole.BUYER))
    assert client.get("/organisation/edit/").status_code == 403
    assert client.get("/organisation/").status_code == 200


def test_one_switches_between_ones_own_organisations_only(browser_of: Callable) -> None:
    user = UserFactory()
    first, second = (MembershipFactory(user=user).organisation for _ in range(2))
    foreign = member().organisation
    client = browser_of(user)
    assert client.get("/organisation/").context["organisation"] == first
    assert client.post("/organisation/switch/", {"organisation": second.pk}).url == "/desk/"
    assert client.get("/organisation/").context["organisation"] == second
    for wrong in (foreign.pk, "", "x"):
        assert client.post("/organisation/switch/", {"organisation": wrong}).status_code == 404
    assert client.get("/organisation/").context["organisation"] == second


def test_switching_leads_nowhere_else(browser_of: Callable) -> None:
    actor = member()
    answer = browser_of(actor).post(
        "/organisation/switch/", {"organisation": actor.organisation.pk, "next": "https://example.com/"}
    )
    assert answer.url == "/desk/"


def test_a_membership_that_ended_no_longer_counts_in_an_open_session(browser_of: Callable) -> None:
    actor = member()
    client = browser_of(actor)
    client.post("/organisation/switch/", {"organisation": actor.organisation.pk})
    Membership.objects.update(is_active=False)
    assert client.get("/organisation/").status_code == 403


def test_a_refused_authorisation_is_shown_again(browser_of: Callable, paper: Callable) -> None:
    claim = ClaimFactory(state=Claim.State.REFUSED, reason="公章看不清", name="示范测绘有限公司")
    client = browser_of(claim.user)
    address = f"/organisation/authorisation/?organisation={claim.organisation.pk}"
    assert "公章看不清" in client.get(address).text
    assert client.post(address, {"authorisation": paper()}).url == "/desk/"
    assert Claim.objects.filter(state=Claim.State.SUBMITTED).get().name == "示范测绘有限公司"
    assert "正在核验" in client.get(address).text
    assert browser_of(UserFactory()).get(address).status_code == 404
    assert client.get("/organisation/authorisation/?organisation=x").status_code == 404


# --- members ----------------------------------------------------------------------------------------------------------
def test_an_administrator_invites_and_sees_the_link_to_pass_on(browser_of: Callable) -> None:
    actor = member()
    client = browser_of(actor)
    answer = client.post("/organisation/members/", {"contact": "138 1111 2222", "roles": ["buyer"]}, follow=True)
    link = answer.context["invitations"][0][1]
    assert link.startswith("http://testserver/invitations/")
    assert link in answer.text
    assert Invitation.objects.get().contact == "13811112222"


def test_an_invitation_without_role_names_the_field_and_keeps_the_contact(browser_of: Callable) -> None:
    answer = browser_of(member()).post("/organisation/members/", {"contact": "13811112222"})
    assert "请至少选择一个角色" in answer.text
    assert "13811112222" in answer.text


def test_a_plain_member_sees_colleagues_but_no_invitations(browser_of: Callable) -> None:
    actor = member()
    services.invite(actor.organisation, contact="13811112222", name="", roles=["buyer"], by=actor)
    buyer = member(MemberRole.BUYER, organisation=actor.organisation)
    answer = browser_of(buyer).get("/organisation/members/")
    assert str(actor.user) in answer.text
    assert "13811112222" not in answer.text
    assert browser_of(buyer).post("/organisation/members/", {"contact": "1", "roles": ["buyer"]}).status_code in (
        200,
        403,
    )
    assert Invitation.objects.count() == 1


def test_the_way_of_an_invitation(browser_of: Callable, client: Client) -> None:
    actor = member()
    token = services.invite(actor.organisation, contact="13811112222", name="", roles=["buyer"], by=actor)
    address = f"/invitations/{token}/"
    visitor = client.get(address)
    assert "138****2222" in visitor.text
    assert "13811112222" not in visitor.text
    assert f"/accounts/login/?next=%2Finvitations%2F{token}%2F" in visitor.text
    assert "换用该账号登录" in browser_of(UserFactory()).get(address).text
    colleague = UserFactory(username="13811112222")
    browser = browser_of(colleague)
    assert token not in browser.get("/desk/").text
    assert browser.post(address, follow=True).redirect_chain == [("/desk/", 302)]
    assert Actor.of(colleague).organisation == actor.organisation
    assert browser.post(address, follow=True).redirect_chain == [("/desk/", 302)]
    assert "已失效" in client.get(address).text
    assert client.get("/invitations/nothing/").status_code == 404


def test_roles_are_changed_and_a_member_ended(browser_of: Callable) -> None:
    actor = member()
    colleague = member(MemberRole.BUYER, organisation=actor.organisation)
    row = Membership.objects.get(user=colleague.user)
    client = browser_of(actor)
    client.post(f"/organisation/members/{row.pk}/", {"roles": ["releaser"]})
    assert Membership.objects.get(pk=row.pk).roles == ["releaser"]
    client.post(f"/organisation/members/{row.pk}/end/")
    assert not Membership.objects.get(pk=row.pk).is_active


def test_the_last_administrator_is_told_why_he_stays(browser_of: Callable) -> None:
    actor = member()
    row = Membership.objects.get(user=actor.user)
    page = "/organisation/members/"
    answer = browser_of(actor).post(
        f"{page}{row.pk}/end/", headers={"referer": f"http://testserver{page}"}, follow=True
    )
    assert answer.redirect_chain == [(page, 302)]
    assert "至少要有一名管理员" in answer.text
    assert Membership.objects.get(pk=row.pk).is_active


def test_foreign_members_are_not_there(browser_of: Callable) -> None:
    foreign = Membership.objects.get(user=member().user)
    client = browser_of(member())
    assert client.get(f"/organisation/members/{foreign.pk}/").status_code == 404
    assert client.post(f"/organisation/members/{foreign.pk}/end/").status_code == 404


def test_ending_a_membership_is_asked_once_more_and_plain_members_end_only_their_own(browser_of: Callable) -> None:
    actor = member()
    buyer = member(MemberRole.BUYER, organisation=actor.organisation)
    theirs, own = (Membership.objects.get(user=a.user) for a in (actor, buyer))
    client = browser_of(buyer)
    assert client.get(f"/organisation/members/{theirs.pk}/end/").status_code == 404
    assert "退出" in client.get(f"/organisation/members/{own.pk}/end/").text
    assert Membership.objects.get(pk=own.pk).is_active
    assert client.post(f"/organisation/members/{own.pk}/end/").url == "/desk/"
    assert not Membership.objects.get(pk=own.pk).is_active
