"""One's organisation: registered, shown, its authorisation, and for which one acts now."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts import queries, services
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.forms import AuthorisationForm, OrganisationForm, RegisterForm
from marketplace.accounts.middleware import SESSION_KEY
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import MemberRole
from marketplace.accounts.shareholders import ShareholderFormSet, shareholder_rows
from marketplace.core.errors import DomainError
from marketplace.core.submission import submitted

AIMS = {"buyer": "tender_new", "agency": "agency_desk"}  # why somebody registers, and where it goes on


@login_needed
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register an organisation, or claim to act for one that is there."""
    actor = acting(request)
    aim = request.GET.get("for", "")
    form = RegisterForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.register_organisation(**data, by=actor),
        _("已登记，授权书将在 1 个工作日内核验。核验期间可以先填写资料、保存草稿。"),
        draft="organisation-register",
    ):
        organisation = Organisation.objects.get(credit_code=form.cleaned_data["credit_code"])
        mine = queries.memberships_of(actor.person).filter(organisation=organisation)
        if mine.exists():
            request.session[SESSION_KEY] = organisation.pk
        return redirect(AIMS["agency"] if aim == "agency" and mine.exists() else "desk")
    return render(request, "accounts/register.html", {"form": form, "aim": aim})


@member_needed()
@require_GET
def organisation(request: HttpRequest) -> HttpResponse:
    """The page of the organisation one acts for now."""
    actor = acting(request)
    held = actor.organisation
    assert held is not None  # member_needed
    claims = [claim for claim in queries.latest_claims(actor.person) if claim.organisation_id == held.pk]
    context = {
        "organisation": held,
        "claim": claims[0] if claims else None,
        "members": [m for m in queries.members(actor) if m.is_active],
        "memberships": queries.memberships_of(actor.person),
        "may_manage": actor.acts_for(held, MemberRole.ADMINISTRATOR),
        "shareholders": list(held.shareholdings.all()),
    }
    return render(request, "accounts/organisation.html", context)


@member_needed(MemberRole.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Change what the organisation keeps about itself."""
    actor = acting(request)
    held = actor.organisation
    assert held is not None  # member_needed
    initial = {name: getattr(held, name) for name in OrganisationForm.base_fields}
    form = OrganisationForm(request.POST or None, actor=actor, initial=initial)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.save_organisation(held, data, by=actor),
        _("单位资料已保存。"),
        draft=f"organisation-edit-{held.pk}",
    ):
        return redirect("organisation")
    return render(request, "accounts/organisation_edit.html", {"form": form, "organisation": held})


@member_needed(MemberRole.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def shareholders(request: HttpRequest) -> HttpResponse:
    """Say who holds the organisation's shares: recusal is computed from it."""
    actor = acting(request)
    held = actor.organisation
    assert held is not None  # member_needed
    rows = ShareholderFormSet(request.POST or None, initial=shareholder_rows(held))
    if request.method == "POST" and rows.is_valid():
        try:
            services.save_shareholders(held, rows.rows(), by=actor)
        except DomainError as error:
            if error.status == 403:
                raise
            rows.forms[0].add_error("percent", str(error))
        else:
            messages.success(request, _("股东信息已保存。"), extra_tags=f"draft:shareholders-{held.pk}")
            return redirect("organisation")
    context = {"rows": rows, "organisation": held}
    return render(request, "accounts/shareholders.html", context, status=422 if any(rows.errors) else 200)


@login_needed
@require_http_methods(["GET", "POST"])
def authorisation(request: HttpRequest) -> HttpResponse:
    """Show an authorisation again, after the first was refused."""
    actor = acting(request)
    claims = {claim.organisation_id: claim for claim in queries.latest_claims(actor.person)}
    mine = {m.organisation_id for m in queries.memberships_of(actor.person)}
    wanted = request.GET.get("organisation") or str(actor.organisation.pk if actor.organisation else 0)
    shown = Organisation.objects.filter(pk__in=mine | set(claims))
    found = get_object_or_404(shown, pk=int(wanted) if wanted.isdecimal() else 0)
    claim = claims.get(found.pk)
    form = AuthorisationForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.submit_claim(
            found, data["authorisation"], name=claim.name if claim else "", kind=claim.kind if claim else "", by=actor
        ),
        _("授权书已提交，将在 1 个工作日内核验。"),
    ):
        return redirect("desk")
    context = {"form": form, "organisation": found, "claim": claim, "is_member": found.pk in mine}
    return render(request, "accounts/authorisation.html", context)


@login_needed
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations from now on."""
    wanted = request.POST.get("organisation", "")
    mine = queries.memberships_of(acting(request).person)
    membership = get_object_or_404(mine, organisation_id=int(wanted) if wanted.isdecimal() else 0)
    request.session[SESSION_KEY] = membership.organisation_id
    messages.success(request, _("您现在代表 %(name)s。") % {"name": membership.organisation.name})
    target = request.POST.get("next", "")
    return redirect(target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else reverse("desk"))
