"""The form that begins a handover."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.queries import staff
from marketplace.accounts.roles import StaffRole
from marketplace.core.forms import ActorForm


class HandoverForm(ActorForm):
    """To whom, and why."""

    taker = forms.ModelChoiceField(label=_("接收人"), queryset=User.objects.none(), empty_label=_("请选择"))
    reason = forms.CharField(label=_("交接原因"), max_length=300, help_text=_("如：岗位调整、长期外出。"))

    def __init__(self, *args: Any, giver: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = staff(StaffRole.OFFICER).order_by("pk")
        field = self.fields["taker"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = others.exclude(pk=giver.pk) if giver else others
