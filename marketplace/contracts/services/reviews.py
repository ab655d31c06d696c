"""Both sides review each other. Nobody reads what the other has written before both have, or the time is over."""

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.agencies import services as agencies
from marketplace.contracts import rules
from marketplace.contracts.events import ReviewsPublished
from marketplace.contracts.models import Contract, Review
from marketplace.contracts.rules import BOTH, Side
from marketplace.contracts.services.shared import locked, own_side, public_words, require_side, tell
from marketplace.core import clock, deadlines, events, log
from marketplace.core.errors import AlreadyDone, WrongState
from marketplace.tenders import services as tenders
from marketplace.tenders.queries import rules_of


@transaction.atomic
def write_review(contract: Contract, scores: Mapping[str, int], text: str, *, by: Actor) -> Review:
    """A side reviews the other on five dimensions; within 24 hours and until publication its author may change it.

    Both reviews are published when the second is written. NeedsText, Incomplete, ReviewsClosed, AlreadyDone,
    WrongState, NotAllowed.
    """
    contract = locked(contract.pk)
    side = own_side(contract, by)
    now = clock.now()
    if contract.state != Contract.State.COMPLETED or contract.review_by is None:
        raise WrongState
    review = contract.reviews.filter(side=side).first()
    if now > contract.review_by and (review is None or review.published_at is None):
        raise rules.ReviewsClosed()
    rules.check_review(scores, text, rules_of(contract.award.tender).rating.text_needed_up_to)
    if review is None:
        review = Review(contract=contract, side=side, state=Review.State.DUE, author=by.user, written_at=now)
        act = "write"
    else:
        _check_may_edit(review, scores, text, by)
        act = "edit"
    rules.REVIEW.move(review, act)
    for name in rules.DIMENSIONS:
        setattr(review, name, scores[name])
    review.text = text.strip()
    review.save()
    log.record(f"review.{act}", contract, by=by, data={"side": str(side)})  # no star and no word before publication
    if contract.reviews.count() == len(BOTH):
        _publish(contract)
    elif act == "write":
        tell(contract, [rules.other_side(side)], "contracts.review_waiting", anchor="#reviews")
    return review


@transaction.atomic
def close_reviews(pk: str) -> None:
    """The deadline "contracts.reviews_over": who has not written is marked default, and both are published."""
    contract = locked(int(pk))
    if contract.state != Contract.State.COMPLETED or contract.reviews.exclude(published_at=None).exists():
        return
    written = set(contract.reviews.values_list("side", flat=True))
    stars = dict.fromkeys(rules.DIMENSIONS, rules.DEFAULT_STARS)
    for side in BOTH:
        if side not in written:
            Review.objects.create(
                contract=contract, side=side, state=Review.State.DUE, is_default=True, written_at=clock.now(), **stars
            )
            log.record("review.default", contract, by=Actor.system(), data={"side": str(side)})
    _publish(contract)


@transaction.atomic
def answer_review(review: Review, text: str, *, by: Actor) -> Review:
    """The reviewed side answers once, after publication. NeedsReason, AlreadyDone, WrongState, NotAllowed."""
    contract = locked(review.contract_id)
    review = contract.reviews.get(pk=review.pk)
    require_side(contract, rules.other_side(review.side), by)
    if not text.strip():
        raise rules.NeedsReason(_("请填写回复内容。"), field="answer")
    rules.REVIEW.move(review, "reply")
    review.answer, review.answered_at = text.strip(), clock.now()
    review.save(update_fields=["state", "answer", "answered_at"])
    if review.side == Side.BUYER and _public_text(contract, review.answer):
        agencies.answer_rating(contract.number, review.answer, by=by)
    log.record("review.reply", contract, by=by, data={"side": review.side, "answer": review.answer})
    tell(contract, [Side(review.side)], "contracts.review_answered", anchor="#reviews")
    return review


def _check_may_edit(review: Review, scores: Mapping[str, int], text: str, by: Actor) -> None:
    same = review.text == text.strip() and all(getattr(review, name) == scores[name] for name in rules.DIMENSIONS)
    if same or review.state != Review.State.SUBMITTED:
        raise AlreadyDone
    if review.author != by.user or clock.now() > review.written_at + timedelta(hours=rules.EDIT_HOURS):
        raise AlreadyDone(
            _("本单位的评价已经提交；只有提交人可在 %(hours)d 小时内修改。") % {"hours": rules.EDIT_HOURS}
        )


def _publish(contract: Contract) -> None:
    """Show both reviews, and write the buyer's down for the agency, in the same transaction."""
    now, itself = clock.now(), Actor.system()
    deadlines.cancel("contracts.reviews_over", contract)
    for review in contract.reviews.all():
        if review.is_default:
            rules.REVIEW.move(review, "default")
        else:
            rules.REVIEW.move(review, "audit")
            log.record("review.audit", contract, by=itself, data={"side": review.side, "passed_by_itself": True})
            rules.REVIEW.move(review, "publish")
        review.published_at = now
        review.save(update_fields=["state", "published_at"])
        scores = {name: getattr(review, name) for name in rules.DIMENSIONS}
        data = {"side": review.side, "scores": scores, "text": review.text, "is_default": review.is_default}
        log.record("review.publish", contract, by=itself, data=data)
        if review.side == Side.BUYER:
            _record_rating(contract, review, scores)
    tenders.follow_contract(contract.award.tender, "closed_ok", by=itself)
    events.publish(ReviewsPublished(contract.pk, contract.number, contract.agency_id))
    tell(contract, BOTH, "contracts.reviews_published", anchor="#reviews")


def _record_rating(contract: Contract, review: Review, scores: Mapping[str, int]) -> None:
    words = public_words(contract)
    agencies.record_rating(
        agency=contract.agency,
        contract_number=contract.number,
        item=contract.award.tender.item,
        title=words["title"],
        by_name=words["client"],
        scores=dict(scores),
        text=_public_text(contract, review.text),
        is_default=review.is_default,
        by=Actor.system(),
    )


def _public_text(contract: Contract, text: str) -> str:
    """What the agency's page may show of free words: of a contract that came of invited quotes none.

    They would name what the rest of that page keeps to the two: who bought, and what.
    """
    return "" if contract.award.tender.is_invited else text
