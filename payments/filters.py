"""How the list of payments is narrowed."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from payments.models import Payment


class PaymentFilter(django_filters.FilterSet):
    """By words, state and direction."""

    q = django_filters.CharFilter(method="by_words", label=_("编号、事由或单位"))
    state = django_filters.ChoiceFilter(choices=Payment.State.choices, label=_("状态"), empty_label=_("全部状态"))

    class Meta:
        model = Payment
        fields = ["q", "state"]

    def by_words(self, payments: QuerySet[Payment], name: str, value: str) -> QuerySet[Payment]:
        """Reference, description, or either party's name."""
        return payments.filter(
            Q(reference__icontains=value)
            | Q(description__icontains=value)
            | Q(payer__name__icontains=value)
            | Q(payee__name__icontains=value)
        )
