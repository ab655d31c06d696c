"""`manage.py route 2601-430599-04-01-318024 --explain`: a project's route map, with the arithmetic of each date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from marketplace.core import display
from marketplace.projects import explaining, queries
from marketplace.projects.models import Project, Step
from marketplace.projects.picture import SIGNS
from marketplace.projects.rules import codes
from marketplace.projects.situation import Situation


class Command(BaseCommand):
    help = "Print a project's route map: steps by stage, their dates, the critical path marked with *."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("code", nargs="?", help="the project's code")
        which.add_argument("--first", action="store_true", help="the oldest project under way")
        parser.add_argument("--explain", action="store_true", help="below each step how its dates were counted")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("zh-hans"):
            look = Situation(self._project(options["code"]))
            for line in lines(look, is_explained=options["explain"]):
                self.stdout.write(line)

    def _project(self, code: str | None) -> Project:
        found = queries.with_route(Project.objects.order_by("pk"))
        if code:
            project = found.filter(code=codes.normalise(code)).first()
        else:
            project = found.filter(state__in=queries.UNDER_WAY).first()
        if project is None:
            raise CommandError(f"no project with the code {code}" if code else "no project is under way")
        if not project.steps.all():
            raise CommandError(f"{project.code} has no route map yet")
        return project


def lines(look: Situation, *, is_explained: bool) -> list[str]:
    """The map as text."""
    likely, late = look.forecast.finish_on.isoformat(), look.range.late.finish_on.isoformat()
    text = [str(look.project), f"预计办结：{likely}" if likely == late else f"预计办结：{likely} 至 {late}"]
    names = {step.key: step.label for step in look.steps}
    text.append("关键路线：" + " → ".join(names[key] for key in look.forecast.critical))
    for number, (stage, steps) in enumerate(look.stages(), start=1):
        text += ["", f"{number} {stage}"]
        for step in steps:
            text.append(_line(step, look))
            if is_explained:
                text += [f"      {line}" for line in explaining.of_step(step, look)]
    return text


def _line(step: Step, look: Situation) -> str:
    sign = SIGNS[Step.State(step.state)]
    chain = "*" if step.key in look.critical else " "
    begin, end = look.forecast.begins[step.key].isoformat(), look.forecast.ends[step.key].isoformat()
    after = f"  ← {'、'.join(step.after)}" if step.after else ""
    due = f"  应办结 {display.full_moment(step.due_at)}" if step.due_at and step.state == Step.State.RUNNING else ""
    return f"  {sign}{chain} {begin}…{end}  {step.key}  {step.name}（{step.unit}）{due}{after}"
