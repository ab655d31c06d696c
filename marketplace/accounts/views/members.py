"""The people of one's organisation, and invitations."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts import queries, rules, services
from marketplace.accounts.decorators import acting, login_needed, member_needed
from marketplace.accounts.forms import InviteForm, RolesForm
from marketplace.accounts.middleware import SESSION_KEY
from marketplace.accounts.models import Invitation
from marketplace.accounts.roles import MEMBER_ROLES, MemberRole
from marketplace.accounts.tokens import token_of
from marketplace.core.errors import AlreadyDone, DomainError
from marketplace.core.submission import submitted


@member_needed()
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest) -> HttpResponse:
    """Who acts for the organisation; administrators invite here."""
    actor = acting(request)
    held = actor.organisation
    assert held is not None  # member_needed
    form = InviteForm(request.POST or None, actor=actor)
    if request.method == "POST" and submitted(
        request,
        form,
        lambda data: services.invite(held, **data, by=actor),
        _("邀请已发出。对方没有收到时，可以把下面的邀请链接直接发给他。"),
        draft=f"invite-{held.pk}",
    ):
        return redirect("members")
    context = {
        "organisation": held,
        "members": queries.members(actor),
        "invitations": [
            (each, request.build_absolute_uri(reverse("invitation", args=[token_of(each)])))
            for each in queries.invitations(actor)
        ],
        "form": form,
        "roles": MEMBER_ROLES,
        "may_manage": actor.acts_for(held, MemberRole.ADMINISTRATOR),
        "is_verified": held.is_verified,
    }
    return render(request, "accounts/members.html", context)


@member_needed(MemberRole.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a member may do."""
    actor = acting(request)
    found = get_object_or_404(queries.members(actor).filter(is_active=True), pk=pk)
    form = RolesForm(request.POST or None, actor=actor, initial={"roles": found.roles})
    if request.method == "POST" and submitted(
        request, form, lambda data: services.set_roles(found, data["roles"], by=actor), _("角色已更新。")
    ):
        return redirect("members")
    return render(request, "accounts/member.html", {"form": form, "member": found, "roles": MEMBER_ROLES})


@member_needed()
@require_http_methods(["GET", "POST"])
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership, asked once more: a member's by an administrator, or one's own."""
    actor = acting(request)
    mine = Q() if actor.acts_for(actor.organisation, MemberRole.ADMINISTRATOR) else Q(user=actor.user)
    found = get_object_or_404(queries.members(actor).filter(mine), pk=pk)
    if request.method == "GET":
        return render(request, "accounts/member_end.html", {"member": found, "is_me": found.user_id == request.user.pk})
    services.deactivate(found, by=actor)
    messages.success(request, _("成员已停用，其办理记录仍然保留。"))
    return redirect("desk" if found.user_id == request.user.pk else "members")


@member_needed(MemberRole.ADMINISTRATOR)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    actor = acting(request)
    found = get_object_or_404(Invitation, pk=pk, organisation=actor.organisation)
    services.revoke_invitation(found, by=actor)
    messages.success(request, _("邀请已撤回，原链接不再有效。"))
    return redirect("members")


@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who invites whom to act for what; whoever holds the link may read it, the invited person accepts."""
    found = services.find_invitation(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _accept(request, found, token)
    user = request.user
    context = {
        "invitation": found,
        "roles": [role for role in MEMBER_ROLES if role.key in found.roles],
        "is_open": queries.is_open(found),
        "contact": rules.masked(found.contact),
        "is_mine": user.is_authenticated and found.contact in queries.contacts_of(user),
        "is_unproved": user.is_authenticated and queries.addresses_of(user).filter(email=found.contact).exists(),
        "is_member": user.is_authenticated
        and queries.memberships_of(user).filter(organisation=found.organisation).exists(),
    }
    return render(request, "accounts/invitation.html", context)


@login_needed
def _accept(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    try:
        membership = services.accept_invitation(token, by=acting(request))
    except DomainError as error:
        level = messages.INFO if isinstance(error, AlreadyDone) else messages.ERROR
        messages.add_message(request, level, str(error))
        return redirect("desk" if isinstance(error, AlreadyDone) else request.path)
    request.session[SESSION_KEY] = membership.organisation_id
    messages.success(request, _("您已加入“%(name)s”，现在代表该单位办事。") % {"name": membership.organisation.name})
    return redirect("desk")
