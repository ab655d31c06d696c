"""What the catalogue puts on a desk."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.catalogue import queries
from marketplace.core.desk import Task


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """Operators: proposed rules that somebody else has to approve."""
    return [
        Task(
            title=_("选取规则第 %(version)s 版") % {"version": ruleset.version},
            act=_("核对并批准"),
            url=reverse("ruleset:inspect", args=[ruleset.pk]),
            group=_("规则"),
            subject=str(ruleset.proposed_by),
        )
        for ruleset in queries.rulesets_waiting(actor).select_related("proposed_by")
    ]
