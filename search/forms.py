"""The form of a saved search."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.core.forms import ActorForm
from search.models import SavedSearch


class SavedSearchForm(ActorForm):
    """A name, and how one wants to be told."""

    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("只有您自己看得到，会写在提醒里。"))
    by_inbox = forms.BooleanField(label=_("站内消息"), required=False, initial=True)
    by_mail = forms.BooleanField(label=_("电子邮件"), required=False)
    pace = forms.ChoiceField(
        label=_("提醒频率"), choices=SavedSearch.Pace.choices, widget=forms.RadioSelect, initial=SavedSearch.Pace.DAILY
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if email := self.actor.person.email:
            self.fields["by_mail"].label = _("电子邮件（%(email)s）") % {"email": email}
        else:
            self.fields["by_mail"].help_text = _("账号还没有邮箱；填写邮箱后可选。")
