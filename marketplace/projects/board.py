"""The agent officer's board: projects against stages, the most urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from marketplace.core.rules import Alert
from marketplace.projects.models import Project, Step
from marketplace.projects.situation import HOLDERS, Ball, Situation

SHOWN_IN_CELL = 3


@dataclass(frozen=True)
class Cell:
    """A project's stage: how far it is and whose turn it is there."""

    stage: str
    done: int
    all: int
    balls: tuple[Ball, ...]
    more: int

    @property
    def is_over(self) -> bool:
        """Whether every step of the stage is done."""
        return self.done == self.all

    @property
    def is_ahead(self) -> bool:
        """Whether nothing in it has begun."""
        return not self.done and not self.balls


@dataclass(frozen=True)
class Row:
    """A project on the board."""

    project: Project
    cells: tuple[Cell | None, ...]
    next_due: datetime | None
    level: Alert
    finish_on: date | None
    permit_on: date | None

    @property
    def short_code(self) -> str:
        """The project code without its middle, as it fits a narrow column."""
        return f"{self.project.code[:4]}-…-{self.project.code[-6:]}"


@dataclass(frozen=True)
class Board:
    """The board of some projects, and how many turns lie with whom."""

    stages: tuple[str, ...]
    rows: tuple[Row, ...]
    waiting: dict[str, int]
    balls: tuple[Ball, ...]


def board_of(projects: Iterable[Project], holder: str = "") -> Board:
    """The board; `holder` keeps only projects in which it is that side's turn (a key of situation.HOLDERS)."""
    looks = [Situation(project) for project in projects]
    balls = sorted((ball for look in looks for ball in look.balls), key=lambda ball: ball.urgency)
    waiting = {key: len({b.step.project_id for b in balls if b.holder == key}) for key in HOLDERS}
    shown = [look for look in looks if not holder or any(ball.holder == holder for ball in look.balls)]
    stages = tuple(dict.fromkeys(step.stage for look in shown for step in look.steps))
    rows = sorted((_row(look, stages) for look in shown), key=_urgency)
    return Board(stages, tuple(rows), waiting, tuple(balls))


def _row(look: Situation, stages: Sequence[str]) -> Row:
    by_stage = dict(look.stages())
    cells = tuple(_cell(stage, by_stage[stage], look.balls) if stage in by_stage else None for stage in stages)
    dues = [ball.due_at for ball in look.balls if ball.due_at]
    level = min((ball.urgency[0] for ball in look.balls), default=3)
    return Row(
        project=look.project,
        cells=cells,
        next_due=min(dues, default=None),
        level=[Alert.RED, Alert.YELLOW, Alert.ALERT, Alert.QUIET][level],
        finish_on=look.forecast.finish_on if look.steps else None,
        permit_on=look.permit_on if look.steps else None,
    )


def _cell(stage: str, steps: Sequence[Step], balls: Sequence[Ball]) -> Cell:
    keys = {step.pk for step in steps}
    mine = [ball for ball in balls if ball.step.pk in keys]
    done = sum(step.state == Step.State.DONE for step in steps)
    return Cell(stage, done, len(steps), tuple(mine[:SHOWN_IN_CELL]), max(len(mine) - SHOWN_IN_CELL, 0))


def _urgency(row: Row) -> tuple[int, float, str]:
    order = [Alert.RED, Alert.YELLOW, Alert.ALERT, Alert.QUIET].index(row.level)
    return (order, row.next_due.timestamp() if row.next_due else float("inf"), row.project.code)
