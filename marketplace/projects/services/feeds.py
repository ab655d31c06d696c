"""The secret address of a person's calendar: made, renewed (the old one is dead) and withdrawn."""

import secrets

from django.db import transaction

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.core import clock, locks, log
from marketplace.core.errors import AlreadyDone, NotAllowed
from marketplace.projects.models import CalendarFeed

TOKEN_BYTES = 32  # 256 bits


@transaction.atomic
def renew_feed(*, by: Actor) -> CalendarFeed:
    """A new address; one that was there before ends. NotAllowed."""
    user = _locked(by)
    values = {"token": secrets.token_urlsafe(TOKEN_BYTES), "made_at": clock.now()}
    feed, is_new = CalendarFeed.objects.update_or_create(user=user, defaults=values)
    log.record("calendar_feed.renew", feed, by=by, data={"first": is_new})
    return feed


@transaction.atomic
def withdraw_feed(*, by: Actor) -> None:
    """End the address. NotAllowed, AlreadyDone."""
    feed = CalendarFeed.objects.filter(user=_locked(by)).first()
    if feed is None:
        raise AlreadyDone()
    log.record("calendar_feed.withdraw", feed, by=by)
    feed.delete()


def _locked(by: Actor) -> User:
    if by.user is None:
        raise NotAllowed()
    return locks.exclusive(User, by.user.pk)
