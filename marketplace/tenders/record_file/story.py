"""What became of a selection, entry by entry: who wins after judgements, succession and objections. Pure.

A `Story` is told the entries in their order and refuses the one that doesn't follow from those before.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from marketplace.tenders.record_file.shape import Wrong, same
from marketplace.tenders.rules import judged
from marketplace.tenders.selection import registry
from marketplace.tenders.selection.base import Case, Outcome
from marketplace.tenders.selection.casefile import read_case


@dataclass
class Story:
    """The case and outcome that stand, who would win now, and who is out."""

    case: Case | None = None
    outcome: Outcome | None = None
    current: str | None = None
    gone: set[str] = field(default_factory=set)
    asked: str | None = None
    ended: bool = False
    selections: int = 0
    awards: list[str] = field(default_factory=list)

    def tell(self, action: str, data: dict[str, Any]) -> None:
        """The next entry. Wrong, when it doesn't follow."""
        if act := ACTS.get(action):
            _must(not self.ended, _("采购已经终止，之后又有这一条。"))
            act(self, data)

    def select(self, data: dict[str, Any]) -> None:
        """The first selection: opened, or a direct choice that was accepted."""
        _must(self.outcome is None, _("选取结果出现了两次。"))
        self._judge(data["case"], data["outcome"])

    def judge_again(self, data: dict[str, Any]) -> None:
        """Selected anew with these judgements; everybody who is out stays out."""
        _must(self.case is not None, _("还没有选取结果。"))
        assert self.case is not None
        case = judged(self.case, rejected=data["rejected"], ineligible={*data["ineligible"], *self.gone})
        _must(same(case.to_json(), data["case"]), _("重新评定的案卷不是由原案卷和评定得出的。"))
        self._judge(data["case"], data["outcome"])

    def decide_price(self, data: dict[str, Any]) -> None:
        """A low price was explained, or not."""
        alerts = self.outcome.alerts if self.outcome else {}
        _must(data["agency"] in alerts, _("没有低价提示的机构被要求说明。"))

    def pass_over(self, data: dict[str, Any]) -> None:
        """The winner may no longer take part: the next of the ranking that may."""
        _must(self.current is not None, _("没有可以被替换的中选机构。"))
        passed = data["passed_over"]
        if self._is_shortlist:
            _must(passed == [self.current] and data["next"] is None, _("被越过的不是择定的机构。"))
            self.gone.add(self.current or "")
            self.current = None
            return
        behind = [self.current, *self._behind()]
        _must(passed == behind[: len(passed)] and bool(passed), _("被越过的不是排名中依次的机构。"))
        follows = behind[len(passed)] if len(passed) < len(behind) else None
        _must(data["next"] == follows, _("递补的不是排名中的下一家。"))
        self.gone.update(passed)
        self.current = follows

    def pick(self, data: dict[str, Any]) -> None:
        """The buyer picks one of the shortlist that is left; by the rule it is the first."""
        _must(self._is_shortlist and self.current is None, _("没有待择定的入围名单。"))
        assert self.outcome is not None
        left = [code for code in self.outcome.ranking if code not in self.gone]
        _must(data["agency"] in left, _("择定的不是入围机构。"))
        _must(not data["by_rule"] or data["agency"] == left[0], _("逾期未择定的须由入围次序第一名作为候选机构。"))
        _must(bool(data["reason"]), _("择定没有写明理由。"))
        self.current = data["agency"]

    @property
    def _is_shortlist(self) -> bool:
        """Whether the buyer picks from the ranking."""
        return self.outcome is not None and self.outcome.is_selected and not self.outcome.winners

    def give_up(self, data: dict[str, Any]) -> None:
        """The winner gave up."""
        _must(self.current is not None and data["agency"] == self.current, _("放弃的不是中选机构。"))
        self.gone.add(data["agency"])
        self.current = None

    def ask(self, data: dict[str, Any]) -> None:
        """A substitute is asked: the first that is left."""
        _must(self.current is None and self.outcome is not None, _("中选机构还在，却询问了候补。"))
        assert self.outcome is not None
        left = [code for code in self.outcome.substitutes if code not in self.gone]
        line = [*data["passed_over"], data["agency"]]
        _must(line == left[: len(line)], _("询问的不是次序中的下一家候补。"))
        self.gone.update(data["passed_over"])
        self.asked = data["agency"]

    def answer(self, data: dict[str, Any]) -> None:
        """The substitute's answer."""
        _must(data["agency"] == self.asked, _("答复的不是被询问的候补。"))
        if data["answer"] == "accepted":
            self.current = data["agency"]
        else:
            self.gone.add(data["agency"])
        self.asked = None

    def award(self, data: dict[str, Any]) -> None:
        """The notice: it must name who wins now."""
        _must(self.current is not None and data["agency_code"] == self.current, _("中选通知书上的不是应当中选的机构。"))
        self.awards.append(data["agency_code"])

    def fail(self, data: dict[str, Any]) -> None:
        """It came to nothing."""
        if data.get("passed_over") and data["reason"] == "winner_ineligible":
            self.pass_over(data)
        if data["reason"] in ("too_few", "no_valid_quote") and self.outcome is not None:
            _must(self.outcome.reason == data["reason"], _("流标原因与重新计算的结果不符。"))
        self.ended, self.current = True, None

    def cancel(self, data: dict[str, Any]) -> None:
        """Cancelled before the opening."""
        _must(self.outcome is None and bool(data["reason"]), _("开标以后不能取消。"))
        self.ended = True

    def _judge(self, case: Any, outcome: Any) -> None:
        self.case = read_case(case)
        self.outcome = registry.select(self.case)
        _must(same(self.outcome.to_json(), outcome), _("重新计算的排名与公布的不同。"))
        self.current = self.outcome.winners[0] if self.outcome.winners else None
        self.selections += 1

    def _behind(self) -> list[str]:
        """Who can still come after the winner, in the ranking's order."""
        able = self.outcome.able if self.outcome else ()
        return [code for code in able if code not in self.gone and code != self.current]


ACTS: dict[str, Callable[[Story, dict[str, Any]], None]] = {
    "tender.opened": Story.select,
    "tender.direct_accepted": Story.select,
    "tender.judged_again": Story.judge_again,
    "tender.price_decided": Story.decide_price,
    "tender.reselected": Story.pass_over,
    "tender.picked": Story.pick,
    "tender.given_up": Story.give_up,
    "tender.substitute_asked": Story.ask,
    "tender.substitute_answered": Story.answer,
    "tender.award": Story.award,
    "tender.failed": Story.fail,
    "tender.cancelled": Story.cancel,
}


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise Wrong(sentence)
