"""Fetching a round from a relay of the network. Only the worker calls this, never a page."""

import urllib.error
import urllib.parse
import urllib.request

from django.utils.translation import gettext as _

from marketplace.tenders.beacons import drand
from marketplace.tenders.beacons.base import BeaconError

SECONDS = 5.0
MOST_BYTES = 4096


class Unreachable(BeaconError):
    """The relay did not answer, or not with a round; it is asked again later."""

    code = "unreachable"
    status = 503


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A relay that sends elsewhere is not the one that was set."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


def fetch(url: str, number: int, *, seconds: float = SECONDS) -> drand.Round:
    """A round from the relay at `url` (the setting DRAND_URL), its signature verified. Unreachable, BeaconError."""
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise Unreachable(_("没有设置 drand 的网络地址。"))
    address = f"{url.rstrip('/')}/{drand.CHAIN}/public/{number}"
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(address, timeout=seconds) as answer:
            text = answer.read(MOST_BYTES + 1).decode("utf-8")
    except (OSError, ValueError, urllib.error.URLError) as error:
        raise Unreachable(_("暂时取不到第 %(number)d 轮，稍后再试。") % {"number": number}) from error
    found = drand.read(text)
    if found.number != number:
        raise BeaconError(_("取到的不是所要的轮次。"))
    drand.verify(found)
    return found
