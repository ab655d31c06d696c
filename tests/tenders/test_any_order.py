"""A purchase under acts in any order: whatever people do and whenever, what must never happen never happens."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from marketplace.agencies.models import Agency
from marketplace.core import clock, log
from marketplace.core.errors import DomainError
from marketplace.core.models import LogEntry
from marketplace.tenders import rules, services
from marketplace.tenders.errors import BidTooLate
from marketplace.tenders.models import Amendment, Award, Bid, Objection, PriceExplanation, SubstituteOffer, Tender
from marketplace.tenders.record_file import build
from marketplace.tenders.record_file.verify import verify
from tests.queue import drain
from tests.tenders import scene

FIRMS = 4
firms = st.integers(0, FIRMS - 1)
prices = st.sampled_from(["20000", "70000", "80000", "80000", "95000"])  # one that must be explained, two alike
hours = st.sampled_from([1, 24, 30])


class Purchase(RuleBasedStateMachine):
    """One purchase, four agencies. `live` is the model: whose response counts, and when its author must confirm."""

    def __init__(self) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.buyer = scene.buyer()
        self.agencies = [scene.agency() for _ in range(FIRMS)]
        self.authors = [scene.author(agency) for agency in self.agencies]
        self.moment = scene.MONDAY
        self.live: dict[int, uuid.UUID] = {}
        self.verified = ""

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @initialize(offered=st.lists(prices, max_size=FIRMS), opens=st.booleans())
    def publish(self, offered: list[str], opens: bool) -> None:
        """Announced; some have responded, and perhaps the close has come: most of the story lies behind it."""
        self.tender = scene.published(self.buyer)
        for firm, price in enumerate(offered):
            self.bid(firm, price)
        if opens:
            self.the_close_comes()
            self._reads_what_is()

    # --- acts ---------------------------------------------------------------------------------------------------------
    @rule(firm=firms, price=prices)
    def bid(self, firm: int, price: str) -> None:
        late = self.moment >= self.close
        with self.acting() as done:
            offer = services.Offer(Decimal(price), 8)
            key = uuid.uuid4()
            placed = services.place_bid(
                self.tender, self.agencies[firm], offer, idempotency_key=key, by=self.authors[firm]
            )
            again = services.place_bid(
                self.tender, self.agencies[firm], offer, idempotency_key=key, by=self.authors[firm]
            )
            assert (again.pk, again.receipt) == (placed.pk, placed.receipt)
            self.live[firm] = placed.pk
        assert bool(done) == (not late and self.tender.state == "published"), "taken when it must not be, or refused"

    @rule(firm=firms)
    def withdraw(self, firm: int) -> None:
        placed = Bid.objects.filter(agency=self.agencies[firm]).order_by("-submitted_at").first()
        if placed is None:
            return
        with self.acting() as done:
            services.withdraw_bid(placed, by=self.authors[firm])
        if done:
            assert self.live.pop(firm) == placed.pk

    @precondition(lambda self: self.tender.state == "published")
    @rule(days=st.integers(1, 60))
    def amend(self, days: int) -> None:
        asked = [(r.group, r.type, r.minimum_grade) for r in self.tender.requirements.select_related("type")]
        with self.acting():
            services.amend(self.tender, {"days": days}, asked, [], reason="调整服务期限。", by=self.buyer)

    @precondition(lambda self: self.tender.state == "published")
    @rule(firm=firms)
    def confirm(self, firm: int) -> None:
        placed = Bid.objects.filter(agency=self.agencies[firm], state="sealed").first()
        if placed is not None:
            with self.acting():
                services.confirm_bid(placed, amended=self.tender.amended, by=self.authors[firm])

    @rule(after=hours)
    def time_goes_on(self, after: int) -> None:
        self.moment += timedelta(hours=after)
        with clock.at(self.moment):
            drain()

    @rule()
    def the_close_comes(self) -> None:
        if self.tender.state == "published" and self.moment < self.close:
            self.moment = self.close
            with clock.at(self.moment):
                services.open_bids(str(self.tender.pk))
                services.open_bids(str(self.tender.pk))

    @precondition(lambda self: self.tender.state == "selecting")
    @rule(accept=st.booleans())
    def explain(self, accept: bool) -> None:
        for asked in PriceExplanation.objects.filter(tender=self.tender, state__in=["asked", "given"]):
            with self.acting():
                if asked.state == "asked":
                    services.explain(asked, "设备自有，人员驻场。", None, by=self.author_of(asked.agency))
                services.decide(asked, accept=accept, reason="说明充分与否已核对。", by=self.buyer)

    @precondition(lambda self: self.tender.state == "publicity")
    @rule(firm=firms)
    def object(self, firm: int) -> None:
        with self.acting():
            agency = self.agencies[firm]
            services.file_objection(
                self.tender, agency, ground="qualification", text="证书范围不符。", by=self.authors[firm]
            )

    @precondition(lambda self: self.tender.state == "suspended")
    @rule(finding=st.sampled_from(["dismissed", "annul", "rerank"]))
    def answer(self, finding: str) -> None:
        for objection in Objection.objects.filter(tender=self.tender, state="filed"):
            with self.acting():
                against = None
                if finding == "rerank":
                    winner = Bid.objects.filter(tender=self.tender, state="winner").first()
                    against = winner.agency if winner else None
                services.answer_objection(objection, finding=finding, text="经核对。", against=against, by=self.buyer)

    @precondition(lambda self: self.tender.state == "suspended")
    @rule()
    def take_back_the_objection(self) -> None:
        for objection in Objection.objects.filter(tender=self.tender, state="filed"):
            with self.acting():
                services.withdraw_objection(objection, by=self.author_of(objection.agency))

    @precondition(lambda self: self.tender.state == "notified")
    @rule(firm=firms)
    def give_up(self, firm: int) -> None:
        with self.acting():
            services.give_up(self.tender, "人员离职。", by=self.authors[firm])

    @precondition(lambda self: self.tender.state == "selecting")
    @rule(accept=st.booleans())
    def substitute(self, accept: bool) -> None:
        for offer in SubstituteOffer.objects.filter(tender=self.tender, state="asked"):
            with self.acting():
                by = self.author_of(offer.bid.agency)
                if accept:
                    services.accept_substitution(offer, by=by)
                else:
                    services.decline_substitution(offer, "排期已满。", by=by)

    @rule(really=st.integers(0, 5))
    def cancel(self, really: int) -> None:
        if not really:  # seldom, or every story ends here
            with self.acting() as done:
                services.cancel(self.tender, "资金调整", by=self.buyer)
            if done:
                self.live.clear()

    # --- what never happens -------------------------------------------------------------------------------------------
    @invariant()
    def the_state_moves_by_its_machine_only(self) -> None:
        state = "scheduled"
        entries = LogEntry.objects.filter(log="audit", subject=f"tenders.tender:{self.tender.pk}").order_by("id")
        for entry in entries:
            act = entry.action.removeprefix("tender.")
            if act in rules.PROCUREMENT.transitions and "to" in entry.data and entry.data["from"] != "draft":
                assert entry.data["from"] == state
                state = rules.PROCUREMENT.target(state, act)
                assert entry.data["to"] == state
        assert Tender.objects.get(pk=self.tender.pk).state == state

    @invariant()
    def there_is_one_standing_award_at_most(self) -> None:
        standing = Award.objects.filter(tender=self.tender, ended_at=None)
        assert standing.count() <= 1
        if self.tender.state in ("published", "closed", "selecting", "publicity", "suspended", "failed", "cancelled"):
            assert not standing.exists()
        if self.tender.state == "notified":
            assert standing.exists()

    @invariant()
    def the_responses_are_those_of_the_model(self) -> None:
        live = Bid.objects.filter(tender=self.tender).exclude(state__in=["replaced", "withdrawn"])
        if self.tender.state != "cancelled":
            assert set(live.values_list("pk", flat=True)) == set(self.live.values())

    @invariant()
    def nothing_of_responses_is_public_before_the_close(self) -> None:
        if self.moment >= self.close or self.tender.state != "published":
            return
        with clock.at(self.moment):
            log.sequence()
            assert not log.visible().filter(action__startswith="bid.").exists()
        public = set(LogEntry.objects.filter(log="public").values_list("action", flat=True))
        assert not public & {"tender.commitments", "tender.opened"}
        opened = Bid.objects.exclude(price=None, days=None, opened="", rank=None, invalid_reason="")
        assert not opened.exists()
        assert not LogEntry.objects.filter(action__startswith="bid.", number__isnull=False).exists()

    @invariant()
    def the_record_verifies_whenever_there_is_one(self) -> None:
        last = LogEntry.objects.filter(log="public").order_by("-id").values_list("pk", flat=True).first()
        with clock.at(self.moment):
            if str(last) == self.verified or not build.has_record(self.tender):
                return
            build.number_waiting(self.tender)
            checks = verify(build.record_of(self.tender))
        assert [f"{check.key}: {check.trouble}" for check in checks if check.trouble] == []
        self.verified = str(last)

    # --- how ----------------------------------------------------------------------------------------------------------
    @property
    def close(self) -> datetime:
        assert self.tender.closes_at is not None
        return self.tender.closes_at

    def author_of(self, agency: Agency) -> scene.Actor:
        return self.authors[self.agencies.index(agency)]

    @contextmanager
    def acting(self) -> Iterator[list[bool]]:
        """An act at this moment; refused in words, it has changed nothing. Yields a list that is filled when done."""
        done: list[bool] = []
        before, refused = self.picture(), None
        try:
            with clock.at(self.moment), transaction.atomic():
                yield done
                done.append(True)
        except DomainError as error:
            refused = error
        if refused is not None:
            assert self.picture() == before, f"{refused!r} left something behind"
            assert not (isinstance(refused, BidTooLate) and self.moment < self.close)
        self.tender.refresh_from_db()

    def picture(self) -> tuple[object, ...]:
        tender = Tender.objects.values_list("state", "closes_at", "amended", "publicity_until").get(pk=self.tender.pk)
        bids = tuple(Bid.objects.order_by("pk").values_list("pk", "state", "amended"))
        return tender, bids, Amendment.objects.count(), Objection.objects.count(), Award.objects.count()

    @invariant()
    def _reads_what_is(self) -> None:
        self.tender.refresh_from_db()


@pytest.mark.django_db
@pytest.mark.usefixtures("market")
def test_no_order_of_acts_breaks_what_must_hold() -> None:
    quick = settings(
        max_examples=12,
        stateful_step_count=16,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        database=None,
    )
    run_state_machine_as_test(Purchase, settings=quick)
