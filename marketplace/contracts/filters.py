"""How the list of contracts is narrowed."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.contracts.models import Contract


class ContractFilter(django_filters.FilterSet):
    """By words and state."""

    q = django_filters.CharFilter(method="by_words", label=_("编号、项目或单位"))
    state = django_filters.ChoiceFilter(choices=Contract.State.choices, label=_("状态"), empty_label=_("全部状态"))

    class Meta:
        model = Contract
        fields = ["q", "state"]

    def by_words(self, contracts: QuerySet[Contract], name: str, value: str) -> QuerySet[Contract]:
        """Number, title, or either party's name."""
        return contracts.filter(
            Q(number__icontains=value)
            | Q(title__icontains=value)
            | Q(buyer__name__icontains=value)
            | Q(agency__organisation__name__icontains=value)
        )
