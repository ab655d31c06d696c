"""Investment projects on the two route maps, and purchases opened from their steps."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from demo.seed import market
from demo.seed.timeline import office_hour
from demo.seed.words import PROJECTS
from demo.seed.world import World
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.projects import services
from marketplace.projects.models import Project, RouteTemplate, Step, StepService

COUNT = 30
REQUESTED, RETURNED, ACCEPTED = 2, 1, 2  # so many of the last projects have not got further


def plan(world: World) -> None:
    """Put every project onto the timeline; the older, the further it is."""
    for index in range(COUNT):
        days_ago = 230 - index * 7 if index < COUNT - 5 else 3 + (COUNT - index)
        moment = office_hour((clock.local(world.end) - timedelta(days=days_ago)).date(), 9, index)
        world.timeline.at(moment, partial(_register, world, index))


def _register(world: World, index: int) -> None:
    public = index % 3 == 2
    pool = world.buyers[-3:] if public else world.buyers[:-3]
    _buyer, owner, by = pool[index % len(pool)]
    name, industry, investment = PROJECTS[index % len(PROJECTS)]
    turn = index // len(PROJECTS)
    kind = "public_building" if public else "factory"
    template = RouteTemplate.objects.filter(key=kind, is_active=True).order_by("-version").first()
    day = clock.today()
    project = services.register_project(
        code=f"{day:%y%m}-430599-{'83' if public else '39'}-0{1 + turn}-{world.rng.randrange(10**5, 10**6)}",
        name=name.replace("项目", "") + ("二期项目" if turn else "项目"),
        owner=owner,
        investment=Decimal(investment) * 10_000,
        by=by,
        answers=_answers(world, public),
        address="示范经济技术开发区工业大道",
        industry=industry,
        floor_area=Decimal(world.rng.randrange(8_000, 90_000)),
        funds="public" if public else "private",
        template=template,
        contact_name=str(by.user),
        contact_phone="0000-11112222",
    )
    world.projects.append(project)
    left = COUNT - index
    if left <= REQUESTED:
        return
    chief = world.staff["chief"]
    if left <= REQUESTED + RETURNED:
        reason = "投资主体与营业执照名称不一致，请核对后重新提交。"
        world.timeline.after(1, partial(services.return_project, project, reason, by=chief))
        return
    officer = world.staff["officer" if index % 2 == 0 else "officer2"]
    accept = partial(services.accept_project, project, officer=officer.person, by=chief, reason="按项目类型分工")
    world.timeline.after(1, accept)
    if left > REQUESTED + RETURNED + ACCEPTED:
        world.timeline.after(2, partial(services.sign_mandate, project, True, by=by))
        world.timeline.after(3, partial(_make_route, world, project, template, officer, owner, by))


def _answers(world: World, public: bool) -> dict[str, Any]:
    rng = world.rng
    return {
        "land": "allocated" if public else rng.choice(("granted", "granted", "owned")),
        "energy": rng.choice((200, 800, 1500, 3200)),
        "eia": rng.choice(("book", "form", "form", "registration")),
        "hazardous": not public and rng.random() < 0.15,
        "forest": rng.random() < 0.15,
        "water": rng.random() < 0.15,
        "earthwork": rng.random() < 0.4,
        "relics": rng.random() < 0.15,
        "civil_defence": rng.random() < 0.4,
        "special_equipment": not public and rng.random() < 0.4,
    }


def _make_route(world: World, project: Project, template: Any, officer: Actor, owner: Organisation, by: Actor) -> None:
    services.make_route(project, template, {}, by=officer)
    _go_on(world, project, officer, by)


def _go_on(world: World, project: Project, officer: Actor, by: Actor) -> None:
    """Start what can be started, open a purchase here and there, and come back when the next step may be over."""
    project.refresh_from_db()
    if project.state == Project.State.DONE:
        return
    for step in Step.objects.filter(project=project, state=Step.State.READY).order_by("position"):
        _buy(world, step, officer, by)
        _start(world, step, officer, by)
    world.timeline.after(4, partial(_go_on, world, project, officer, by))


def _start(world: World, step: Step, officer: Actor, by: Actor) -> None:
    doer = by if step.own else officer
    number = "" if step.own else f"43059920{clock.today():%y%m%d}{world.rng.randrange(10**5, 10**6)}"
    try:
        services.start_step(step, number, by=doer)
    except DomainError:  # a colleague of the same window began it together with another step
        return
    late = world.rng.random() < 0.1
    days = min(step.promised_days + step.special_days, 40)
    world.timeline.after(max(1, days + (3 if late else -world.rng.randrange(0, 2))), partial(_finish, step, doer))


def _finish(step: Step, doer: Actor) -> None:
    step.refresh_from_db()
    if step.state == Step.State.RUNNING:
        services.finish_step(step, by=doer)


def _buy(world: World, step: Step, officer: Actor, by: Actor) -> None:
    needed = StepService.objects.filter(step=step, by_authority=False, state=StepService.State.NEEDED)
    for service in needed.select_related("item"):
        if world.purchases_left == 0 or world.rng.random() > 0.25:
            continue
        world.purchases_left -= 1
        try:
            tender = services.open_tender(service, by=officer)
            course = market.Course(0, service.item.code, funds=tender.funds, bidders=world.rng.randrange(2, 6))
            market.prepare(world, tender, course, officer, funds=tender.funds)
            market.announce(world, tender, course, officer)
        except DomainError as refused:
            print(f"seeding: {step}: {refused}")
