"""Every address of the site, asked as a stranger: nothing private answers 200, and no secret stands on any page.

A new address fails here until it is named once: give its parameters a sample in SAMPLES, and if anybody may read it,
or everybody has one of their own, put its name into PUBLIC or OWN.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from tests.core.private_world import World, build
from tests.factories import UserFactory, member

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")

# Anybody may read these: by name, or by address where there is no name.
PUBLIC = {
    "accounts": {
        "account_login",
        "account_signup",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_email_verification_sent",
        "account_confirm_email",
        "invitation",  # by its secret link; the sample is a wrong one
    },
    "core": {
        "healthz",
        "preferences",
        "design",
        "public_log",
        "log_key",
        "log_head",
        "log_head_at",
        "log_entries",
        "log_entry",
        "log_inclusion",
        "log_consistency",
    },
    "search": {
        "api_search",
        "search",
        "ranking_help",
        "search_suggest",
        "search_csv",
        "search_xlsx",
        "search_feed",
        "saved_search_stop",
        "agency_list",
        "compare",
        "item_list",
        "tender_list",
    },
    "cms": {"home", "agency", "item", "notice_list", "policy_list", "help_list", "sitemap", "robots", "wagtail_serve"},
    "tenders": {
        "tender",
        "tender_opening",
        "tender_opening_stages",
        "tender_opening_json",
        "tender_result",
        "tender_record",
        "tender_ocds",
        "award_notice",
        "award_notice_pdf",
        "objection",
        "receipt_check",
        "verify",
        "verify_file",
    },
    "approvals": {"approval_item_list", "approval_item"},
    "projects": {"project_list", "project", "need"},
    "supervision": {"statistics", "statistics_csv", "complaint_new", "complaint_find", "complaint_follow"},
    "admin": {"wagtailadmin_sprite", "wagtailadmin_javascript_catalog"},
    "media": {"media/<path:path>", "wagtaildocs_serve"},
}
# Everybody who is logged in has one of their own.
OWN = {
    "accounts": {
        "account_logout",
        "account_reauthenticate",
        "account_email",
        "account_change_password",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "desk",
        "organisation",
        "organisation_register",
        "organisation_edit",
        "organisation_shareholders",
        "organisation_authorisation",
        "members",
    },
    "core": {"inbox"},
    "search": {"saved_searches", "saved_search_new"},
    "tenders": {
        "my_tenders",
        "my_bids",
        "tender_new",
        "tender_bid",
        "tender_decline",
        "tender_ask",
        "tender_recuse",
        "tender_invite",
    },
    "contracts": {"contract_list"},
    "payments": {"payment_list"},
    "projects": {"project_new", "calendar_page"},
    "agencies": {
        "agency_desk",
        "agency_basics",
        "agency_commitment",
        "agency_letter",
        "agency_qualifications",
        "agency_practitioners",
        "agency_past_work",
        "agency_offers",
        "agency_change",
        "agency_words",
    },
}
# Which object an address's parameter names: the address's beginning and the parameter → its value in the world.
SAMPLES: dict[str, dict[str, Callable[[World], object]]] = {
    "log/": {"size": lambda w: 1, "number": lambda w: 1},
    "files/": {"pk": lambda w: w["file"].pk, "name": lambda w: "a.pdf"},
    "inbox/": {"pk": lambda w: w["message"].pk},
    "organisation/members/": {"pk": lambda w: w["membership"].pk},
    "organisation/invitations/": {"pk": lambda w: w["invitation"].pk},
    "invitations/": {"token": lambda w: "0" * 40},
    "payments/": {"reference": lambda w: w["payment"].reference},
    "desk/agency/qualifications/": {"pk": lambda w: w["qualification"].pk},
    "desk/agency/practitioners/": {"pk": lambda w: 1},
    "desk/agency/past-work/": {"pk": lambda w: 1},
    "desk/agency/offers/": {"pk": lambda w: w["offer"].pk},
    "tenders/draft/": {"pk": lambda w: w["draft"].pk, "screen": lambda w: "who"},
    "tenders/": {
        "number": lambda w: w["tender"].number,
        "pk": lambda w: 1,
        "objection": lambda w: "YY-2026-000001",
    },
    "tenders/<str:number>/review/": {"number": lambda w: w["tender"].number, "letter": lambda w: "A"},
    "tenders/<str:number>/documents/": {"pk": lambda w: w["bid"].pk},
    "desk/bids/waiting/": {"pk": lambda w: w["held"].pk},
    "search/saved/": {"pk": lambda w: 1, "token": lambda w: "wrong"},
    "desk/inspections/": {"number": lambda w: w["tender"].number, "look": lambda w: ANY_VALUE["uuid"]},
    "receipts/": {"pk": lambda w: w["bid"].pk},
    "contracts/of/": {"number": lambda w: w["contract"].award.tender.number},
    "contracts/": {
        "number": lambda w: w["contract"].number,
        "position": lambda w: 1,
        "pk": lambda w: w["deliverable"].pk,
        "side": lambda w: "buyer",
    },
    "approvals/": {"code": lambda w: w["approval"].code},
    "calendar/": {"token": lambda w: "0" * 43},
    "projects/": {
        "code": lambda w: w["project"].code,
        "pk": lambda w: w["step_service"].pk,
        "key": lambda w: w["step"].key,
    },
    "desk/officers/": {"pk": lambda w: 1, "absence": lambda w: 1},
    "complaints/": {"number": lambda w: w["complaint"].number},
    "desk/supervision/complaints/": {"number": lambda w: w["complaint"].number},
    "agencies/": {"credit_code": lambda w: w["agency"].organisation.credit_code},
    "items/": {"code": lambda w: "ZJ-030"},
    "media/": {"path": lambda w: "nothing.png"},
    "documents/": {"restriction_id": lambda w: 1},
    "_util/": {"page_view_restriction_id": lambda w: 1, "page_id": lambda w: 1},
}
# Addresses written as regular expressions: one that they match.
WRITTEN = {
    "wagtaildocs_serve": "documents/1/a.pdf",
    "account_confirm_email": "accounts/confirm-email/abc/",
    "account_reset_password_from_key": "accounts/password/reset/key/1-abc/",
    "wagtail_serve": "nothing/here/",
}
# The door of Wagtail's admin is before its objects: any value will do there.
ANY_VALUE = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000"}


@dataclass(frozen=True)
class Address:
    """An address pattern of the site: where it stands in the tree, and its name."""

    route: str
    name: str
    is_regex: bool

    @property
    def key(self) -> str:
        """Its name; its route where it has none."""
        return self.name or self.route

    @property
    def is_admins(self) -> bool:
        return self.route.startswith("admin/")


def addresses() -> list[Address]:
    """Every address, once."""

    def walk(resolver: URLResolver, before: str, is_regex: bool) -> Iterator[Address]:
        for pattern in resolver.url_patterns:
            route = before + str(pattern.pattern)
            regex = is_regex or ("^" in str(pattern.pattern) and not isinstance(pattern.pattern, RoutePattern))
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, route, is_regex)
            elif isinstance(pattern, URLPattern):
                yield Address(route, pattern.name or "", regex)

    return list({address.route: address for address in walk(get_resolver(), "", False)}.values())


def named(table: dict[str, set[str]]) -> set[str]:
    return {name.strip() for names in table.values() for name in names}


def sample(address: Address, parameter: str, kind: str) -> Callable[[World], object]:
    """What stands for the parameter: of the longest beginning that knows it. LookupError with what to do."""
    if address.is_admins:
        return lambda world: ANY_VALUE.get(kind, "x")
    for beginning in sorted(SAMPLES, key=len, reverse=True):
        if address.route.startswith(beginning) and parameter in SAMPLES[beginning]:
            return SAMPLES[beginning][parameter]
    raise LookupError(f"{address.route}: no sample for <{parameter}>; add one to SAMPLES in {__name__}")


def path_of(address: Address, world: World) -> str:
    """The address with somebody's private object in it."""
    if address.is_regex:
        if address.is_admins:
            return "/" + re.sub(r"\(\?P<\w+>[^)]*\)|\([^)]*\)|[\^$\\]", "1", address.route)
        if address.name not in WRITTEN:
            raise LookupError(f"{address.route}: add an address that it matches to WRITTEN in {__name__}")
        return f"/{WRITTEN[address.name]}"
    return "/" + PARAMETER.sub(
        lambda found: str(sample(address, found["name"], found["kind"] or "str")(world)), address.route
    )


