"""The secret of an invitation's link.

It is derived from the row and the installation's secret, so that the database alone opens nothing, and the
administrator can read the link again and pass it on by hand (there is no SMS).
"""

import hashlib

from django.utils.crypto import salted_hmac

from marketplace.accounts.models import Invitation


def token_of(invitation: Invitation) -> str:
    """The token of a stored invitation, 40 characters."""
    about = f"{invitation.pk} {invitation.contact}"
    return salted_hmac("accounts.invitation", about, algorithm="sha256").hexdigest()[:40]


def hash_of(token: str) -> str:
    """Under what the token is looked up: SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()
