"""Where an act comes from: address, browser, session. Kept with acts for inspectors only, and erased after a time."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from marketplace.core.middleware import client_ip

MOST_AGENT, MOST_LANGUAGE, MOST_ADDRESS = 300, 100, 45


@dataclass(frozen=True)
class Origin:
    """The address as the trusted proxies show it, the browser's words about itself, and its session, hashed."""

    address: str
    agent: str
    language: str
    session: str

    def to_json(self) -> dict[str, str]:
        """What is stored."""
        return {
            "address": self.address,
            "agent": self.agent,
            "language": self.language,
            "session": self.session,
        }


def origin_of(request: HttpRequest) -> Origin:
    """The origin of a request. The session's key itself opens the account, so only its keyed hash is taken."""
    key = request.session.session_key
    return Origin(
        address=client_ip(request)[:MOST_ADDRESS],
        agent=request.headers.get("User-Agent", "")[:MOST_AGENT],
        language=request.headers.get("Accept-Language", "")[:MOST_LANGUAGE],
        session=salted_hmac("marketplace.core.origin", key, algorithm="sha256").hexdigest()[:32] if key else "",
    )
