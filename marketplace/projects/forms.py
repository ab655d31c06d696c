"""Forms of projects: registration, questionnaire, mandate, acceptance, steps."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalogue.models import Region
from marketplace.catalogue.queries import zone_regions
from marketplace.core import clock, files
from marketplace.core.forms import ActorForm, StoredFileField
from marketplace.core.models import Zone
from marketplace.projects import queries, rules
from marketplace.projects.models import Project, RouteTemplate, StepPause
from marketplace.projects.rules import codes, questions
from marketplace.projects.services.market import PURPOSE
from marketplace.tenders.models import Tender

YES_NO = [("yes", _("是")), ("no", _("否"))]


class ProjectForm(ActorForm):
    """What is registered of a project."""

    code = forms.CharField(
        label=_("项目代码"),
        max_length=40,
        help_text=_("24 个字符，如 2601-430599-04-01-318024。全角、空格或没有“-”都可以，系统会自动整理。"),
    )
    region_confirmed = forms.BooleanField(label=_("确认：该项目代码由外地赋码，没有输错"), required=False)
    name = forms.CharField(label=_("项目名称"), max_length=200, help_text=_("与备案、核准或立项文件一致。"))
    template = forms.ModelChoiceField(
        label=_("项目类型"), queryset=RouteTemplate.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    funds = forms.ChoiceField(label=_("资金来源"), choices=Tender.Funds.choices, widget=forms.RadioSelect)
    investment = forms.DecimalField(label=_("总投资（元）"), max_digits=16, decimal_places=2, min_value=1)
    floor_area = forms.DecimalField(
        label=_("建筑面积（平方米）"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    industry = forms.CharField(label=_("行业"), max_length=60, required=False, help_text=_("如：汽车零部件制造。"))
    region = forms.ModelChoiceField(
        label=_("建设地点"), queryset=Region.objects.none(), required=False, empty_label=_("请选择")
    )
    address = forms.CharField(label=_("详细地址"), max_length=200, required=False)
    contact_name = forms.CharField(label=_("联系人"), max_length=60, help_text=_("只有代办员和监管人员看得到。"))
    contact_phone = forms.CharField(label=_("联系电话"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (("template", queries.templates()), ("region", zone_regions())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found
        self.fields["template"].label_from_instance = lambda template: template.label  # type: ignore[attr-defined]
        if not self._is_foreign():
            self.fields["region_confirmed"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        template, funds = data.get("template"), data.get("funds")
        if template and template.key == "public_building" and funds == Tender.Funds.PRIVATE:
            self.add_error("funds", _now("政府投资项目的资金来源应为“财政性或国有资金”，请核对项目类型或资金来源。"))
        return data

    def details(self) -> dict[str, Any]:
        """Everything but the code and its confirmation."""
        return {key: value for key, value in self.cleaned_data.items() if key not in {"code", "region_confirmed"}}

    def _is_foreign(self) -> bool:
        zone = Zone.current()
        text = codes.normalise(str(self.data.get(self.add_prefix("code"), "")))
        return bool(self.is_bound and zone and not codes.is_of_region(text, zone.region_code))


class QuestionsForm(ActorForm):
    """A route map's questionnaire, without what the registration knows already."""

    def __init__(self, *args: Any, plan: rules.RoutePlan, answers: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [question for question in plan.asked if question.key not in questions.KNOWN_ALREADY]
        for question in self.asked:
            self.fields[question.key] = _field_of(question, answers.get(question.key))

    def answers(self) -> dict[str, Any]:
        """The answers as `rules.questions.clean` takes them."""
        return answers_in(self.asked, self.cleaned_data)


class MoreQuestionsForm(ActorForm):
    """What a newer version of a route map asks, and the older did not."""

    def __init__(self, *args: Any, asked: Sequence[questions.Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for question in asked:
            self.fields[question.key] = _field_of(question, None)

    def answers(self) -> dict[str, Any]:
        """The answers as `rules.questions.clean` takes them."""
        return answers_in(self.asked, self.cleaned_data)


class NeedForm(forms.Form):
    """A route map's whole questionnaire, as it stands in an address."""

    def __init__(self, *args: Any, plan: rules.RoutePlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        for question in plan.asked:
            self.fields[question.key] = _field_of(question, None)

    def answers(self) -> dict[str, Any]:
        """The answers as `rules.questions.clean` takes them."""
        return answers_in(self.plan.asked, self.cleaned_data)

    def words(self) -> list[tuple[str, str]]:
        """Questions and answers as people read them."""
        given = questions.clean(self.plan.asked, self.answers())
        return [(question.ask, question.words(given[question.key])) for question in self.plan.asked]

    def query(self) -> str:
        """The answers as a query of an address."""
        return urlencode({"kind": self.plan.key, **{name: self.data.get(name, "") for name in self.fields}})


class AcceptForm(ActorForm):
    """Who becomes the agent officer."""

    officer = forms.ModelChoiceField(label=_("代办员"), queryset=User.objects.none(), empty_label=None)
    reason = forms.CharField(
        label=_("改派理由"), max_length=300, required=False, help_text=_("不按系统建议指派时填写，将记入日志。")
    )

    def __init__(self, *args: Any, only: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, forms.ModelChoiceField)
        found = queries.officers()
        if only:
            del self.fields["reason"]
        field.queryset = found.filter(pk=only.pk) if only else found
        field.label_from_instance = _with_load  # type: ignore[method-assign,assignment]


class ReturnForm(ActorForm):
    """Why a request goes back."""

    reason = forms.CharField(
        label=_("退回原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("请一次写全要补正的内容。"),
    )


class MandateForm(ActorForm):
    """What the officer may do in the owner's name, and until when."""

    may_tender = forms.BooleanField(
        label=_("授权代办员以本单位名义起草并发起中介服务采购"),
        required=False,
        help_text=_("合同签订、成果验收和付款仍由本单位办理。不勾选时，采购由本单位自行发起。"),
    )
    until = forms.DateField(label=_("授权截止日期"))
    agreed = forms.BooleanField(label=_("我已阅读委托代办事项，同意由代办员代为提交申报材料、跟踪办理进度"))

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        if day < clock.today():
            raise forms.ValidationError(_now("授权截止日期应在今天之后。"))
        return day


class StartForm(ActorForm):
    """The case number in the authority's system."""

    case_number = forms.CharField(
        label=_("办件编号"), max_length=60, required=False, help_text=_("在审批系统受理后生成，用于对照进度。")
    )


class PauseForm(ActorForm):
    """Why the clock of a step stops."""

    kind = forms.ChoiceField(label=_("暂停事由"), choices=StepPause.Kind.choices)
    reason = forms.CharField(
        label=_("说明"),
        max_length=300,
        required=False,
        help_text=_("企业补正须一次写明要补什么；特别程序可写通知书文号。"),
    )


class WhatIfForm(forms.Form):
    """What is supposed to come later, and by how much."""

    later = forms.ChoiceField(label=_("如果"))
    days = forms.IntegerField(label=_("晚几个工作日"), min_value=1, max_value=500, initial=10)

    def __init__(self, *args: Any, what: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["later"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(what)


class ProvideForm(ActorForm):
    """A result that the owner made itself."""

    file = StoredFileField(label=_("自行编制的成果"), purpose=PURPOSE, accepted=files.DELIVERABLES)


def answers_in(asked: Sequence[questions.Question], data: Mapping[str, Any]) -> dict[str, Any]:
    """What a form holds as `rules.questions.clean` takes it: yes and no become truth values."""
    return {
        question.key: data.get(question.key) == "yes" if question.kind == questions.BOOLEAN else data.get(question.key)
        for question in asked
    }


def _field_of(question: questions.Question, answer: Any) -> forms.Field:
    if question.kind == questions.NUMBER:
        return forms.DecimalField(label=question.ask, min_value=0, max_digits=12, decimal_places=2, initial=answer)
    choices: Sequence[Any] = list(question.choices.items()) if question.kind == questions.CHOICE else YES_NO
    if question.kind == questions.BOOLEAN and answer is not None:
        answer = "yes" if answer else "no"
    return forms.ChoiceField(label=question.ask, choices=choices, widget=forms.RadioSelect, initial=answer)


def _with_load(user: Any) -> str:
    return _now("%(name)s（在办 %(count)d 个项目）") % {"name": user, "count": user.open_projects}


def initial_of(project: Project) -> dict[str, Any]:
    """What a project says of itself, for mending a returned request."""
    names = [name for name in ProjectForm.base_fields if hasattr(project, name)]
    return {name: getattr(project, name) for name in names}
