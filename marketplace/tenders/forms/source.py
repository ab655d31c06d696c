"""The forms of a draw's source: which one a purchase names, and the value that two officers give."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.catalogue import queries as catalogue
from marketplace.core import clock
from marketplace.core.forms import ActorForm
from marketplace.tenders.beacons import drand, registry
from marketplace.tenders.models import Drawing, Tender

LOTTERY = ("lottery", "issue", "drawn_at", "next_issue", "next_drawn_at")


class SourceForm(ActorForm):
    """Which source the announcement names; for a lottery which issue, and which one follows."""

    draw_source = forms.ChoiceField(label=gettext_lazy("随机来源"), widget=forms.RadioSelect)
    lottery = forms.CharField(
        label=gettext_lazy("彩票名称"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如：中国福利彩票双色球。"),
    )
    issue = forms.CharField(label=gettext_lazy("期号"), max_length=40, required=False)
    drawn_at = forms.DateTimeField(
        label=gettext_lazy("开奖时间"), required=False, help_text=gettext_lazy("须在报价截止之后。")
    )
    next_issue = forms.CharField(
        label=gettext_lazy("后备期号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("本期确实没有开奖、经两人公开说明的，改用这一期。"),
    )
    next_drawn_at = forms.DateTimeField(label=gettext_lazy("后备开奖时间"), required=False)

    def __init__(self, *args: Any, tender: Tender, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"draw_source": tender.draw_source} | _local(tender.draw_choice))
        super().__init__(*args, **kwargs)
        allowed = registry.allowed(tender.funds, catalogue.current_rules())
        choices = [(key, registry.get(key)) for key in allowed]
        self.fields["draw_source"].choices = [  # type: ignore[attr-defined]
            (key, format_html("<b>{}</b> {}", source.label, source.sentence)) for key, source in choices
        ]
        if "lottery" not in allowed:
            for name in LOTTERY:
                del self.fields[name]

    def choice(self) -> dict[str, Any]:
        """What the service takes besides the source: moments as texts."""
        if self.cleaned_data["draw_source"] != "lottery":
            return {}
        values = {name: self.cleaned_data.get(name) for name in LOTTERY}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items() if value
        }


class ValueForm(ActorForm):
    """The value of the announced source, as one officer has it."""

    text = forms.CharField(max_length=4096)

    def __init__(self, *args: Any, drawing: Drawing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        if drawing.announced["source"] == drand.Drand.key:
            field.label = _("轮次数据（JSON）")
            field.widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"})
            field.help_text = _("从任一 drand 中继取得的公告轮次，含 round 和 signature 两项；签名在这里核验。")
        else:
            field.label = _("开奖号码")
            field.widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
            field.help_text = _("按公布的次序录入全部号码，可以有空格。请自行查看官方公告，不要照抄他人录入的内容。")


class MissingForm(ActorForm):
    """By what anybody sees that the announced source gave no value."""

    reason = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("写明任何人都能查到的依据，例如彩票中心停售公告的名称、日期。将写入公开日志。"),
    )


def _local(choice: dict[str, Any]) -> dict[str, Any]:
    """A stored choice as the form shows it: moments by the zone's wall clock."""
    moments = {name: datetime.fromisoformat(choice[name]) for name in registry.MOMENTS if choice.get(name)}
    return choice | {name: clock.local(moment) for name, moment in moments.items()}
