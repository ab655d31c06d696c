from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from marketplace.core import clock, inbox
from marketplace.core.addresses import in_language
from marketplace.core.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kinds() -> None:
    inbox.register(
        test__opened=inbox.Kind("已开标：%(title)s", "“%(title)s”已开标，共 %(count)s 份。"),
        test__quiet=inbox.Kind("安静", "不发邮件。", mail=False),
    )


def tell(*users: object, kind: str = "test.opened", **params: object) -> None:
    with transaction.atomic():
        inbox.tell(users, kind, url="/tenders/1/", **{"title": "环评", "count": 3, **params})


def browser(user: object) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_everybody_is_told_once_and_the_inactive_not_at_all(drain: Callable[[], int]) -> None:
    one, other, gone = UserFactory(), UserFactory(), UserFactory(is_active=False)
    tell(one, one, other, gone, None)
    assert {m.recipient for m in Message.objects.all()} == {one, other}
    assert inbox.unread_count(one) == 1
    drain()
    drain()
    assert sorted(m.to[0] for m in mail.outbox) == sorted([one.email, other.email])


def test_a_letter_has_the_words_and_the_way(drain: Callable[[], int]) -> None:
    tell(UserFactory(), title="环评\n第二行")
    drain()
    (letter,) = mail.outbox
    assert letter.subject == "已开标：环评 第二行"
    assert "共 3 份" in letter.body
    assert letter.body.endswith("http://testserver/tenders/1/")
    assert Message.objects.get().mailed_at


def test_no_letter_without_an_address_or_for_quiet_kinds(drain: Callable[[], int]) -> None:
    tell(UserFactory(email=""))
    tell(UserFactory(), kind="test.quiet")
    drain()
    assert mail.outbox == []
    assert Message.objects.count() == 2


def test_a_missing_parameter_is_found_by_its_author() -> None:
    with pytest.raises(KeyError, match="title"), transaction.atomic():
        inbox.tell([UserFactory()], "test.opened", count=1)
    with pytest.raises(KeyError):
        inbox.tell([UserFactory()], "test.unknown")


def test_an_old_message_is_readable_when_its_words_or_kind_have_changed() -> None:
    user = UserFactory()
    tell(user)
    inbox.register(test__opened=inbox.Kind("%(title)s %(place)s", ""))
    assert Message.objects.get().subject == "环评 —"
    Message.objects.update(kind="test.gone")
    assert Message.objects.get().subject == "test.gone"
    assert browser(user).get("/inbox/").status_code == 200


def test_parameters_are_kept_as_plain_values() -> None:
    tell(UserFactory(), title=Decimal("1.50"), count=clock.today())
    assert Message.objects.get().params == {"title": "1.50", "count": clock.today().isoformat()}


def test_the_actors_language_does_not_reach_the_reader() -> None:
    with transaction.atomic():
        inbox.tell([UserFactory()], "test.opened", url="/en/desk/", title="a", count=1)
    message = Message.objects.get()
    assert message.url == "/desk/"
    assert browser(message.recipient).get(f"/inbox/{message.pk}/").url == "/desk/"
    assert browser(message.recipient).get(f"/en/inbox/{message.pk}/").url == "/en/desk/"


def test_a_letter_leads_to_the_page_in_the_readers_language(drain: Callable[[], int]) -> None:
    with transaction.atomic():
        inbox.tell([UserFactory(language="en")], "test.opened", url="/desk/?group=a", title="a", count=1)
    drain()
    assert mail.outbox[0].body.endswith("http://testserver/en/desk/?group=a")


def test_pages_of_one_language_keep_their_address() -> None:
    assert in_language("/admin/", "en") == "/admin/"
    assert in_language("https://example.com/en/", "zh-hans") == "https://example.com/en/"
    assert in_language("/en/tenders/x/", "zh-hans") == "/tenders/x/"


# --- pages ------------------------------------------------------------------------------------------------------------
def test_one_reads_ones_own_messages_newest_first() -> None:
    user, other = UserFactory(), UserFactory()
    tell(user, title="甲事")
    with clock.at(clock.now() + timedelta(hours=1)):
        tell(user, title="乙事")
    tell(other, title="他事")
    text = browser(user).get("/inbox/").text
    assert text.index("乙事") < text.index("甲事")
    assert "他事" not in text


def test_opening_a_message_marks_it_and_goes_where_it_points() -> None:
    user = UserFactory()
    tell(user)
    message = Message.objects.get()
    assert browser(UserFactory()).get(f"/inbox/{message.pk}/").status_code == 404
    assert inbox.unread_count(user) == 1
    assert browser(user).get(f"/inbox/{message.pk}/").url == "/tenders/1/"
    assert inbox.unread_count(user) == 0


def test_all_are_marked_at_once_and_only_mine() -> None:
    user, other = UserFactory(), UserFactory()
    tell(user, other)
    tell(user)
    client = browser(user)
    assert "2 条未读" in client.get("/inbox/").text
    assert client.post("/inbox/read/").url == "/inbox/"
    assert inbox.unread_count(user) == 0
    assert inbox.unread_count(other) == 1
    assert "没有未读消息" in client.get("/inbox/?unread=1").text


def test_an_empty_inbox_says_what_will_come() -> None:
    assert "还没有消息" in browser(UserFactory()).get("/inbox/").text


def test_the_inbox_costs_the_same_for_one_message_and_for_twenty(django_assert_max_num_queries: Callable) -> None:
    user = UserFactory()
    client = browser(user)
    for _ in range(25):
        tell(user)
    with clock.at(clock.now()), django_assert_max_num_queries(12):
        client.get("/inbox/")


def test_visitors_have_no_inbox() -> None:
    assert Client().get("/inbox/").url == "/accounts/login/?next=/inbox/"
    assert Client().post("/inbox/read/").status_code == 403
