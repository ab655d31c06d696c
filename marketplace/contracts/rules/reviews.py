"""Reviews: five dimensions of 1 to 5 stars by both sides (supermarket §2.6, selection-rules *Credit and rating*)."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.contracts.rules.errors import NeedsText
from marketplace.contracts.rules.sides import Side
from marketplace.core.errors import Incomplete

DIMENSIONS = ("quality", "timeliness", "attitude", "fee", "compliance")
DEFAULT_STARS = 4  # "satisfied": shown as default and left out of every average
EDIT_HOURS = 24


_LABELS: Mapping[str, tuple[str | Promise, ...]] = {
    Side.BUYER: (
        gettext_lazy("服务质量"),
        gettext_lazy("服务时效"),
        gettext_lazy("服务态度"),
        gettext_lazy("服务收费"),
        gettext_lazy("服务规范"),
    ),
    Side.AGENCY: (
        gettext_lazy("资料质量"),
        gettext_lazy("付款与验收及时"),
        gettext_lazy("配合态度"),
        gettext_lazy("费用约定"),
        gettext_lazy("履约规范"),
    ),
}


def dimension_labels(side: str) -> list[tuple[str, str | Promise]]:
    """The five dimensions as the writing side reads them: (field, label)."""
    return list(zip(DIMENSIONS, _LABELS[side], strict=True))


def check_review(scores: Mapping[str, int], text: str, text_needed_up_to: int) -> None:
    """Incomplete unless all five are 1 to 5; NeedsText when one is at most `text_needed_up_to` without words."""
    wrong = [name for name in DIMENSIONS if not 1 <= scores.get(name, 0) <= 5]
    if wrong:
        raise Incomplete([_("请为五个方面都选择 1 至 5 星。")], field=wrong[0])
    if min(scores[name] for name in DIMENSIONS) <= text_needed_up_to and not text.strip():
        raise NeedsText(
            _("有一项在 %(stars)d 星及以下，请写明原因，对方和公众才能看懂。") % {"stars": text_needed_up_to}
        )


def mean(scores: Mapping[str, int]) -> Decimal:
    """The plain mean of the five dimensions."""
    return Decimal(sum(scores[name] for name in DIMENSIONS)) / len(DIMENSIONS)
