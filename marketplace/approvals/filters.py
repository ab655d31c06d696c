"""The one filter of approval items: page, export and feed use it alike."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.approvals import queries
from marketplace.approvals.models import ApprovalItem


class ApprovalItemFilter(django_filters.FilterSet):
    """By words of the name, an alias or the department; by department, class and number of visits."""

    q = django_filters.CharFilter(method="by_words", label=_("事项或部门"))
    department = django_filters.ModelChoiceFilter(
        queryset=queries.departments(), to_field_name="name", label=_("部门"), empty_label=_("全部部门")
    )
    ready_class = django_filters.ChoiceFilter(
        choices=ApprovalItem.ReadyClass.choices, label=_("类别"), empty_label=_("全部类别")
    )

    class Meta:
        model = ApprovalItem
        fields = ["q", "department", "ready_class"]

    def by_words(self, queryset: QuerySet[ApprovalItem], name: str, value: str) -> QuerySet[ApprovalItem]:
        """Every word must be found in the name, an alias, the code or the department."""
        for word in value.split():
            found = Q(name__icontains=word) | Q(code__iexact=word) | Q(department__name__icontains=word)
            queryset = queryset.filter(found | Q(search_text__icontains=word))
        return queryset
