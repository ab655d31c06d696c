"""The words of what saved searches tell people, in the inbox and by e-mail."""

from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core import clock
from marketplace.core.addresses import in_language
from marketplace.core.inbox import Kind
from search.events import HitsToMail
from search.models import SavedHit, SavedSearch
from search.saved import stop_token
from search.state import address

NAMED = 5
LISTED = 20

KINDS = {
    # Its e-mail is written here, with a link that stops it.
    "search__new_hits": Kind(
        gettext_lazy("搜索有新结果：%(name)s"),
        gettext_lazy("您保存的搜索“%(name)s”有 %(count)s 条新结果：%(titles)s。"),
        mail=False,
    )
}


def titles(all_titles: Sequence[str]) -> str:
    """The first few titles."""
    named = "、".join(all_titles[:NAMED])
    return f"{named} …" if len(all_titles) > NAMED else named


def send_hits(event: HitsToMail) -> None:
    """Send the e-mail about new hits, once; not to somebody who stopped it meanwhile."""
    saved = SavedSearch.objects.select_related("owner").filter(pk=event.search_id, is_active=True, by_mail=True).first()
    if saved is None or not saved.owner.is_active or not saved.owner.email:
        return
    hits = list(saved.hits.filter(pk__in=event.hit_ids, mailed_at=None).order_by("pk"))
    if not hits:
        return
    language = saved.owner.language or settings.LANGUAGE_CODE
    with translation.override(language):
        stop = _absolute(reverse("saved_search_stop", args=[stop_token(saved)]), language)
        message = EmailMessage(
            " ".join((_("搜索有新结果：%(name)s") % {"name": saved.name}).split()),
            _text(saved, hits, stop, language),
            settings.DEFAULT_FROM_EMAIL,
            [saved.owner.email],
            # RFC 8058: the mail program's own button stops it as well.
            headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )
    message.send()
    SavedHit.objects.filter(pk__in=[hit.pk for hit in hits]).update(mailed_at=clock.now())


def _text(saved: SavedSearch, hits: Sequence[SavedHit], stop: str, language: str) -> str:
    parts = [_("您保存的搜索“%(name)s”有 %(count)s 条新结果：") % {"name": saved.name, "count": len(hits)}]
    parts += [f"{hit.title}\n{_absolute(hit.url, language)}" for hit in hits[:LISTED]]
    parts.append(_("查看全部结果：%(url)s") % {"url": _absolute(address(saved.state), language)})
    parts.append(_("停止这个搜索的提醒：%(url)s") % {"url": stop})
    return "\n\n".join(parts)


def _absolute(path: str, language: str) -> str:
    return f"{settings.SITE_URL}{in_language(path, language)}"
