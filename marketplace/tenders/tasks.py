"""What tenders put on a desk: for buyers, for agencies, for operators. Each task has its one next act."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.core import calendar, clock
from marketplace.core.desk import Task
from marketplace.core.rules import Alert, alert_level
from marketplace.tenders import queries
from marketplace.tenders.models import Bid, Drawing, HeldBid, Tender
from marketplace.tenders.services import fetching, rehearsing
from marketplace.tenders.services.seeding import url_of

MOST = 20


def desk_tasks(actor: Actor) -> Iterable[Task]:
    """Everything that waits here for the actor."""
    if actor.user is None:
        return []
    found: list[Task] = []
    if actor.acts_for(actor.organisation, MemberRole.BUYER) or actor.has_staff_role(StaffRole.OFFICER):
        found += _of_buyer(actor)
    agency = agencies.of_actor(actor)
    if agency is not None and actor.acts_for(agency.organisation_id, MemberRole.BID_AUTHOR):
        found += _of_agency(agency)
    found += _to_release(actor)
    if actor.has_staff_role(StaffRole.OPERATOR):
        found += _of_operator(actor)
    return found


def _of_buyer(actor: Actor) -> Iterator[Task]:
    group = _("采购")
    waiting = [Tender.State.DRAFT, Tender.State.PUBLICITY, Tender.State.FAILED]
    mine = list(queries.of_buyer(actor).filter(state__in=waiting)[: 4 * MOST])
    later = {tender.chain: tender.attempt for tender in sorted(mine, key=lambda t: t.attempt)}
    followed = set(
        Tender.objects.filter(chain__in=later, state__in=[s for s in Tender.State if s != Tender.State.FAILED])
        .order_by()
        .values_list("chain", "attempt")
    )
    yield from _to_choose(actor)
    for tender in mine:
        if tender.state == Tender.State.DRAFT:
            subject = "；".join(tender.check_reasons) or tender.item.label
            act = _("修改后重新提交") if tender.check_reasons else _("继续填写")
            yield Task(tender.title, act, reverse("tender_edit", args=[tender.pk]), None, group, subject)
        elif tender.state == Tender.State.PUBLICITY:
            url, subject = reverse("tender_result", args=[tender.number]), _("结果公示中，期满自动发出中选通知书")
            yield Task(tender.title, _("查看结果"), url, tender.publicity_until, group, subject)
        elif not any(chain == tender.chain and attempt > tender.attempt for chain, attempt in followed):
            url, subject = reverse("tender", args=[tender.number]), _("已流标，可以修改条件重新采购")
            if tender.attempt == later[tender.chain]:
                yield Task(tender.title, _("处理流标"), url, None, group, subject)


def _to_choose(actor: Actor) -> Iterator[Task]:
    """Opened quotes among which the buyer picks one."""
    for tender in queries.of_buyer(actor).filter(state=Tender.State.SELECTING, choose_by__isnull=False)[:MOST]:
        url, level = reverse("tender_result", args=[tender.number]), _level(tender.opened_at, tender.choose_by)
        yield Task(tender.title, _("比较并择定"), url, tender.choose_by, _("采购"), _("报价已开启"), level)


def _of_agency(agency: Agency) -> Iterator[Task]:
    asked = Tender.objects.filter(
        chosen_agency=agency, state=Tender.State.SELECTING, accept_by__gt=clock.now()
    ).select_related("buyer")
    for tender in asked:
        url = reverse("tender", args=[tender.number])
        level = _level(tender.published_at, tender.accept_by)
        yield Task(tender.title, _("确认是否承接"), url, tender.accept_by, _("直接选取"), tender.buyer.name, level)
    answered = set(
        Bid.objects.filter(agency=agency, tender__state=Tender.State.PUBLISHED)
        .exclude(state=Bid.State.REPLACED)
        .values_list("tender_id", flat=True)
    )
    answered |= set(
        HeldBid.objects.filter(agency=agency, state=HeldBid.State.WAITING).values_list("tender_id", flat=True)
    )
    for tender in queries.invited_to(agency)[:MOST]:
        if tender.pk not in answered:
            url, level = reverse("tender_bid", args=[tender.number]), _level(tender.invited_at, tender.closes_at)
            yield Task(tender.title, _("去报价"), url, tender.closes_at, _("邀请报价"), tender.buyer.name, level)
    fitting = [tender for tender, found in queries.open_for(agency) if found.is_eligible and tender.pk not in answered]
    for tender in fitting[:MOST]:
        url = reverse("tender_bid", args=[tender.number])
        level = _level(tender.published_at, tender.closes_at)
        subject = f"{tender.buyer.name} · {tender.item.label}"
        yield Task(tender.title, _("去报价"), url, tender.closes_at, _("可参加的采购"), subject, level)


def _to_release(actor: Actor) -> Iterator[Task]:
    for held in queries.to_release(actor)[:MOST]:
        tender, url = held.tender, reverse("held_bid", args=[held.pk])
        level = _level(held.held_at, tender.closes_at)
        subject = _("%(person)s 已封存；截止前未放行的不算提交") % {"person": held.author}
        yield Task(tender.title, _("核对并放行"), url, tender.closes_at, _("待放行的报价"), subject, level)


def _of_operator(actor: Actor) -> Iterator[Task]:
    for tender, trouble in rehearsing.failing().items():
        url = reverse("tender", args=[tender.number])
        subject = _("密钥不能解开演练封件：%(trouble)s。请在截止前恢复密钥设置。") % {"trouble": trouble}
        yield Task(tender.title, _("检查密封密钥"), url, tender.closes_at, _("开标演练失败"), subject, Alert.RED)
    for drawing in Drawing.objects.filter(found_at=None, due_at__lte=clock.now()).select_related("tender")[:MOST]:
        if drawing.announced["source"] != "lottery" and settings.DRAND_URL and not drawing.trouble:
            continue  # the worker is at it
        tender, subject = drawing.tender, drawing.trouble or _("须由两名运营人员分别录入，一致后开标")
        level = Alert.RED if drawing.trouble else Alert.ALERT
        act = _("录入随机数")
        yield Task(tender.title, act, url_of(drawing), drawing.successor_at, _("待随机源"), subject, level)
    if trouble := fetching.network_trouble():
        subject = _("上次检查取不到 drand 轮次：%(trouble)s") % {"trouble": trouble}
        url = reverse("wagtailadmin_home")
        yield Task(_("drand 网络"), _("检查网络和 DRAND_URL"), url, None, _("待随机源"), subject, Alert.RED)
    for tender in queries.checking(actor)[: 2 * MOST]:
        url = reverse("tenders_review:review", args=[tender.pk])
        level = _level(tender.submitted_at, tender.check_by)
        subject = f"{tender.number} · {tender.buyer.name}"
        yield Task(tender.title, _("核对公告"), url, tender.check_by, _("公告核对"), subject, level)


def _level(started_at: datetime | None, due_at: datetime | None) -> Alert:
    if started_at is None or due_at is None:
        return Alert.QUIET
    return alert_level(started_at, due_at, clock.now(), calendar.is_workday)
