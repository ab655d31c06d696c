"""Telling people: a line in the inbox at once, an e-mail after the commit.

Kinds are declared in `apps.py` of the app that sends them: subject and body with named placeholders, so that the words
are made in the reader's language when they are read. `params` and words never hold a price of a sealed bid.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.utils import translation
from django.utils.functional import Promise

from marketplace.core import clock, events
from marketplace.core.addresses import in_language, without_language
from marketplace.core.models import Message


@dataclass(frozen=True)
class Kind:
    """The words of a kind of message; `mail` False keeps it out of e-mail."""

    subject: str | Promise
    body: str | Promise
    mail: bool = True


@dataclass(frozen=True)
class Words:
    """A message as its reader sees it."""

    subject: str
    body: str


@dataclass(frozen=True)
class MessagePosted(events.Event):
    """A message that wants to go out by e-mail."""

    message_id: str  # a UUID


_kinds: dict[str, Kind] = {}


def register(**kinds: Kind) -> None:
    """Declare kinds of messages; names use `__` for the dot: `tenders__published`."""
    _kinds.update({name.replace("__", "."): kind for name, kind in kinds.items()})


def tell(users: Iterable[Any], kind: str, *, url: str = "", **params: Any) -> None:
    """Put a message of a registered kind into each user's inbox, once per user; in the act's transaction."""
    written = Message.objects.bulk_create(messages(users, kind, url=url, **params), batch_size=1000)
    post(written)


def messages(users: Iterable[Any], kind: str, *, url: str = "", **params: Any) -> list[Message]:
    """The messages that `tell` would write, for an act that stores all its rows at once and then calls `post`."""
    declared = _kinds[kind]
    plain = {name: _plain(value) for name, value in params.items()}
    for text in (declared.subject, declared.body):
        _ = str(text) % plain  # a missing name is found here, by its author, and not by the reader
    unique = {user.pk: user for user in users if user is not None and user.is_active}
    link, moment = without_language(url), clock.now()  # once: on PostgreSQL each look at the clock is a query
    return [Message(recipient=user, kind=kind, params=plain, url=link, created_at=moment) for user in unique.values()]


def post(written: Iterable[Message]) -> None:
    """Let stored messages go out by e-mail, where their kind does and their reader has an address."""
    events.publish(
        *(MessagePosted(str(each.pk)) for each in written if _kinds[each.kind].mail and each.recipient.email)
    )


def words(message: Message) -> Words:
    """Subject and body in the language that is active now."""
    kind = _kinds.get(message.kind)
    if kind is None:
        return Words(message.kind, "")
    params = _Params(message.params)
    return Words(str(kind.subject) % params, str(kind.body) % params)


def unread_count(user: Any) -> int:
    """How many of the user's messages are unread."""
    return Message.objects.filter(recipient=user, read_at=None).count()


def mark_read(user: Any, pk: UUID | None = None) -> None:
    """Mark one message, or all of them, as read."""
    mine = Message.objects.filter(recipient=user, read_at=None)
    (mine.filter(pk=pk) if pk else mine).update(read_at=clock.now())


def read_before(moment: datetime) -> int:
    """Mark everybody's messages from before `moment` as read, as of their own day; returns how many."""
    return Message.objects.filter(read_at=None, created_at__lt=moment).update(read_at=F("created_at"))


def send_mail(event: MessagePosted) -> None:
    """Send a message by e-mail, once."""
    message = Message.objects.select_related("recipient").get(pk=event.message_id)
    if message.mailed_at or not message.recipient.email:
        return
    language = getattr(message.recipient, "language", "") or settings.LANGUAGE_CODE
    with translation.override(language):
        text = words(message)
        link = f"\n\n{settings.SITE_URL}{in_language(message.url, language)}" if message.url else ""
    subject = " ".join(text.subject.split())
    EmailMessage(subject, text.body + link, settings.DEFAULT_FROM_EMAIL, [message.recipient.email]).send()
    message.mailed_at = clock.now()
    message.save(update_fields=["mailed_at"])


class _Params(dict[str, Any]):
    """Parameters of a message that was written before its words got one more name."""

    def __missing__(self, key: str) -> str:
        return "—"


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
