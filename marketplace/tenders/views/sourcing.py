"""Where the randomness of a purchase comes from: the buyer names the source before it is announced."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.accounts.decorators import acting, login_needed
from marketplace.core.submission import submitted
from marketplace.tenders import queries, services
from marketplace.tenders.forms import SourceForm
from marketplace.tenders.models import Tender
from marketplace.tenders.services.sources import closes_if_now
from marketplace.tenders.views.finding import SHOWN


@login_needed
def draw_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the source of a draft's draw."""
    actor = acting(request)
    draft = get_object_or_404(queries.of_buyer(actor).select_related(*SHOWN), pk=pk)
    if draft.state != Tender.State.DRAFT:
        return redirect("tender", draft.number) if draft.number else redirect("my_tenders")
    form = SourceForm(request.POST if request.method == "POST" else None, actor=actor, tender=draft)
    if submitted(
        request,
        form,
        lambda data: services.choose_source(draft, data["draw_source"], form.choice(), by=actor),
        _("随机来源已保存。"),
        draft=f"source-{draft.pk}",
    ):
        return redirect("tender_preview", draft.pk)
    context = {"form": form, "tender": draft, "closes_at": closes_if_now(draft)}
    return render(request, "tenders/draw_source.html", context, status=422 if form.errors else 200)
