"""Rate limits for doors that anybody may knock at, counted in the shared cache."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError


class TooManyAttempts(DomainError):
    """Somebody tries too often."""

    code = "too_many_attempts"
    status = 429
    message = _("尝试次数过多，请 15 分钟后再试。忘记查询码的，可拨打监督电话凭编号核实身份后查询。")


@dataclass(frozen=True)
class Allowance:
    """At most `most` in `seconds`, for each key."""

    name: str
    most: int
    seconds: int

    def check(self, *keys: str) -> None:
        """TooManyAttempts when any of the keys has used its allowance up."""
        if any((cache.get(self._key(key)) or 0) >= self.most for key in keys):
            raise TooManyAttempts()

    def count(self, *keys: str) -> None:
        """One more for each key."""
        for key in keys:
            name = self._key(key)
            if not cache.add(name, 1, self.seconds):
                try:
                    cache.incr(name)
                except ValueError:  # it ran out between the two calls
                    cache.set(name, 1, self.seconds)

    def _key(self, key: str) -> str:
        return f"attempts.{self.name}.{key}"


# Of one number from one place; few, so that a stranger who types wrong codes shuts out himself and not the complainant.
WRONG_CODES = Allowance("complaint-code", most=5, seconds=900)
WRONG_CODES_FROM_ONE_PLACE = Allowance("complaint-code-ip", most=20, seconds=900)
WRONG_CODES_OF_ONE_NUMBER = Allowance("complaint-code-number", most=60, seconds=900)
FILED_FROM_ONE_PLACE = Allowance("complaint-filed-ip", most=20, seconds=3600)
