"""Approval items: limits as people read them, and what a standard form says. Pure.

Source: GB/T 39046 (code sets A.1, A.6) and approvals §2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

TYPES: Mapping[str, str | Promise] = {
    "01": gettext_lazy("行政许可"),
    "02": gettext_lazy("行政处罚"),
    "03": gettext_lazy("行政强制"),
    "04": gettext_lazy("行政征收"),
    "05": gettext_lazy("行政给付"),
    "06": gettext_lazy("行政检查"),
    "07": gettext_lazy("行政确认"),
    "08": gettext_lazy("行政奖励"),
    "09": gettext_lazy("行政裁决"),
    "10": gettext_lazy("其他行政权力"),
    "20": gettext_lazy("公共服务"),
}
CASE_TYPES: Mapping[int, str | Promise] = {1: gettext_lazy("即办件"), 2: gettext_lazy("承诺件")}
ONLINE: Mapping[int, str | Promise] = {
    4: gettext_lazy("全程网办"),
    3: gettext_lazy("网上办理，一次到场"),
    2: gettext_lazy("网上预审"),
}
REASONS: Mapping[str, str | Promise] = {
    "upper": gettext_lazy("需省、市支持"),
    "cross": gettext_lazy("涉及多部门联动"),
    "sensitive": gettext_lazy("复杂敏感"),
    "impact": gettext_lazy("社会影响大"),
}
SPECIAL: Mapping[str, str | Promise] = {
    "evaluation": gettext_lazy("技术评审"),
    "survey": gettext_lazy("现场勘验"),
    "publicity": gettext_lazy("公示"),
    "tender": gettext_lazy("招标"),
}
SOURCES: Mapping[str, str | Promise] = {
    "self": gettext_lazy("申请人自备"),
    "gov": gettext_lazy("政府部门核发"),
    "agency": gettext_lazy("中介机构出具"),
}


@dataclass(frozen=True)
class Material:
    """One material of an item: its name, who makes it, whether it may follow later, and the library that spares it."""

    name: str
    source: str | Promise
    may_follow: bool
    library: str

    @property
    def is_spared(self) -> bool:
        """Whether the library holds it, so that it must not be asked for."""
        return bool(self.library)


def limit_text(limit: Mapping[str, Any] | None) -> str:
    """A limit {n, unit} as people say it; empty text when there is none, 0 is "at once"."""
    if not limit:
        return ""
    number, unit = limit["n"], limit["unit"]
    if not number:
        return _("即时办结")
    if unit == "hd":
        return ngettext("%(n)s 个半天", "%(n)s 个半天", number) % {"n": number}
    if unit == "cd":
        return ngettext("%(n)s 日", "%(n)s 日", number) % {"n": number}
    return ngettext("%(n)s 个工作日", "%(n)s 个工作日", number) % {"n": number}


def limit_code(limit: Mapping[str, Any] | None) -> str:
    """A limit as it is stored: `20 wd`."""
    return f"{limit['n']} {limit['unit']}" if limit else ""


def materials(rows: list[Mapping[str, Any]], certificates: Mapping[str, str]) -> tuple[Material, ...]:
    """The materials of a standard form."""
    return tuple(
        Material(row["n"], SOURCES[row["src"]], row["defer"], certificates.get(row["lib"] or "", "")) for row in rows
    )
