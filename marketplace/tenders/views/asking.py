"""Questions: an agency asks without its name, the buyer answers."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.roles import MemberRole
from marketplace.core.submission import submitted
from marketplace.tenders import queries, services
from marketplace.tenders.forms import AnswerForm, QuestionForm
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.services.questions import limit_of
from marketplace.tenders.views import around
from marketplace.tenders.views.finding import agency_of, tender_at


@member_needed(MemberRole.BID_AUTHOR)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask about a tender."""
    found, actor = tender_at(request, number), acting(request)
    agency = agency_of(actor)
    if agency is None or limit_of(found) is None:
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.ask(found, agency, data["text"], key=data["key"], by=actor),
        _("问题已提交。采购人答复后，提问和答复一并公开，不显示提问人。"),
        draft=f"question-{found.number}",
    ):
        return redirect("tender", number)
    context = {"form": form, "tender": found, "until": limit_of(found), "takes": around.takes_questions(found)}
    return render(request, "tenders/ask.html", context, status=422 if form.errors else 200)


@login_needed
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The buyer answers a question."""
    found, actor = tender_at(request, number), acting(request)
    if not acts_for_buyer(found, actor):
        raise Http404
    question = get_object_or_404(queries.questions(found), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None, actor=actor)
    if submitted(
        request,
        form,
        lambda data: services.answer(question, data["answer"], by=actor),
        _("已答复，提问和答复已公开。"),
        draft=f"answer-{question.pk}",
    ):
        return redirect("tender", number)
    context = {"form": form, "tender": found, "question": question}
    return render(request, "tenders/answer.html", context, status=422 if form.errors else 200)
