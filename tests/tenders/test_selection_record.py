"""The public record of a tender: it holds as it is, and no value in it can be changed."""

import copy
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from nacl.signing import SigningKey

from marketplace.agencies.models import Agency
from marketplace.core import clock, log, log_proof, merkle
from marketplace.core.clock import ZONE
from marketplace.tenders import services
from marketplace.tenders.models import Award, SubstituteOffer, Tender
from marketplace.tenders.record_file import build
from marketplace.tenders.record_file.verify import Check, verify
from marketplace.tenders.selection import registry
from tests.factories import staff
from tests.tenders import browser, panel, scene
from tests.tenders.selection.cases import PRICES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("market")]

SETTINGS: dict[str, dict[str, Any]] = {
    "average_price": {"outliers": True},
    "two_stage": {"k": 4},
    "draw": {"price": "88000.00"},
    "credit_shortlist": {"price": "88000.00"},
    "rotation": {"price": "88000.00"},
}


def record_of(tender: Tender) -> dict[str, Any]:
    log.sequence()
    tender.refresh_from_db()
    found: dict[str, Any] = json.loads(build.text_of(tender))
    return found


def wrong(checks: list[Check]) -> list[str]:
    return [check.key for check in checks if check.trouble]


def holds(record: Any) -> bool:
    checks = verify(record)
    assert [f"{check.key}: {check.trouble}" for check in checks if not check.is_right] == []
    return all(check.is_right for check in checks)


def finished(method: str, prices: Any = PRICES) -> Tender:
    """A tender by this method, up to its notice."""
    if method == "direct":
        return direct()
    agencies = [scene.agency() for _ in prices]
    if method == "rotation":
        codes = [agency.credit_code for agency in agencies[::-1]]
        with clock.at(scene.MONDAY):
            services.set_roster(scene.item(), codes, "首次编制。", after=0, by=staff("operator"))
    by = scene.buyer()
    tender = scene.published(by, method=method, method_settings=SETTINGS.get(method, {}))
    if method == "proposal":
        panel.named(tender, by)
    for price, agency in zip(prices, agencies, strict=True):
        scene.bid(tender, price, of=agency)
    scene.opened(tender)
    if tender.review_by is not None:
        panel.reviewed(tender)
    if tender.explanations.exists():
        return tender
    if tender.pick_by is not None:
        with clock.at(tender.pick_by):
            services.end_pick(str(tender.pk))
    return scene.noticed(tender)


