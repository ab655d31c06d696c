"""How a sent form becomes an act: its answer to a refusal, to a double click, and to success."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import Promise

from marketplace.core.errors import AlreadyDone, DomainError
from marketplace.core.forms import ActorForm

View = Callable[..., HttpResponseBase]


def submitted(
    request: HttpRequest,
    form: ActorForm,
    act: Callable[[dict[str, Any]], object],
    done: str | Promise,
    *,
    draft: str = "",
) -> bool:
    """Whether the form's act is done, now or before (a double click): the view redirects, else shows the form again.

    `act` gets the cleaned data and calls the service. A refusal stands on the field it names; one for lack of
    permission (403) is not the form's matter and goes on. `draft` is the form's data-draft: what the browser kept of
    it goes with the message.
    """
    if not form.is_valid():
        return False
    tag = f"draft:{draft}" if draft else ""
    try:
        act(form.cleaned_data)
    except AlreadyDone as error:
        messages.info(request, str(error), extra_tags=tag)
        return True
    except DomainError as error:
        if error.status == 403:
            raise
        form.refuse(error)
        return False
    messages.success(request, str(done), extra_tags=tag)
    return True


def post_or_back(target: str) -> Callable[[View], View]:
    """For views that only take a sent form: whoever asks for the address otherwise is led to the page named `target`.

    Both addresses take the same arguments, or the page's are the first of them.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            first = next(iter([*args, *kwargs.values()]))
            return redirect(target, first)

        return guarded

    return decorate
