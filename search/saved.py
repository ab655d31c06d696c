"""Keeping searches: save, change, pause, take up again, delete, and the stop link of an e-mail.

What a search finds when it is saved (or taken up again) is known and not told. Saving and looking for what is new hold
the same lock, so that a document is either known or looked at afterwards, never neither.
"""

from dataclasses import replace
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.core import clock, deadlines, locks, log
from marketplace.core.errors import AlreadyDone, DomainError, Incomplete
from search.backends import embedded_engine
from search.labels import Labels
from search.models import SavedSearch
from search.query import Query, Sort
from search.state import LONGEST, query_of

MOST = 20  # per person
MOST_KNOWN = 2000  # of what is found when saving; a broader search tells only what was published since
PAGE = 500
LOCK = "search.saved"
DIGEST = "search.saved_digest"
SALT = "search.saved.stop"


class TooMany(DomainError):
    """The person has as many saved searches as anybody may."""

    code = "too_many"
    message = _("最多保存 %(most)d 个搜索。请先删除不再需要的，再保存新的。") % {"most": MOST}


class BadLink(DomainError):
    """A stop link that this site did not make, or whose search is gone."""

    code = "bad_link"
    status = 404
    message = _("这个链接无效，或对应的搜索已经删除，不会再收到提醒。")


@transaction.atomic
def save(state: str, *, name: str, by_inbox: bool, by_mail: bool, pace: str, by: Actor) -> SavedSearch:
    """Keep a search. TooMany, AlreadyDone for the same state, Incomplete without a way to tell."""
    locks.exclusive(User, by.person.pk)
    mine = SavedSearch.objects.filter(owner=by.person)
    if mine.filter(state=state).exists():
        raise AlreadyDone(_("这个搜索已经保存过了，可以在列表里修改提醒方式。"))
    if mine.count() >= MOST:
        raise TooMany()
    if len(state) > LONGEST:
        raise DomainError(_("搜索条件太长，无法保存。请减少所选的条件。"))
    _check(by.person, by_inbox, by_mail)
    locks.counter(LOCK)
    moment = clock.now()
    saved = SavedSearch(owner=by.person, name=name, state=state, by_inbox=by_inbox, by_mail=by_mail, pace=pace)
    saved.created_at = moment
    _know(saved)
    saved.save()
    log.record("search.save", saved, by=by, data={"state": state})
    return saved


@transaction.atomic
def change(saved: SavedSearch, *, name: str, by_inbox: bool, by_mail: bool, pace: str, by: Actor) -> SavedSearch:
    """Another name or another way of telling. Incomplete without a way."""
    saved = _own(saved, by)
    _check(by.person, by_inbox, by_mail)
    saved.name, saved.by_inbox, saved.by_mail, saved.pace = name, by_inbox, by_mail, pace
    saved.save(update_fields=["name", "by_inbox", "by_mail", "pace"])
    log.record("search.change", saved, by=by)
    return saved


@transaction.atomic
def pause(saved: SavedSearch, *, by: Actor) -> None:
    """Tell nothing until it is taken up again. AlreadyDone."""
    _pause(_own(saved, by), by)


@transaction.atomic
def resume(saved: SavedSearch, *, by: Actor) -> None:
    """Tell again, from now on: what came meanwhile stands in the list and is not told. AlreadyDone."""
    locks.counter(LOCK)
    saved = _own(saved, by)
    if saved.is_active:
        raise AlreadyDone()
    saved.is_active = True
    _know(saved)
    saved.save(update_fields=["is_active", "since", "known", "is_broad"])
    log.record("search.resume", saved, by=by)


@transaction.atomic
def delete(saved: SavedSearch, *, by: Actor) -> None:
    """Forget a search and what it found; the audit log keeps that there was one."""
    saved = _own(saved, by)
    deadlines.cancel(DIGEST, saved)
    log.record("search.delete", saved, by=by)
    saved.delete()


def stop_token(saved: SavedSearch) -> str:
    """What an e-mail's stop link carries: whoever holds it may stop this one search and nothing else."""
    return signing.dumps(saved.pk, salt=SALT)


def of_token(token: str) -> SavedSearch:
    """The search of a stop link. BadLink."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise BadLink() from None
    saved = SavedSearch.objects.filter(pk=pk).select_related("owner").first()
    if saved is None:
        raise BadLink()
    return saved


@transaction.atomic
def stop(token: str) -> SavedSearch:
    """Pause the search of a stop link; harmless to repeat. BadLink."""
    saved = locks.exclusive(SavedSearch, of_token(token).pk)
    if saved.is_active:
        _pause(saved, Actor(saved.owner))
    return saved


def _pause(saved: SavedSearch, by: Actor) -> None:
    if not saved.is_active:
        raise AlreadyDone()
    saved.is_active = False
    saved.save(update_fields=["is_active"])
    deadlines.cancel(DIGEST, saved)
    log.record("search.pause", saved, by=by)


def _own(saved: SavedSearch, by: Actor) -> SavedSearch:
    locked: SavedSearch = SavedSearch.objects.select_for_update(of=("self",)).get(pk=saved.pk, owner=by.person)
    return locked


def _check(person: User, by_inbox: bool, by_mail: bool) -> None:
    problems: list[Any] = []
    if not by_inbox and not by_mail:
        problems.append(_("请至少选择一种提醒方式；暂时不需要提醒的，可以在列表里暂停。"))
    if by_mail and not person.email:
        problems.append(_("您的账号还没有邮箱。请先在账号设置里填写邮箱，或只选站内消息。"))
    if problems:
        raise Incomplete(problems)


def _know(saved: SavedSearch) -> None:
    """What the search finds now is not new."""
    query = replace(query_of(saved.state, Labels()), sort=Sort.NEWEST, page_size=PAGE, facets=())
    saved.since = clock.now()
    (total,) = embedded_engine().count([query])
    saved.is_broad = total > MOST_KNOWN
    saved.known = [] if saved.is_broad else list(_found(query, total))


def _found(query: Query, total: int) -> Any:
    for page in range(1, -(-total // PAGE) + 1):
        for hit in embedded_engine().search(replace(query, page=page)).hits:
            yield [hit.kind, hit.key]
