"""The sections of an agency's desk that hold rows: one table from which their addresses and pages are made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.agencies import forms, services
from marketplace.agencies.models import Agency, PastWork, Practitioner, Qualification, ServiceOffer


@dataclass(frozen=True)
class RowSection:
    """A section: its key (also the template's name), words, rows, form, and the services that write them."""

    key: str
    row_key: str
    title: str | Promise
    lead: str | Promise
    add: str | Promise
    saved: str | Promise
    removed: str | Promise
    form: type[forms.RowForm]
    rows: Callable[[Agency], "models.QuerySet[Any]"]
    save: Callable[[Agency, Mapping[str, Any], Any, Any], models.Model]
    remove: Callable[[Any, Any], None]

    @property
    def url_name(self) -> str:
        """The list, where a row is added."""
        return f"agency_{self.key}"

    @property
    def edit_url_name(self) -> str:
        """One row's form."""
        return f"agency_{self.row_key}_edit"

    @property
    def remove_url_name(self) -> str:
        """Where a row is taken away."""
        return f"agency_{self.row_key}_remove"


ROW_SECTIONS: tuple[RowSection, ...] = (
    RowSection(
        key="qualifications",
        row_key="qualification",
        title=_("资质证书"),
        lead=_("每张证书填一次，附扫描件。同一事项要求多种资质的，具备其中之一即可。不需要资质的事项可以不填。"),
        add=_("添加证书"),
        saved=_("证书已保存。"),
        removed=_("证书已删除。"),
        form=forms.QualificationForm,
        rows=lambda agency: Qualification.objects.filter(agency=agency).select_related("type", "scan", "replaces"),
        save=lambda agency, data, row, by: services.save_qualification(agency, data, by=by, qualification=row),
        remove=lambda row, by: services.remove_qualification(row, by=by),
    ),
    RowSection(
        key="practitioners",
        row_key="practitioner",
        title=_("从业人员"),
        lead=_("登记注册执业人员。一人只能在一家机构注册。"),
        add=_("添加人员"),
        saved=_("人员已保存。"),
        removed=_("人员已离册。"),
        form=forms.PractitionerForm,
        rows=lambda agency: Practitioner.objects.filter(agency=agency, left_on=None).select_related("scan"),
        save=lambda agency, data, row, by: services.save_practitioner(agency, data, by=by, practitioner=row),
        remove=lambda row, by: services.remove_practitioner(row, by=by),
    ),
    RowSection(
        key="past_work",
        row_key="past_work",
        title=_("业绩"),
        lead=_("选填。近三年完成的同类项目，附证明材料；在本平台完成的合同会自动计入。"),
        add=_("添加业绩"),
        saved=_("业绩已保存。"),
        removed=_("业绩已删除。"),
        form=forms.PastWorkForm,
        rows=lambda agency: PastWork.objects.filter(agency=agency).select_related("item", "evidence"),
        save=lambda agency, data, row, by: services.save_past_work(agency, data, by=by, work=row),
        remove=lambda row, by: services.remove_past_work(row, by=by),
    ),
    RowSection(
        key="offers",
        row_key="offer",
        title=_("服务项目"),
        lead=_("能提供哪些事项、什么价格、多少天、在哪些地区。采购人按这里找到您。"),
        add=_("添加服务项目"),
        saved=_("服务项目已保存。"),
        removed=_("服务项目已删除。"),
        form=forms.OfferForm,
        rows=lambda agency: (
            ServiceOffer.objects.filter(agency=agency).select_related("item").prefetch_related("regions")
        ),
        save=lambda agency, data, row, by: services.save_offer(agency, data, by=by, offer=row),
        remove=lambda row, by: services.remove_offer(row, by=by),
    ),
)
BY_KEY = {section.key: section for section in ROW_SECTIONS}
