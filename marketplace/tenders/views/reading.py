"""The documents of a response, for the buyer, after the opening."""

import io
import zipfile

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.accounts.decorators import acting, login_needed
from marketplace.tenders import queries, services
from marketplace.tenders.documents import Document
from marketplace.tenders.services.permission import acts_for_buyer
from marketplace.tenders.views.finding import tender_at


@never_cache
@login_needed
@require_safe
def bid_documents(request: HttpRequest, number: str, pk: str) -> HttpResponse:
    """The files of a response in one archive. 404 before the opening, and for everybody but the buyer."""
    found, actor = tender_at(request, number), acting(request)
    theirs = queries.opened_bids(found) if acts_for_buyer(found, actor) else queries.opened_bids(found).none()
    bid = get_object_or_404(theirs.select_related("tender__buyer").filter(documents__isnull=False), pk=pk)
    response = HttpResponse(archive(services.open_documents(bid, by=actor)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{number}-{str(bid.pk)[:8]}.zip"'
    return response


def archive(files: list[Document]) -> bytes:
    """A ZIP of the files; of several with one name, in whatever case, each gets a number."""
    buffer, names = io.BytesIO(), set[str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, file in enumerate(files, start=1):
            name = file.name
            while name.casefold() in names:
                name = f"{number}-{name}"
            names.add(name.casefold())
            archive.writestr(name, file.content)
    return buffer.getvalue()
