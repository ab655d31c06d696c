"""What the contract's page shows beside its rows: where it stands, and the reviews as this reader may see them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.contracts import queries, rules
from marketplace.contracts.models import Contract, Review
from marketplace.contracts.rules import BOTH, Side

ARTICLE = re.compile(r"第[一二三四五六七八九十百零\d]+条")
LIFE = ("drafting", "filed", "performing", "completed", "reviewed")
STAGE = {
    "drafting": 0,
    "signed_buyer": 0,
    "signed_agency": 0,
    "signed_both": 1,
    "filed": 1,
    "checked": 1,
    "performing": 2,
    "amended": 2,
    "disputed": 2,
    "completed": 4,
}


@dataclass(frozen=True)
class ShownReview:
    """One side's review for one reader: `review` is None while the reader may not read it, or nothing is written."""

    side: Side
    title: str
    state: str
    review: Review | None
    dimensions: tuple[dict[str, Any], ...] = ()
    mean: Decimal | None = None
    may_answer: bool = False


@dataclass(frozen=True)
class Article:
    """One article of the contract's text."""

    heading: str
    lines: tuple[str, ...]


def articles(text: str) -> list[Article]:
    """The text by its articles: a line that begins with 第…条 is a heading, other lines are its paragraphs."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in (line.strip() for line in text.splitlines()):
        if ARTICLE.match(line):
            found.append((line, []))
        elif line:
            found[-1][1].append(line)
    return [Article(heading, tuple(lines)) for heading, lines in found if heading or lines]


def life(contract: Contract) -> list[dict[str, str]]:
    """The life of a contract as the component `steps` takes it."""
    labels = (_("双方确认"), _("备案"), _("履行"), _("验收完成"), _("互评"))
    reached = _stage(contract)
    ended = contract.state == Contract.State.TERMINATED
    states = ["done" if n < reached else "now" if n == reached and not ended else "" for n in range(len(labels))]
    steps = [{"label": str(label), "state": state} for label, state in zip(labels, states, strict=True)]
    return [*steps[:reached], {"label": _("已终止"), "state": "failed"}] if ended else steps


def _stage(contract: Contract) -> int:
    if contract.state == Contract.State.TERMINATED:
        return 2 if contract.filed_at else 0
    published = any(review.published_at for review in contract.reviews.all())
    return len(LIFE) if published else STAGE[contract.state]


def reviews(contract: Contract, actor: Actor) -> list[ShownReview]:
    """Both reviews, in a fixed order; empty before the contract is completed."""
    if contract.state != Contract.State.COMPLETED:
        return []
    readable = {review.side: review for review in queries.readable_reviews(contract, actor)}
    written = {review.side for review in contract.reviews.all()}
    return [_shown(contract, side, readable.get(side), side in written, actor) for side in BOTH]


def _shown(contract: Contract, side: Side, review: Review | None, is_written: bool, actor: Actor) -> ShownReview:
    title = _("采购人评价机构") if side is Side.BUYER else _("机构评价采购人")
    if review is None:
        state = _("已提交，双方都评价后或期满后公布") if is_written else _("尚未评价")
        return ShownReview(side, title, state, None)
    scores = {name: getattr(review, name) for name in rules.DIMENSIONS}
    rows = tuple({"label": label, "score": scores[name]} for name, label in rules.dimension_labels(side))
    other = queries.side_of(contract, actor) == rules.other_side(side)
    may_answer = other and rules.REVIEW.may(review.state, "reply") and not review.is_default
    return ShownReview(side, title, str(review.get_state_display()), review, rows, rules.mean(scores), may_answer)