def direct() -> Tender:
    chosen = scene.agency()
    by = scene.buyer()
    tender = scene.published(
        by, method="direct", chosen_agency=chosen, choice_reason="上一期由其完成。", method_settings={"price": "50000"}
    )
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        services.accept_award(tender, by=scene.author(chosen))
    return scene.noticed(tender)


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value that holds no others, and of every empty list or object."""
    if isinstance(value, (dict, list)) and value:
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*at, key))
    else:
        yield at


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1") if value else "x"
    return {None: "x", "[]": ["x"], "{}": {"x": 1}}[None if value is None else json.dumps(value)]


def changed(record: Any, at: tuple[Any, ...], *, drop: bool = False) -> Any:
    made = copy.deepcopy(record)
    place = made
    for key in at[:-1]:
        place = place[key]
    if drop:
        del place[at[-1]]
    else:
        place[at[-1]] = other(place[at[-1]])
    return made


def resigned(record: Any) -> Any:
    """The record as a lying site would publish it: its entries, as they are now, in a log of its own, well signed."""
    made, key = copy.deepcopy(record), SigningKey(bytes(32))
    proofs, edge, leaves_ = made["entries"], [], []
    for n, proof in enumerate(proofs, start=1):
        proof["number"] = proof["entry"]["number"] = n
        leaves_.append(log_proof.leaf_hash(proof["entry"]))
        merkle.grow(edge, n - 1, leaves_[-1])
    at, root, size = "2026-12-01T00:00:00.000000Z", merkle.fold(edge).hex(), len(proofs)
    signature = key.sign(log_proof.statement("public", size, root, at)).signature.hex()
    head = {"version": log_proof.VERSION, "log": "public", "size": size, "root": root, "timestamp": at}
    for n, proof in enumerate(proofs):
        path = merkle.inclusion_proof(n, size, _reader(leaves_))
        told = {"leaf_hash": leaves_[n].hex(), "path": [each.hex() for each in path]}
        proof |= told | {"head": head | {"signature": signature}}
    return made | {"key": bytes(key.verify_key).hex()}


def _reader(hashes: list[bytes]) -> merkle.Read:
    def hash_of(node: merkle.Node) -> bytes:
        level, index = node
        if level == 0:
            return hashes[index]
        return merkle.node_hash(hash_of((level - 1, 2 * index)), hash_of((level - 1, 2 * index + 1)))

    return lambda nodes: {node: hash_of(node) for node in nodes}


def lies(record: Any) -> Iterator[tuple[str, Any]]:
    """Records of a site that lies about one thing and signs it, each with the check that finds it."""

    def lie(key: str, action: str, *at: Any, to: Any) -> tuple[str, Any]:
        made = copy.deepcopy(record)
        place = next(proof["entry"] for proof in made["entries"] if proof["entry"]["action"] == action)
        for step in at[:-1]:
            place = place[step]
        place[at[-1]] = to(place[at[-1]]) if callable(to) else to
        return key, resigned(made)

    yield lie("announcement", "tender.publish", "data", "number", to="ZJ-2026-999999")
    yield lie("announcement", "tender.publish", "data", "draw_source", to="drand")
    yield lie("order", "tender.commitments", "at", to="2026-03-19T08:59:59.999999Z")
    yield lie("order", "tender.opened", "at", to="2026-03-31T09:00:00.000000Z")
    yield lie("list", "tender.commitments", "data", "commitments", to=lambda those: those[1:])
    yield lie("list", "tender.opened", "data", "responses", 0, "status", to="unreadable")
    yield lie("case", "tender.opened", "data", "case", "nonce", to="00" * 32)
    yield lie("case", "tender.opened", "data", "case", "quotes", 0, "price", to="1.00")
    yield lie("case", "tender.publish", "data", "ceiling", to="90000.00")
    yield lie("outcome", "tender.opened", "data", "outcome", "winners", to=lambda those: ["91430500MA4L000011"])
    yield lie("outcome", "tender.opened", "data", "outcome", "ranking", to=lambda those: those[::-1])
    yield lie("award", "tender.award", "data", "agency_code", to="91430500MA4L000011")
    yield lie("award", "tender.award", "data", "price", to="99999.00")
    yield lie("award", "tender.award", "data", "record_sha256", to="00" * 32)


def test_a_site_that_lies_and_signs_it_is_found_by_the_check_for_that() -> None:
    record = record_of(finished("average_price"))
    assert holds(resigned(record))
    for n, (key, made) in enumerate(lies(record)):
        assert key in wrong(verify(made)), (n, key, wrong(verify(made)))
        assert "proofs" not in wrong(verify(made))


@pytest.mark.parametrize("method", registry.announced())
def test_the_record_of_each_method_holds_and_no_value_in_it_can_be_changed(method: str) -> None:
    record = record_of(finished(method))
    assert holds(record)
    paths = list(leaves(record))
    assert len(paths) > 80
    unseen = [at for at in paths if not wrong(verify(changed(record, at)))]
    unseen += [at for at in paths if not wrong(verify(changed(record, at, drop=True)))]
    assert unseen == []


def test_another_kind_of_value_is_another_value() -> None:
    record = record_of(finished("lowest_price", ["80000", "90000"]))
    assert wrong(verify(record | {"attempt": True})) == ["shape"]
    assert wrong(verify(record | {"more": 1})) == ["shape"]
    for nonsense in (None, [], "x", 1, {}):
        assert wrong(verify(nonsense)) == ["shape"]


def test_each_check_names_what_is_wrong() -> None:
    record = record_of(finished("average_price"))
    text = json.loads(record["responses"][0]["text"])
    price = json.dumps(text | {"price": "1.00"}, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    tampered = {
        ("key",): ("00" * 32, "proofs"),
        ("tender",): ("ZJ-2026-999999", "announcement"),
        ("responses", 0, "commitment"): ("00" * 32, "list"),
        ("responses", 0, "text"): (price, "texts"),
    }
    for at, (value, key) in tampered.items():
        made = copy.deepcopy(record)
        place = made
        for step in at[:-1]:
            place = place[step]
        place[at[-1]] = value
        assert key in wrong(verify(made)), at


def test_too_few_a_cancelled_and_an_unreadable_response() -> None:
    few = scene.published(funds="public")
    scene.bid(few, "60000")
    record = record_of(scene.opened(few))
    assert holds(record)
    assert [(r["status"], r["agency"], r["text"]) for r in record["responses"]] == [("sealed", None, None)]
    by = scene.buyer()
    cancelled = scene.published(by)
    scene.bid(cancelled, "60000")
    with clock.at(scene.MONDAY + timedelta(hours=1)):
        services.cancel(cancelled, "资金调整。", by=by)
    record = record_of(cancelled)
    assert holds(record)
    assert record["responses"] == []
    assert all(wrong(verify(changed(record, at))) for at in leaves(record))
    rubbish, agency, frozen = scene.published(), scene.agency(), scene.agency()
    with clock.at(scene.MONDAY):
        seal = browser.sealed(rubbish, b"no envelope")
        key = "7f9f3b1e-2a86-4f2f-9d0c-6a1d3a5b7c01"
        services.place_sealed(rubbish, agency, seal, idempotency_key=key, by=scene.author(agency))
    scene.bid(rubbish, "70000", of=frozen)
    scene.bid(rubbish, "90000")
    Agency.objects.filter(pk=frozen.pk).update(state=Agency.State.FROZEN)
    record = record_of(scene.opened(rubbish))
    assert holds(record)
    assert sorted(r["status"] for r in record["responses"]) == ["ineligible", "ok", "unreadable"]
    assert all(wrong(verify(changed(record, at))) for at in leaves(record["responses"], ("responses",)))


def test_a_tender_that_takes_responses_has_no_record() -> None:
    tender = scene.published()
    scene.bid(tender, "60000")
    log.sequence()
    asked = scene.published(
        method="direct", chosen_agency=scene.agency(), choice_reason="延续服务。", method_settings={"price": "50000"}
    )
    for waiting in (tender, asked):
        with pytest.raises(build.NoRecord):
            build.record_of(waiting)


def test_a_winner_that_may_not_and_one_that_gives_up_are_explained() -> None:
    tender = scene.published()
    bids = [scene.bid(tender, price) for price in ("70000", "75000", "80000", "90000")]
    scene.opened(tender)
    Agency.objects.filter(pk=bids[0].agency_id).update(state=Agency.State.FROZEN)
    scene.noticed(tender)
    assert holds(record_of(tender))
    scene.noticed(tender)
    assert holds(record_of(tender))
    with clock.at(datetime(2026, 3, 24, 10, 0, tzinfo=ZONE)):
        services.give_up(tender, "人员离职。", by=scene.author(bids[1].agency))
        offer = SubstituteOffer.objects.get()
        services.accept_substitution(offer, by=scene.author(offer.bid.agency))
    scene.noticed(tender)
    assert Award.objects.filter(tender=tender).count() == 2
    record = record_of(tender)
    assert holds(record)
    awards = [n for n, proof in enumerate(record["entries"]) if proof["entry"]["action"] == "tender.award"]
    del record["entries"][awards[0] - 1]  # who was passed over, or came after, is needed to explain the award
    assert wrong(verify(record))


def test_a_rejected_low_price_is_judged_again() -> None:
    tender = finished("lowest_price")
    low = tender.explanations.get()
    with clock.at(low.due_at):
        services.end_explanation(str(low.pk))
    record = record_of(scene.noticed(tender))
    assert "tender.judged_again" in [proof["entry"]["action"] for proof in record["entries"]]
    assert holds(record)


def test_the_commands_write_records_and_check_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tenders = [finished("average_price"), finished("direct")]
    scene.published()
    call_command("selection_record", "--all", "--output", str(tmp_path))
    files = sorted(tmp_path.iterdir())
    assert [path.stem for path in files] == sorted(str(tender.number) for tender in tenders)
    for path in files:
        call_command("verify_selection", str(path))
    assert "记录成立。" in capsys.readouterr().out
    record = json.loads(files[0].read_text(encoding="utf-8"))
    record["responses"][0]["text"] += " "
    files[0].write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("verify_selection", str(files[0]))
    said = capsys.readouterr().out
    assert "的原文与承诺不符" in said
    assert "记录不成立。" in said
    with pytest.raises(SystemExit):
        call_command("verify_selection", str(files[1]), "--key", "00" * 32)
    files[1].write_text('{"version": 1, "version": 2}', encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("verify_selection", str(files[1]))


def test_the_page_serves_what_the_command_writes(client: Any) -> None:
    tender = finished("average_price")
    answer = client.get(reverse("tender_record", args=[tender.number]))
    assert answer.content == build.text_of(tender)