def test_every_address_has_a_sample_for_each_of_its_parameters() -> None:
    missing = []
    for address in addresses():
        try:
            for found in PARAMETER.finditer("" if address.is_regex else address.route):
                sample(address, found["name"], found["kind"] or "str")
            if address.is_regex and not address.is_admins and address.name not in WRITTEN:
                missing.append(f"{address.route}: add an address that it matches to WRITTEN in {__name__}")
        except LookupError as error:
            missing.append(str(error))
    assert not missing, "\n" + "\n".join(missing)


def test_what_is_named_public_or_ones_own_exists_and_only_in_one_of_both() -> None:
    there = {address.key for address in addresses()}
    assert named(PUBLIC) | named(OWN) <= there, sorted((named(PUBLIC) | named(OWN)) - there)
    assert not named(PUBLIC) & named(OWN)


def test_the_walk_sees_what_it_should() -> None:
    routes = {address.route for address in addresses()}
    assert {"desk/", "contracts/<str:number>/", "healthz", "api/search/", "admin/accounts_claims/"} <= routes


@pytest.fixture
def world(db: None) -> World:
    return build()


def visitor() -> Client:
    return Client()


def person() -> Client:
    """Somebody who signed up a minute ago."""
    return logged_in(UserFactory())


def neighbour() -> Client:
    """The administrator of another, verified organisation."""
    return logged_in(member().person)


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def words_of(answer: HttpResponseBase) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return content.decode("utf-8", "replace")


