"""How the search server is, for `/healthz`, the operators' desk and the doctor."""

from datetime import timedelta

from elasticsearch import ApiError, TransportError

from marketplace.core import clock
from marketplace.core.health import Part
from search.backends.elasticsearch import mapping
from search.backends.elasticsearch.breaker import State, breaker
from search.backends.elasticsearch.client import client
from search.models import SearchChange

SECONDS = 2.0
LATE = timedelta(minutes=1)


def condition() -> Part:
    """Whether it answers, has the index of this version, and has heard of all changes."""
    if reason := _out():
        return {"ok": False, "essential": False, "detail": f"embedded answers; elasticsearch: {reason}"}
    late = SearchChange.objects.filter(created_at__lt=clock.now() - LATE).count()
    detail = f"elasticsearch, {late} changes wait" if late else "elasticsearch"
    return {"ok": not late, "essential": False, "detail": detail}


def _out() -> str:
    """Why the embedded engine answers; "" if it does not."""
    if breaker.state is not State.CLOSED:
        return breaker.reason.partition(":")[0]
    quick = client().options(request_timeout=SECONDS)
    try:
        if not quick.indices.exists_alias(name=mapping.alias()):
            return "no index of this version, run manage.py search_rebuild"
        status = quick.cluster.health(index=mapping.alias(), timeout="0s")["status"]
    except (ApiError, TransportError) as error:
        return type(error).__name__
    return "the index is red" if status == "red" else ""
