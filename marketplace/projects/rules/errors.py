"""What can be wrong with a route map, and with a questionnaire: each by its name, in a sentence."""

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError


class RouteError(DomainError):
    """A route map that is not taken."""

    code = "bad_route"
    status = 422


class RouteCycle(RouteError):
    """Steps that wait for each other."""

    code = "route_cycle"


class UnknownStep(RouteError):
    """`after` or `together_with` names a step that is not there."""

    code = "unknown_step"


class DuplicateStep(RouteError):
    """Two steps have one key."""

    code = "duplicate_step"


class StepWithoutUnit(RouteError):
    """Nobody is named who decides the step."""

    code = "step_without_unit"


class UnknownService(RouteError):
    """A service code that is not in the catalogue."""

    code = "unknown_service"


class PromiseAboveLimit(RouteError):
    """The zone promises more days than the law allows."""

    code = "promise_above_limit"


class BadCondition(RouteError):
    """A condition that is no condition, or asks what nobody is asked."""

    code = "bad_condition"
    message = _("条件写法有误。")


class Malformed(RouteError):
    """A field that is missing or of the wrong kind."""

    code = "malformed_route"


class Unanswered(DomainError):
    """A question of the questionnaire that has no answer, or an impossible one."""

    code = "unanswered"
    status = 422
