"""Narrowing the list of projects."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.projects import queries
from marketplace.projects.models import Project


class ProjectFilter(django_filters.FilterSet):
    """By words of name or code, by stage, by state."""

    q = django_filters.CharFilter(
        method="words", label=_("项目名称或代码"), widget=forms.TextInput(attrs={"type": "search"})
    )
    stage = django_filters.ChoiceFilter(choices=queries.stages, label=_("当前阶段"), empty_label=_("全部阶段"))
    state = django_filters.ChoiceFilter(
        choices=[(Project.State.RUNNING, _("办理中")), (Project.State.DONE, _("已办结"))],
        label=_("状态"),
        empty_label=_("全部状态"),
    )

    class Meta:
        model = Project
        fields: list[str] = []

    def words(self, queryset: "QuerySet[Project]", name: str, value: str) -> "QuerySet[Project]":
        """Every word stands in the name or the code."""
        for word in value.split():
            queryset = queryset.filter(Q(name__icontains=word) | Q(code__icontains=word))
        return queryset
