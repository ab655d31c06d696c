"""The tour: the eight steps of the main job, each with who does it, where it begins and what to look at."""

from dataclasses import dataclass

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.core.models import Deadline, LogEntry


@dataclass(frozen=True)
class TourStep:
    """One step: `persona` logs in, `url` is where it begins, `tries` are sentences of what to do there."""

    number: int
    title: str
    persona: str
    persona_label: str
    url: str
    act: str
    tries: tuple[str, ...]


def steps() -> list[TourStep]:
    """The eight steps, in the visitor's language."""
    return [*_before_a_tender(), *_around_a_tender(), *_after_a_tender()]


def _before_a_tender() -> list[TourStep]:
    """Agencies are admitted, told of, and found."""
    return [
        TourStep(
            1,
            _("机构入驻"),
            "newcomer",
            _("新机构"),
            reverse("organisation_register") + "?for=agency",
            _("填写入驻申请"),
            (
                _("登记单位、上传授权书，分节填写资料，随时自动保存。"),
                _("提交后换“运营人员”登录，对照扫描件审核，通过后进入公示；把时钟拨到公示结束即入驻。"),
            ),
        ),
        TourStep(
            2,
            _("内容发布"),
            "editor",
            _("内容编辑"),
            "/admin/",
            _("审核机构展示内容"),
            (
                _("机构在自己的工作台写介绍，编辑在 Wagtail 后台审核发布。"),
                _("资质、服务和评价由业务数据实时生成，不需要编辑。"),
            ),
        ),
        TourStep(
            3,
            _("查找与比选"),
            "",
            _("任何人"),
            reverse("search") + "?q=%E7%8E%AF%E8%AF%84",
            _("搜索“环评”"),
            (_("按事项、资质等级、地区、评价、价格筛选，每个选项旁都有数量。"), _("勾选最多四家机构并排比较。")),
        ),
    ]


def _around_a_tender() -> list[TourStep]:
    """A tender is published, answered under seal, and opened."""
    return [
        TourStep(
            4,
            _("发布采购"),
            "buyer",
            _("采购企业"),
            reverse("tender_new"),
            _("发布一个采购项目"),
            (_("选事项，填限价和要求，系统给出期限和符合条件的机构数。"), _("选取方式可选最低价或直接选取。")),
        ),
        TourStep(
            5,
            _("密封报价"),
            "agency",
            _("中介机构"),
            reverse("my_bids"),
            _("参加报价"),
            (_("先看自己是否符合条件，缺哪一项写得清清楚楚。"), _("截止前可修改、撤回；除本单位外谁也看不到。")),
        ),
        TourStep(
            6,
            _("开标与中选"),
            "buyer",
            _("采购企业"),
            reverse("my_tenders"),
            _("看开标结果"),
            (_("把时钟拨到截止时间，系统自动开标、排名并公示。"), _("公示期满生成中选通知书，可下载 PDF。")),
        ),
    ]


def _after_a_tender() -> list[TourStep]:
    """The contract and its rating, and the project around it all."""
    return [
        TourStep(
            7,
            _("合同、成果与评价"),
            "agency",
            _("中介机构"),
            reverse("contract_list"),
            _("办理合同"),
            (
                _("双方确认合同，机构上传成果，采购人验收并付款。"),
                _("双方互评，两方都写完或期满后公布，随即进入机构页面和搜索。"),
            ),
        ),
        TourStep(
            8,
            _("项目代办"),
            "officer",
            _("代办员"),
            reverse("officer_board"),
            _("打开代办工作台"),
            (_("路线图的环节需要中介服务时，一键发起采购，资料自动带入。"), _("采购、合同、成果的状态回到环节上。")),
        ),
    ]


def deadline_label(deadline: Deadline) -> str:
    """What a deadline is about: the last name under which the logs know its object."""
    known = (
        LogEntry.objects.filter(subject=deadline.subject)
        .order_by("-id")
        .values_list("subject_label", flat=True)
        .first()
    )
    name = known or _name_of(deadline)
    return f"{_words(deadline.kind)} · {name}" if name else _words(deadline.kind)


def _name_of(deadline: Deadline) -> str:
    """How the object calls itself, where no log entry is about it."""
    label, _colon, key = deadline.subject.partition(":")
    try:
        found = apps.get_model(label)._default_manager.filter(pk=key).first()
    except (LookupError, ValueError):
        return ""
    return str(found) if found is not None else ""


def _words(kind: str) -> str:
    return {
        "agencies.notice_over": _("入驻公示期满"),
        "tenders.opening": _("报名截止，开标"),
        "tenders.publicity_over": _("结果公示期满"),
        "tenders.explanation": _("低价说明期限"),
        "tenders.objection": _("异议答复期限"),
        "tenders.substitute": _("候补答复期限"),
        "tenders.acceptance": _("直接选取答复期满"),
        "tenders.second_announcement": _("第二次公告"),
        "tenders.rehearsal": _("开标演练"),
        "agencies.freeze_over": _("冻结期满"),
        "agencies.mend_over": _("补正期满"),
        "contracts.sign_by": _("合同签订期限"),
        "contracts.silence": _("验收期限"),
        "contracts.reviews_over": _("互评期满"),
    }.get(kind, kind)
