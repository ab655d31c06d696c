"""A relaxation of a draft's requirements, applied as it was offered."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.actors import Actor
from marketplace.catalogue import queries as catalogue
from marketplace.core.errors import DomainError
from marketplace.tenders.models import Tender
from marketplace.tenders.queries.eligible import Relaxation, market_count
from marketplace.tenders.services.drafts import save_draft


class NotOffered(DomainError):
    """A relaxation that doesn't fit what the draft asks by now."""

    code = "not_offered"
    message = _("条件已经改变，这一项现在不能这样放宽。请看新的计算结果。")


@transaction.atomic
def relax(draft: Tender, key: str, *, by: Actor) -> Relaxation:
    """Ease the requirement that `key` names, as `queries.market_count` offers it now: never below the law's.

    NotOffered, WrongState, NotAllowed.
    """
    offered = market_count(draft, catalogue.current_rules()).relaxations
    found = next((each for each in offered if each.key == key), None)
    if found is None:
        raise NotOffered()
    types = {each.slug: each for each in catalogue.qualification_types()}
    groups = enumerate(found.needs.groups, 1)
    asked = [(n, types[one.type_slug], one.minimum_grade) for n, group in groups for one in group]
    fields = {"practitioners_needed": found.needs.practitioners, "local_only": found.needs.region_code is not None}
    save_draft(draft, fields, asked, by=by)
    return found
