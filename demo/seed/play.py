"""The demonstration zone, played from its opening to this moment through the same services that the pages use."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.management import call_command

from demo.seed import admissions, cast, content, market, people, routes
from demo.seed.timeline import Timeline, office_hour
from demo.seed.world import World
from marketplace.accounts.actors import Actor
from marketplace.approvals.services import load_approvals
from marketplace.catalogue.services import load_catalogue
from marketplace.core import calendar, clock, events, inbox, log
from marketplace.core.models import Zone
from marketplace.projects.services import load_routes
from marketplace.supervision.services import ensure_sweep, sweep
from marketplace.tenders.services import ensure_rehearsal

HISTORY_DAYS = 300
STAR = 1  # the firm that stands for agencies in the tour


def seed(agencies: int, number: int, report: Callable[[int], object]) -> World:
    """Fill an empty database. `agencies` are admitted (some more stop halfway); `number` seeds the random stream.

    `report(n)` is called with the acts done. Dates are relative to today; the same number gives the same zone.
    """
    rng = random.Random(number)
    end = clock.now()
    start = office_hour((end - timedelta(days=HISTORY_DAYS)).astimezone(clock.ZONE).date(), 9)
    world = World(rng, Timeline(start, end, report), end)
    # The past writes to nobody, and the index is built once, at the end, instead of after each of two thousand acts.
    with events.without("core.mail", "search.agency", "search.item", "search.tender"):
        _play(world, agencies)
    return world


def _play(world: World, agencies: int) -> None:
    start, end, rng = world.timeline.now, world.end, world.rng
    with clock.at(start):
        _open_zone(start, end)
        people.make_staff(world)
        people.make_buyers(world)
        content.publish(world)
    world.firms = cast.firms(agencies + len(admissions.UNFINISHED), clock.local(start).date(), rng)
    admissions.plan(world)
    routes.plan(world)
    market.plan(world)
    world.timeline.play()
    content.write_profiles(world)
    people.make_personas(world, people.make_newcomer(), STAR)
    inbox.read_before(end - timedelta(days=3))
    sweep()
    ensure_sweep()
    ensure_rehearsal()
    world.timeline.settle()
    call_command("search_rebuild", if_there=True, verbosity=0)
    while log.sequence():
        pass


def _open_zone(start: datetime, end: datetime) -> None:
    calendar.load(range(start.year - 1, end.year + 2))
    Zone.objects.create(
        name="示范经济技术开发区",
        owner="示范经济技术开发区管理委员会",
        region_code=cast.REGION,
        region_name="示范经济技术开发区",
        phone="0000-12345678",
        supervision_phone="0000-12345678",
        hours="工作日 9:00–17:00",
        address="示范经济技术开发区政务服务大厅 12 号窗口",
        email="window@example.com",
        is_demonstration=True,
        opened_at=start,
    )
    system = Actor.system()
    load_catalogue(by=system)
    load_approvals(by=system)
    load_routes(by=system)
