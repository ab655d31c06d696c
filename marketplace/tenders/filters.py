"""The filters of the operators' list of tenders."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from marketplace.catalogue.models import ServiceItem
from marketplace.tenders.models import Tender
from marketplace.tenders.selection import registry


class TenderFilterSet(WagtailFilterSet):
    """By state, money, method, item, attempt and times."""

    state = django_filters.MultipleChoiceFilter(choices=Tender.State.choices, label=_("状态"))
    funds = django_filters.ChoiceFilter(choices=Tender.Funds.choices, label=_("资金来源"))
    method = django_filters.ChoiceFilter(
        choices=[(key, registry.get(key).label) for key in registry.known()], label=_("选取方式")
    )
    item = django_filters.ModelChoiceFilter(queryset=ServiceItem.objects.all(), label=_("服务事项"))
    published_at = django_filters.DateFromToRangeFilter(label=_("发布时间"), widget=DateRangePickerWidget)
    closes_at = django_filters.DateFromToRangeFilter(label=_("截止时间"), widget=DateRangePickerWidget)

    class Meta:
        model = Tender
        fields = ["state", "funds", "method", "item", "attempt", "published_at", "closes_at"]
