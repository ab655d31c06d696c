"""State machines as data: states, transitions and who moves them are declared once; everything else is derived."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models

from marketplace.core.errors import AlreadyDone, WrongState


@dataclass(frozen=True)
class Transition:
    """One act: from any of `sources` to `target`."""

    name: str
    sources: frozenset[str]
    target: str


class Machine:
    """The transitions of one model's `state` field."""

    def __init__(self, transitions: Iterable[tuple[str, Iterable[str], str]]) -> None:
        self.transitions = {name: Transition(name, frozenset(sources), target) for name, sources, target in transitions}

    def may(self, state: str, act: str) -> bool:
        """Whether the act is possible in this state."""
        return state in self.transitions[act].sources

    def target(self, state: str, act: str) -> str:
        """The state after the act. AlreadyDone when it is there already, WrongState when the act is not possible."""
        transition = self.transitions[act]
        if state in transition.sources:
            return transition.target
        raise (AlreadyDone if state == transition.target else WrongState)()

    def move(self, obj: models.Model, act: str) -> str:
        """Set the object's state (not saved yet) and return the one it had."""
        before: str = obj.state  # type: ignore[attr-defined]
        obj.state = self.target(before, act)  # type: ignore[attr-defined]
        return before
