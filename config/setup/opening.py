"""What `manage.py setup` writes, step by step; each step is harmless to repeat."""

from collections.abc import Callable, Mapping
from importlib import import_module
from io import StringIO

from django.core.management import call_command
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts import groups, services
from marketplace.accounts.actors import Actor
from marketplace.accounts.models import User
from marketplace.accounts.roles import StaffRole
from marketplace.core import calendar, clock, zones
from marketplace.core.models import Zone

FIRST_YEAR = 2024
Answers = Mapping[str, str]
Step = Callable[[Answers, Actor], object]


def open_zone(answers: Answers, *, say: Callable[[str], None]) -> Zone:
    """Write the zone and everything a real site begins with; `say` hears each step when it is done.

    `answers` holds the keys of the questions; `admin_password` may be missing for an administrator who is there.
    """
    by = Actor.system()
    for label, step in STEPS:
        step(answers, by)
        say(str(label))
    zone = Zone.current()
    assert zone is not None  # the first step
    return zone


def _zone(answers: Answers, by: Actor) -> object:
    return zones.save_zone({name: answers[name] for name in zones.FIELDS}, by=by)


def _calendar(answers: Answers, by: Actor) -> object:
    return calendar.load(range(FIRST_YEAR, clock.today().year + 2))


def _region(answers: Answers, by: Actor) -> None:
    """The zone's own region, where the catalogue does not know it."""
    from marketplace.catalogue.models import Region
    from marketplace.catalogue.services import save_region

    code = answers["region_code"]
    if not Region.objects.filter(code=code).exists():
        above = [parent for parent in (f"{code[:4]}00", f"{code[:2]}0000") if parent != code]
        parent = Region.objects.filter(code__in=above).order_by("-code").first()
        save_region(Region(code=code, name=answers["region_name"], parent=parent), by=by)


def _administrator(answers: Answers, by: Actor) -> User:
    there = User.objects.filter(username=answers["admin"]).first()
    if there is None:
        return services.create_staff(
            username=answers["admin"],
            name=answers["admin_name"],
            roles=[StaffRole.OPERATOR],
            password=answers["admin_password"],
            email=answers["email"] if "@" not in answers["admin"] else "",
            superuser=True,
            by=by,
        )
    return services.promote(there, roles=[StaffRole.OPERATOR], password=answers.get("admin_password", ""), by=by)


def _site(answers: Answers, by: Actor) -> None:
    from cms.services import ensure_site

    zone = Zone.current()
    assert zone is not None  # the first step
    ensure_site(zone)


def _service(module: str, function: str) -> Step:
    """A step that is a service of one of the apps, called with `by` alone."""
    return lambda answers, by: getattr(import_module(module), function)(by=by)


def _sweep(answers: Answers, by: Actor) -> None:
    from marketplace.core import forgotten
    from marketplace.supervision.services import ensure_sweep
    from marketplace.tenders.services import ensure_rehearsal

    ensure_sweep()
    ensure_rehearsal()
    forgotten.ensure()


def _search(answers: Answers, by: Actor) -> None:
    call_command("search_rebuild", if_there=True, verbosity=0, stdout=StringIO())


STEPS: tuple[tuple[str | Promise, Step], ...] = (
    (_("运行区域"), _zone),
    (_("工作日历"), _calendar),
    (_("工作角色与权限"), lambda answers, by: groups.ensure()),
    (_("区划、资质、服务事项与规则"), _service("marketplace.catalogue.services", "load_catalogue")),
    (_("本地区划"), _region),
    (_("政务服务事项"), _service("marketplace.approvals.services", "load_approvals")),
    (_("审批路线图"), _service("marketplace.projects.services", "load_routes")),
    (_("第一位管理员"), _administrator),
    (_("首页与栏目"), _site),
    (_("监管巡查"), _sweep),
    (_("搜索索引"), _search),
)
