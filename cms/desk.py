"""The agency's desk for its own words, and what the desks show of them."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from cms import queries, services
from cms.forms import WordsForm
from cms.models import AgencyProfile
from marketplace.accounts.actors import Actor
from marketplace.accounts.decorators import acting, member_needed
from marketplace.accounts.roles import MemberRole, StaffRole
from marketplace.agencies import queries as agencies
from marketplace.agencies.models import Agency
from marketplace.core.desk import Task
from marketplace.core.forms import service_errors


@member_needed(MemberRole.BID_AUTHOR)
def agency_words(request: HttpRequest) -> HttpResponse:
    """The agency's own text and pictures: written here, shown after an editor's approval."""
    actor, mine = acting(request), _own_agency(request)
    profile = AgencyProfile.objects.filter(credit_code=mine.credit_code).select_related("logo").first()
    form = WordsForm(request.POST or None, request.FILES or None, actor=actor, profile=profile)
    if request.method == "POST" and form.is_valid():
        with service_errors(form):
            services.submit_words(mine, **form.words(), by=actor)
            messages.success(
                request, _("已保存并提交编辑审核，审核通过后公开显示。"), extra_tags=f"draft:words-{mine.pk}"
            )
            return redirect("agency_words")
    state = queries.state_of_words(profile)
    context = {"form": form, "agency": mine, "profile": profile, "state": state}
    return render(request, "cms/agency_words.html", context)


@require_safe
@member_needed(MemberRole.BID_AUTHOR)
def agency_words_preview(request: HttpRequest) -> HttpResponse:
    """The newest draft as visitors will see it."""
    mine = _own_agency(request)
    profile = AgencyProfile.objects.filter(credit_code=mine.credit_code).first()
    if profile is None:
        raise Http404
    context = {"object": profile.get_latest_revision_as_object(), "is_preview": True}
    return render(request, "cms/agency_profile_preview.html", context)


def _own_agency(request: HttpRequest) -> Agency:
    mine = agencies.of_actor(acting(request))
    if mine is None:
        raise Http404
    return mine


def tasks(actor: Actor) -> Iterable[Task]:
    """Texts that wait for an editor, and an agency's text that came back."""
    if actor.user is None:
        return
    if actor.has_staff_role(StaffRole.EDITOR):
        for waiting in queries.texts_waiting():
            yield _to_review(waiting)
    mine = agencies.of_actor(actor)
    if mine is not None and mine.is_public and actor.acts_for(mine.organisation_id, MemberRole.BID_AUTHOR):
        profile = AgencyProfile.objects.filter(credit_code=mine.credit_code).first()
        state = queries.state_of_words(profile) if profile else None
        if state is not None and state.tone == "warn":
            title = _("展示内容被退回，请修改")
            yield Task(title, _("修改"), reverse("agency_words"), group=_("机构展示内容"), subject=state.comment)


def _to_review(waiting: object) -> Task:
    revision = waiting.revision  # type: ignore[attr-defined]
    model = revision.content_type.model_class()
    is_page = issubclass(model, Page)
    name = "wagtailadmin_pages:edit" if is_page else f"wagtailsnippets_cms_{model._meta.model_name}:edit"
    url = reverse(name, args=[revision.object_id])
    return Task(revision.object_str, _("审核"), url, group=str(model._meta.verbose_name), subject=_("待编辑审核"))
