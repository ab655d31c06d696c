"""A zone with its catalogue and route maps, an enterprise with a project, and an officer who runs it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import MemberRole
from marketplace.catalogue.services import load_catalogue
from marketplace.core import clock
from marketplace.core.models import Zone
from marketplace.projects import services
from marketplace.projects.models import Project, RouteTemplate, Step, StepService
from tests.factories import member, staff
from tests.projects.test_templates import LARGE, SMALL

CODE = "2601-430599-04-01-318024"
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=clock.ZONE)  # no holiday in the four weeks after it


@dataclass
class Scene:
    """Who acts in a project."""

    owner: Actor
    officer: Actor
    chief: Actor
    project: Project

    def fresh(self) -> Project:
        """The project as it is now."""
        return Project.objects.get(pk=self.project.pk)

    def step(self, key: str) -> Step:
        """A step as it is now."""
        return Step.objects.select_related("project").get(project=self.project, key=key)

    def service(self, key: str, code: str) -> StepService:
        """A step's service as it is now."""
        return StepService.objects.select_related("step", "item", "tender").get(
            step__project=self.project, step__key=key, item__code=code
        )

    def take(self, *keys: str) -> None:
        """Begin and end these steps one after the other."""
        for key in keys:
            services.start_step(self.step(key), f"受理-{key}", by=self.officer)
            services.finish_step(self.step(key), by=self.officer)


def zone() -> Zone:
    """A zone with regions, items, rules and route maps."""
    made, _new = Zone.objects.get_or_create(
        name="示范经济技术开发区",
        defaults={
            "owner": "管委会",
            "region_code": "430599",
            "region_name": "示范经开区",
            "supervision_phone": "0000-12345678",
        },
    )
    load_catalogue(by=Actor.system())
    services.load_routes(by=Actor.system())
    return made


def template(key: str = "factory") -> RouteTemplate:
    """The route map in force."""
    return RouteTemplate.objects.get(key=key, is_active=True)


def give_deputy(officer: Actor, chief: Actor, **details: Any) -> Actor:
    """Another officer who stands in for this one, and the reverse."""
    deputy = staff("officer")
    services.save_profile(officer.person, deputy=deputy.person, by=chief, **details)
    services.save_profile(deputy.person, deputy=officer.person, by=chief)
    return deputy


def requested(**details: Any) -> Scene:
    """A project that an enterprise has just registered."""
    zone()
    owner, officer, chief = member(MemberRole.BUYER), staff("officer"), staff("chief")
    give_deputy(officer, chief)
    given = {
        "code": CODE,
        "name": "年产 12 万套热管理系统项目",
        "investment": Decimal("210000000"),
        "floor_area": Decimal("36800"),
        "contact_name": "陈工",
        "contact_phone": "13800001234",
        "address": "示范大道 1 号",
        **details,
    }
    project = services.register_project(owner=owner.organisation, by=owner, **given)
    return Scene(owner, officer, chief, project)


def mandated(may_tender: bool = True, answers: dict[str, Any] | None = None, **details: Any) -> Scene:
    """A project that was taken on and whose owner has signed."""
    scene = requested(answers=SMALL if answers is None else answers, **details)
    services.accept_project(scene.project, officer=scene.officer.user, by=scene.chief)
    services.sign_mandate(scene.project, may_tender, by=scene.owner)
    return scene


def mapped(answers: dict[str, Any] | None = None, may_tender: bool = True, **details: Any) -> Scene:
    """A project with its route map."""
    scene = mandated(may_tender, answers, **details)
    made = services.make_route(scene.fresh(), template(), {}, by=scene.officer)
    scene.project = made
    return scene


__all__ = ["CODE", "LARGE", "MONDAY", "SMALL", "Scene", "mandated", "mapped", "requested", "template", "zone"]
