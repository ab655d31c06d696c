"""Complaints: anonymous or named, followed by number and code, answered by supervisors."""

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.errors import AlreadyDone, Incomplete, NotAllowed, WrongState
from marketplace.core.models import LogEntry, Message
from marketplace.supervision import services
from marketplace.supervision.models import Complaint
from tests.factories import member, staff

pytestmark = pytest.mark.django_db
TEXT = "3月1日在二楼窗口办事时，工作人员要求我们只能选某一家机构。"
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def client_of(actor: Actor | None = None) -> Client:
    client = Client()
    if actor is not None and actor.user is not None:
        client.force_login(actor.user)
    return client


def text_of(response: Any) -> str:
    return response.content.decode()


def filed(client: Client, **data: str) -> tuple[str, str]:
    """Number and code, as the page shows them once."""
    response = client.post(reverse("complaint_new"), {"text": TEXT, **data}, follow=True)
    text = text_of(response)
    number = re.search(r"TS-\d{4}-\d{6}", text)
    code = re.search(r'z-mono z-t">([A-Z2-9]{8})<', text)
    assert number is not None, text
    assert code is not None, text
    return number[0], code[1]


def test_an_anonymous_complaint_gets_a_number_and_a_code_shown_once() -> None:
    client = client_of()
    number, code = filed(client, about="ZJ-2026-000012")
    complaint = Complaint.objects.get(number=number)
    assert code not in complaint.query_code_hash
    assert services.is_query_code(complaint, code.lower())
    again = text_of(client.get(reverse("complaint_follow", args=[number])))
    assert TEXT in again
    assert code not in again


def test_a_stranger_needs_the_code() -> None:
    number, code = filed(client_of())
    stranger = client_of(member())
    address = reverse("complaint_follow", args=[number])
    for response in (stranger.get(address), stranger.post(address, {"code": "AAAAAAAA"})):
        assert TEXT not in text_of(response)
    response = stranger.post(address, {"code": f" {code.lower()} "}, follow=True)
    assert TEXT in text_of(response)


def test_an_unknown_number_looks_like_a_wrong_code() -> None:
    client = client_of()
    response = client.post(reverse("complaint_follow", args=["TS-2026-999999"]), {"code": "AAAAAAAA"})
    assert response.status_code == 422
    assert "编号与查询码不符" in text_of(response)
    assert client.get(reverse("complaint_follow", args=["TS-2026-999999"])).status_code == 200


def test_guessing_is_stopped_where_it_comes_from_after_five_wrong_codes() -> None:
    """Five wrong codes from anywhere kept the complainant from the complaint, again and again."""
    number, code = filed(client_of())
    address = reverse("complaint_follow", args=[number])
    for _n in range(5):
        assert client_of().post(address, {"code": "AAAAAAAA"}).status_code == 422
    response = client_of().post(address, {"code": code})
    assert response.status_code == 429
    assert "尝试次数过多" in text_of(response)
    assert client_of().post(address, {"code": code}, REMOTE_ADDR="10.0.0.7").status_code == 302


def test_guessing_from_many_places_is_stopped_for_everybody() -> None:
    number, code = filed(client_of())
    address = reverse("complaint_follow", args=[number])
    for n in range(60):
        client_of().post(address, {"code": "AAAAAAAA"}, REMOTE_ADDR=f"10.0.{n}.1")
    assert client_of().post(address, {"code": code}, REMOTE_ADDR="10.1.0.1").status_code == 429


def test_one_place_may_not_try_many_numbers() -> None:
    client = client_of()
    for n in range(20):
        client.post(reverse("complaint_follow", args=[f"TS-2026-{n:06d}"]), {"code": "AAAAAAAA"})
    assert client.post(reverse("complaint_follow", args=["TS-2026-000099"]), {"code": "A"}).status_code == 429