def wrong_with(answer: HttpResponseBase, may_read: bool, world: World) -> str:
    """What a stranger should not have got, in one line; "" when all is well."""
    if answer.status_code >= 500:
        return f"answers {answer.status_code}"
    if 200 <= answer.status_code < 300:
        if not may_read:
            return f"answers {answer.status_code}; if anybody may see this, say so in PUBLIC or OWN of {__name__}"
        told = [secret for secret in world.secrets if secret in words_of(answer)]
        return f"tells {told}" if told else ""
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize("stranger", [visitor, person, neighbour])
def test_nothing_private_answers_a_stranger(world: World, stranger: Callable[[], Client]) -> None:
    public, own, problems = named(PUBLIC), named(OWN), []
    client = stranger()
    client.raise_request_exception = False
    is_known = "sessionid" in client.cookies
    for address in addresses():
        if address.name in {"account_logout", "wagtailadmin_logout"} or (address.is_admins and stranger is neighbour):
            continue
        may_read = address.key in public or (is_known and address.key in own)
        path = path_of(address, world)
        for method in ("get",) if address.is_admins else ("get", "post"):
            if problem := wrong_with(getattr(client, method)(path), may_read, world):
                problems.append(f"{method.upper()} {path} ({address.key}) {problem}")
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.django_db
@pytest.mark.parametrize("stranger", [visitor, person, neighbour])
def test_a_project_that_nobody_took_on_yet_is_not_there(world: World, stranger: Callable[[], Client]) -> None:
    client = stranger()
    assert client.get(f"/projects/{world['request'].code}/").status_code in {302, 404}
    assert client.get(f"/agencies/{world['agency'].organisation.credit_code}/").status_code == 404


@pytest.mark.django_db
def test_the_second_factor_has_no_way_round(world: World) -> None:
    for door in ("/admin/login/", "/_util/login/"):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(f"{door}?next=/admin/")
            assert answer.url == "/accounts/login/?next=/admin/"
    assert Client().get("/admin/password_reset/").status_code == 404


@pytest.mark.django_db
def test_no_file_of_anybody_opens_to_a_stranger(world: World) -> None:
    for name in ("file", "certificate", "deliverable_file"):
        for client in (visitor(), person(), neighbour()):
            for suffix in ("", "a.pdf", "?download"):
                assert client.get(f"/files/{world[name].pk}/{suffix}").status_code == 404, name
