"""The desk: what waits for me, by deadline, each with its one next act. Every app registers a source."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from marketplace.core.errors import DomainError
from marketplace.core.rules import Alert

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Task:
    """Something that waits for the actor.

    `title` says what it is about, `act` is the verb of the one next step, `url` where it is done, `due_at` when it must
    be done (None: no limit), `group` a heading, `subject` a second line, `level` how its time limit stands.
    """

    title: str
    act: str | Promise
    url: str
    due_at: datetime | None = None
    group: str | Promise = ""
    subject: str = ""
    level: Alert = Alert.QUIET


Source = Callable[[Any], Iterable[Task]]
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Let `source(actor)` add tasks to every desk."""
    _sources[name] = source


def tasks(actor: Any) -> list[Task]:
    """Everything that waits for this actor: with a deadline first, the nearest on top.

    A source that refuses (a site that was not set up yet) adds nothing; the desk stays open.
    """
    found = [task for source in _sources.values() for task in _of(source, actor)]
    return sorted(found, key=lambda t: (t.due_at is None, t.due_at.timestamp() if t.due_at else 0, t.title))


def _of(source: Source, actor: Any) -> list[Task]:
    try:
        return list(source(actor))
    except DomainError as error:
        logger.warning("a source of the desk refused: %s", error)
        return []