def test_a_text_that_says_nothing_is_asked_for_more_and_kept() -> None:
    response = client_of().post(reverse("complaint_new"), {"text": "太慢了", "about": "窗口 3"})
    assert "至少 10 个字" in text_of(response)
    assert "太慢了" in text_of(response)
    assert "窗口 3" in text_of(response)
    with pytest.raises(Incomplete):
        services.file_complaint(text="  太慢了  ")


def test_the_clock_counts_fifteen_working_days() -> None:
    with clock.at(MONDAY):
        complaint, _code = services.file_complaint(text=TEXT)
    assert clock.local(complaint.accept_by).isoformat() == "2026-03-05T17:00:00+08:00"
    assert clock.local(complaint.due_at).isoformat() == "2026-03-23T17:00:00+08:00"


def test_the_log_names_no_complainant() -> None:
    actor = member(name="王小明")
    services.file_complaint(text=TEXT, name="王小明", contact="13812345678", by=actor)
    entry = LogEntry.objects.get(action="complaint.receive")
    assert "王小明" not in f"{entry.actor_label}{entry.data}{entry.subject_label}"
    assert entry.actor is None


def test_only_supervisors_read_and_answer() -> None:
    complaint, _code = services.file_complaint(text=TEXT)
    for stranger in (member(), staff("operator"), staff("officer"), staff("chief"), staff("editor")):
        with pytest.raises(NotAllowed):
            services.accept_complaint(complaint, by=stranger)
        client = client_of(stranger)
        assert client.get(reverse("supervision_board")).status_code == 403
        assert client.get(reverse("complaint_handle", args=[complaint.number])).status_code == 403
    assert client_of().get(reverse("supervision_board")).status_code == 302


def test_a_supervisor_accepts_and_answers_and_the_complainant_reads_it() -> None:
    complainant, supervisor = member(), staff("supervisor")
    firm, desk = client_of(complainant), client_of(supervisor)
    number, _code = filed(firm, name="王小明")
    assert number in text_of(desk.get(reverse("supervision_board")))
    assert "受理" in text_of(desk.get(reverse("desk")))
    desk.post(reverse("complaint_accept", args=[number]))
    assert Complaint.objects.get().state == "investigating"
    empty = desk.post(reverse("complaint_decide", args=[number]), {"answer": ""})
    assert empty.status_code == 422
    desk.post(reverse("complaint_decide", args=[number]), {"answer": "经查属实，已责令改正。"})
    complaint = Complaint.objects.get()
    assert (complaint.state, complaint.decided_by) == ("closed", supervisor.user)
    assert "经查属实" in text_of(firm.get(reverse("complaint_follow", args=[number])))
    assert Message.objects.filter(recipient=complainant.user, kind="supervision.complaint_decided").exists()
    passed = LogEntry.objects.filter(action__in=["complaint.execute", "complaint.visit", "complaint.close"])
    assert all(entry.data["passed_by_itself"] for entry in passed)
    assert passed.count() == 3


def test_a_rejection_says_why() -> None:
    supervisor = staff("supervisor")
    number, _code = filed(client_of())
    desk = client_of(supervisor)
    desk.post(reverse("complaint_reject", args=[number]), {"reason": "不属于本平台监管范围，可向税务部门反映。"})
    complaint = Complaint.objects.get()
    assert complaint.state == "rejected"
    with pytest.raises(AlreadyDone):
        services.reject_complaint(complaint, "再来一次", by=supervisor)
    with pytest.raises(WrongState):
        services.decide_complaint(complaint, "答复", by=supervisor)


def test_finding_a_complaint_needs_a_number_of_the_right_form() -> None:
    client = client_of()
    good = client.get(reverse("complaint_find"), {"number": " ts-2026-000012 "})
    assert good["Location"] == reverse("complaint_follow", args=["TS-2026-000012"])
    assert client.get(reverse("complaint_find"), {"number": "12"})["Location"] == reverse("complaint_new")
