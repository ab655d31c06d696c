"""The house's pattern book at /design/: every component in every state, with sample data that is nobody's."""

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace as Sample
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from marketplace.core import clock
from marketplace.core.desk import Task
from marketplace.core.rules import Alert
from marketplace.core.templatetags.look import TONES, known_icons


class SampleForm(forms.Form):
    """One field of each kind."""

    code = forms.CharField(
        label=gettext_lazy("统一社会信用代码"), help_text=gettext_lazy("18 位，在营业执照上"), min_length=18
    )
    item = forms.ChoiceField(label=gettext_lazy("服务事项"), choices=[("ZJ-005", "ZJ-005 环境影响报告书（表）编制")])
    ceiling = forms.DecimalField(label=gettext_lazy("最高限价"), max_digits=14, decimal_places=2)
    closes_at = forms.DateTimeField(label=gettext_lazy("报名截止"))
    valid_until = forms.DateField(label=gettext_lazy("有效期至"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("选取方式"),
        choices=[("lowest", gettext_lazy("最低价")), ("direct", gettext_lazy("直接选取"))],
        widget=forms.RadioSelect,
    )
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("服务区域"),
        choices=[("core", "核心区"), ("port", "港口片区"), ("east", "东片区")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    scan = forms.FileField(label=gettext_lazy("扫描件"), help_text=gettext_lazy("PDF、JPG 或 PNG，不超过 50 MB"))
    text = forms.CharField(label=gettext_lazy("说明"), widget=forms.Textarea, required=False)
    promise = forms.BooleanField(label=gettext_lazy("我承诺所填内容真实"))


def _forms() -> dict[str, Any]:
    bad = SampleForm({"code": "91999901MA0000020", "ceiling": "八万", "method": "lowest"}, auto_id="bad_%s")
    bad.is_valid()
    stored = Sample(name="营业执照.pdf", url="#", size=1_200_000)
    return {"plain_form": SampleForm(auto_id="plain_%s"), "bad_form": bad, "stored_file": stored}


def _times(now: datetime) -> dict[str, Any]:
    return {
        "long": {"due": now + timedelta(days=2, hours=6, minutes=35), "start": now - timedelta(days=1)},
        "short": {"due": now + timedelta(minutes=35), "start": now - timedelta(hours=9)},
        "over": {"due": now - timedelta(minutes=1), "start": now - timedelta(days=3)},
        "events": [
            Sample(title=_("公告，可提问"), at=now - timedelta(days=1), state="done"),
            Sample(title=_("报名与密封报价"), when=_("现在"), state="now"),
            Sample(title=_("截止并开标，全程公开"), at=now + timedelta(days=2), state=""),
            Sample(title=_("签订合同"), day=(now + timedelta(days=400)).date(), text=_("通知书发出后 15 日内")),
        ],
        "steps": _steps(_("公告"), _("报名报价"), _("开标"), _("公示"), _("中选"), _("履约"), _("完成")),
        "failed_steps": [Sample(label=_("公告"), state="done"), Sample(label=_("流标"), state="failed")],
    }


def _steps(*labels: str) -> list[Sample]:
    return [Sample(label=label, state=("done", "now")[i] if i < 2 else "") for i, label in enumerate(labels)]


def _lists() -> dict[str, Any]:
    rules = [
        Sample(ok=True, title=_("服务项目含 ZJ-005"), value=_("已上架，报告表")),
        Sample(ok=None, title=_("无须回避"), value=_("须填写股东信息后比对")),
        Sample(ok=False, title=_("负责人登记覆盖服务期"), value=_("4月2日到期"), url="#", url_label=_("换一位负责人")),
    ]
    files = [
        Sample(name="采购需求书.pdf", url="#", size=412_000, sha256=hashlib.sha256(b"a").hexdigest()),
        Sample(name="总平面图.heic", state="bad", note=_("格式不支持，请用 PDF、JPG 或 PNG")),
    ]
    facts = [
        Sample(label=_("最高限价"), value="¥80,000", note=_("同类成交中位 ¥52,000")),
        (_("服务期"), _("合同签订后 30 个工作日")),
        Sample(label=_("项目代码"), value="2601-999901-04-01-318024", mono=True),
    ]
    changes = [
        Sample(label=_("服务期"), before=_("20 个工作日"), after=_("30 个工作日")),
        Sample(label=_("附件"), before="", after="总平面图.pdf"),
    ]
    return {"rules": rules, "files": files, "facts": facts, "changes": changes}


def _search() -> dict[str, Any]:
    parts = [(_("相关"), 34, _("事项完全匹配")), (_("评价"), 28, _("4.9 分，37 次")), (_("信用"), 19, _("A 级 93 分"))]
    why = Sample(rank=1, total=81, parts=[Sample(label=a, points=b, text=c) for a, b, c in parts])
    values = [("4.9", _("37 次")), ("A", _("93 分")), ("¥48,000", "")]
    values += [("25", _("工作日")), ("6", _("人")), ("41", _("项"))]
    titles = (_("服务评价"), _("信用"), _("公开报价"), _("承诺工期"), _("执业人员"), _("平台业绩"))
    six = [Sample(label=title, value=value, unit=unit) for title, (value, unit) in zip(titles, values, strict=True)]
    hit = Sample(title="甲子环境技术有限公司", url="#", mark="甲子", summary="环评、排污许可", facts=six, why=why)
    hit.compare_value, hit.warning = "1", _("1 名工程师的登记下月到期")
    choice = [Sample(value="A", label="A（90 分以上）", count=28, selected=True), Sample(value="B", label="B", count=3)]
    facets = [
        Sample(name="credit", label=_("信用等级"), choices=choice, open=True),
        Sample(
            label=_("公开报价"), kind="range", low_name="low", high_name="high", low="30000", unit=_("元"), open=True
        ),
        Sample(name="region", label=_("服务区域"), choices=[], open=False),
    ]
    return {"hit": hit, "facets": facets, "kept": [("q", "环评")], "page": Paginator(range(280), 10).page(5)}


def _compare() -> dict[str, Any]:
    names = ("甲子环境", "丙寅生态", "丁卯环保")
    items = [Sample(name=name, url="#", remove_url="#", act_url="#", act_label=_("邀请")) for name in names]
    best = Sample(text="¥39,800", best=True)
    price = Sample(title=_("公开报价"), cells=[Sample(text="¥48,000"), Sample(text="¥52,000"), best])
    warned = Sample(text=_("可以，到期前须续期"), icon="clock-exclamation", tone="z-warn")
    fit = Sample(title=_("能否参加"), cells=[Sample(text=_("可以")), Sample(text=_("可以")), warned])
    same = Sample(title=_("发票"), same=True, cells=[Sample(text=_("增值税专用"))] * 3)
    return {"compared": items, "groups": [Sample(title=_("价格与资格"), rows=[price, fit, same])]}


def _route() -> dict[str, Any]:
    nodes = [
        Sample(x=48, y=120, state="done", critical=True, lines=["项目", "备案"], url="#s-filing"),
        Sample(x=240, y=120, state="now", critical=True, lines=["环评", "审批"], url="#s-eia"),
        Sample(x=240, y=60, state="todo", critical=False, lines=["水保审批"], url=""),
        Sample(x=430, y=120, state="todo", critical=True, lines=["施工", "许可"], url=""),
    ]
    edges = [Sample(d="M48 120H430", critical=True), Sample(d="M48 120H66L112 60H290L340 120H430", critical=False)]
    stages = [Sample(x=2, width=190, label=_("1 立项用地")), Sample(x=192, width=300, label=_("2 工程建设"))]
    marks = [Sample(x=150, y=120, tone="signup", label="ZJ-005")]
    drawing = Sample(width=494, height=190, title=_("审批路线图"), description=_("4 个环节，已完成 1 个。"))
    drawing.stages, drawing.edges, drawing.nodes, drawing.marks = stages, edges, nodes, marks
    drawing.today_x, drawing.today = 200, _("今天")
    track = [Sample(label=_("招标"), state="done"), Sample(label=_("合同"), state="now"), Sample(label=_("成果"))]
    service = Sample(label=_("环评报告表"), code="ZJ-005", parts=track, text=_("等双方确认合同"), url="#")
    cards = [
        Sample(id="filing", title=_("企业投资项目备案"), state="done", meta=_("1月9日办结")),
        Sample(id="eia", title=_("环评审批"), state="now", critical=True, percent=62, services=[service]),
        Sample(id="permit", title=_("施工许可"), state="todo", meta=_("2 个工作日")),
    ]
    cards[1].chip, cards[2].offers = (_("剩 1 工作日"), "alert"), [Sample(label=_("招标代理"), url="#")]
    return {"drawing": drawing, "cards": cards}


def _desk(now: datetime) -> dict[str, Any]:
    tasks = [
        Task(
            "甲申测绘技术有限公司",
            _("审核"),
            "#",
            now + timedelta(hours=2),
            _("入驻"),
            _("10 / 12 项已核对"),
            Alert.ALERT,
        ),
        Task("标准厂房三期 工程监理", _("答复"), "#", now - timedelta(hours=1), _("质疑"), "", Alert.RED),
        Task("热管理系统 环评报告", _("签合同"), "#", None, _("合同")),
    ]
    figures = [
        Sample(label=_("公开选取"), value=186, unit=_("项"), note=_("今年 1 月 1 日起")),
        Sample(label=_("逾期"), value=2, unit=_("件"), tone="bad", url="#"),
        Sample(label=_("比最高限价节约"), value="14.2", unit="%"),
    ]
    tabs = [
        Sample(label=_("路线图"), url="#", current=True, icon="route"),
        Sample(label=_("清单"), url="#", current=False, count=24, icon="list-check"),
        Sample(label=_("材料"), url="#", current=False, count=0),
    ]
    return {"tasks": tasks, "figures": figures, "tabs": tabs}


def _rows(now: datetime) -> dict[str, Any]:
    state = (_("报名中"), "signup")
    tender = Sample(title="年产 12 万套热管理系统项目 环评", url="#", state=state, meta=[_("最低价"), "ZJ-005"])
    tender.price, tender.price_label, tender.due, tender.start = (
        Decimal(80000),
        _("最高限价"),
        now + timedelta(days=2),
        now - timedelta(days=1),
    )
    columns = [Sample(label=_("机构")), Sample(label=_("报价"), number=True), Sample(label=_("状态"))]
    winner = Sample(text="甲子环境技术有限公司", url="#", note="91999901MA0000001P")
    first = [winner, "¥48,000", Sample(chip=(_("候选"), "awarded"))]
    table_rows = [Sample(cells=first, css="z-win"), ["丙寅生态", "¥52,000", None]]
    names = (_("服务质量"), _("服务时效"), _("服务态度"), _("服务收费"), _("服务规范"))
    dimensions = [Sample(label=name, score=Decimal("4.7") if i else None) for i, name in enumerate(names)]
    dimensions[1].note = _("合同 28 天，用 26 天")
    empty_choices = [Sample(label=_("不限工期，9 家"), url="#"), Sample(label=_("放宽到 B 级，6 家"), url="#")]
    parts = {"columns": columns, "table_rows": table_rows, "dimensions": dimensions}
    return {"tender": tender, "empty_choices": empty_choices, **parts}


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """All components with sample data; for who builds the site, so only in development and in a demonstration."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    now = clock.now()
    seal_hash = hashlib.sha256(b"sample").hexdigest()
    context: dict[str, Any] = {"now": now, "tones": list(TONES), "icons": known_icons(), "seal_hash": seal_hash}
    for part in (_forms(), _times(now), _lists(), _search(), _compare(), _route(), _desk(now), _rows(now)):
        context |= part
    return render(request, "core/design.html", context)
