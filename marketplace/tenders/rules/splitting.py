"""Splitting (化整为零): purchases that would each pass a limit's check, but not together.

Source: supermarket §2.2; selection-rules, *Source of funds decides most*. The months and limits are the RuleSet's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from marketplace.catalogue.rules import RuleData
from marketplace.core.display import day, money

MOST_NAMED = 5


@dataclass(frozen=True)
class Earlier:
    """A purchase of the same item, for the same project as far as one is named. CNY.

    `is_related`: not of this buyer, but of one with the same legal person or controlling shareholder.
    """

    number: str
    title: str
    on: date
    amount: Decimal
    is_direct: bool = False
    is_related: bool = False


@dataclass(frozen=True)
class Split:
    """The limit that all of them reach together: its sort, amount, the sum, and the earlier purchases."""

    limit: str  # compulsory_tendering, procurement, direct
    total: Decimal
    earlier: tuple[Earlier, ...]
    months: int
    of: Decimal

    @property
    def sentence(self) -> str:
        """What was found, naming the buyer's own earlier purchases, and the ways out.

        Nothing of a related buyer: neither name, number nor amount, which the sum would tell. Two people may share a
        name, and then this buyer is a stranger to the other.
        """
        own = [each for each in self.earlier if not each.is_related]
        if len(own) < len(self.earlier):
            return self._of_related(own)
        listed = _listed(self.earlier)
        ways = {
            "compulsory_tendering": _("连同本次合计 %(total)s，达到依法必须招标的 %(limit)s"),
            "procurement": _("连同本次合计 %(total)s，超过政府采购限额 %(limit)s"),
            "direct": _("连同本次直接选取合计 %(total)s，超过直接选取上限 %(limit)s"),
        }
        values = {"total": money(self.total), "limit": money(self.of)}
        sentence = _(
            "近 %(months)d 个月同一事项已有 %(n)d 项采购：%(listed)s。%(sum)s，可能属于化整为零。"
            "请合并后按相应程序办理；确属不同需要的，请写明理由，核对人员和主管部门会看到。"
        )
        said = {"months": self.months, "n": len(self.earlier), "listed": listed, "sum": ways[self.limit] % values}
        return sentence % said

    def _of_related(self, own: Sequence[Earlier]) -> str:
        reached = {
            "compulsory_tendering": _("达到依法必须招标的 %(limit)s"),
            "procurement": _("超过政府采购限额 %(limit)s"),
            "direct": _("超过直接选取上限 %(limit)s"),
        }[self.limit] % {"limit": money(self.of)}
        said = {"months": self.months, "n": len(own), "listed": _listed(own), "reached": reached}
        if own:
            found = _(
                "近 %(months)d 个月本单位同一事项已有 %(n)d 项采购：%(listed)s。连同与本单位同一法定代表人，"
                "或有持股 25 %% 以上关系的其他单位的采购，合计%(reached)s，可能属于化整为零。"
            )
        else:
            found = _(
                "近 %(months)d 个月，与本单位同一法定代表人，或有持股 25 %% 以上关系的其他单位采购过同一事项，"
                "连同本次合计%(reached)s，可能属于化整为零。"
            )
        way_out = _(
            "请合并后按相应程序办理；法定代表人只是同名、并无关联的，或者确属不同需要的，请写明理由，"
            "核对人员和主管部门会看到。"
        )
        return found % said + way_out


def _listed(purchases: Sequence[Earlier]) -> str:
    shown = [f"{each.number}《{each.title}》{day(each.on)} {money(each.amount)}" for each in purchases]
    return "；".join(shown[:MOST_NAMED]) + (_("等") if len(shown) > MOST_NAMED else "")


def splitting(
    item_code: str, funds: str, amount: Decimal, earlier: Sequence[Earlier], rules: RuleData, *, is_direct: bool
) -> Split | None:
    """The limit that the purchases reach together but this one alone doesn't; None: none."""
    limits = rules.limits
    if funds != "public" or not earlier or rules.must_stop(item_code, funds, amount):
        return None
    total = amount + sum((each.amount for each in earlier), Decimal(0))
    if stop := rules.must_stop(item_code, funds, total):
        limit = limits.compulsory_tendering if stop == "compulsory_tendering" else limits.procurement
        return Split(stop, total, tuple(earlier), limits.splitting_months, limit or Decimal(0))
    direct = tuple(each for each in earlier if each.is_direct)
    directly = amount + sum((each.amount for each in direct), Decimal(0))
    if is_direct and direct and amount <= limits.direct_public < directly:
        return Split("direct", directly, direct, limits.splitting_months, limits.direct_public)
    return None
