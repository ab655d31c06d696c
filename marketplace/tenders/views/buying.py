"""What a buyer does with a purchase that was announced: cancel it, begin again after a failure."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.accounts.decorators import acting, login_needed
from marketplace.core.forms import service_errors
from marketplace.tenders import queries, services
from marketplace.tenders.forms import ReasonForm
from marketplace.tenders.views.finding import tender_at


@login_needed
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Cancel before the opening, with a reason that is published."""
    found = tender_at(request, number)
    actor = acting(request)
    get_object_or_404(queries.of_buyer(actor), pk=found.pk)
    form = ReasonForm(request.POST or None, actor=actor)
    if form.is_valid():
        with service_errors(form):
            services.cancel(found, form.cleaned_data["reason"], by=actor)
            messages.success(request, _("采购已取消，原因已公开。"))
            return redirect("tender", number)
    return render(request, "tenders/cancel.html", {"form": form, "tender": found})


@login_needed
@require_POST
def again(request: HttpRequest, number: str) -> HttpResponse:
    """A new draft from one that came to nothing."""
    draft = services.start_again(tender_at(request, number), by=acting(request))
    return redirect("tender_edit", draft.pk)
