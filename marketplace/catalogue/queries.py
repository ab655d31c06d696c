"""Reading the catalogue."""

from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.roles import StaffRole
from marketplace.catalogue.loading import DEFAULT_REGION
from marketplace.catalogue.models import ItemQualification, QualificationType, Region, RuleSet, ServiceItem
from marketplace.catalogue.rules import RuleData
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.core.models import Zone

if TYPE_CHECKING:
    from marketplace.accounts.actors import Actor


class NoRules(DomainError):
    """No RuleSet is approved yet: the site was not set up."""

    code = "no_rules"
    status = 503
    message = _("本站尚未启用任何选取规则，请联系运营单位。")


def items() -> QuerySet[ServiceItem]:
    """Items that can be bought, with their qualifications and types."""
    wanted = ItemQualification.objects.select_related("type").order_by("merit_only", "pk")
    return ServiceItem.objects.filter(is_active=True).prefetch_related(Prefetch("qualifications", wanted))


def alternatives(item: ServiceItem) -> list[ItemQualification]:
    """The qualifications of which one is required for the item; empty where none is. Uses what was prefetched."""
    return [each for each in item.qualifications.all() if not each.merit_only]


def qualification_types(*, holdable: bool = False) -> QuerySet[QualificationType]:
    """All types; `holdable` leaves out the abolished ones, which no certificate is issued for any more."""
    found = QualificationType.objects.all()
    return found.exclude(status=QualificationType.Status.ABOLISHED) if holdable else found


def zone_regions() -> QuerySet[Region]:
    """The zone's own surroundings, nearest first: the zone's city and counties, then the provinces."""
    return Region.objects.filter(region_filter()).order_by("code")


def region_filter() -> Q:
    """Provinces, and everything in the zone's province."""
    zone = Zone.current()
    province = zone.region_code[:2] if zone else "43"
    return Q(code__endswith="0000") | Q(code__startswith=province)


def rulesets_waiting(actor: "Actor") -> QuerySet[RuleSet]:
    """Proposed versions that this operator may approve: those of somebody else."""
    if actor.user is None or not actor.has_staff_role(StaffRole.OPERATOR):
        return RuleSet.objects.none()
    return RuleSet.objects.filter(state=RuleSet.State.DRAFT).exclude(proposed_by=actor.user)


def current_ruleset() -> RuleSet:
    """The RuleSet in force today: the zone's own newest one, else the default one. NoRules when there is none."""
    zone = Zone.current()
    in_force = RuleSet.objects.filter(state=RuleSet.State.APPROVED, effective_from__lte=clock.today())
    for region in ([zone.region_code] if zone else []) + [DEFAULT_REGION]:
        found = in_force.filter(region_code=region).order_by("-version").first()
        if found is not None:
            return found
    raise NoRules()


def predecessor(ruleset: RuleSet) -> RuleSet | None:
    """The version that this one replaces: the region's one before it, else the newest default one."""
    valid = RuleSet.objects.filter(state__in=[RuleSet.State.APPROVED, RuleSet.State.RETIRED]).exclude(pk=ruleset.pk)
    own = valid.filter(region_code=ruleset.region_code, version__lt=ruleset.version).order_by("-version").first()
    if own is not None or ruleset.region_code == DEFAULT_REGION:
        return own
    return valid.filter(region_code=DEFAULT_REGION).order_by("-version").first()


def rule_data(ruleset: RuleSet) -> RuleData:
    """The RuleSet's rules as a typed value."""
    return RuleData.from_json(ruleset.data)


def current_rules() -> RuleData:
    """The rules in force today."""
    return rule_data(current_ruleset())
