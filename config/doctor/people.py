"""What only people can mend: staff without a second factor, a calendar that ends."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from config.doctor.finding import Finding, check, fail, ok, warn
from marketplace.core import clock
from marketplace.core.models import CalendarYear

NAMED = 5


@check("second_factor", asks_database=True)
def second_factor() -> Finding:
    """Every member of the staff has one (a demonstration needs none)."""
    if settings.DEMO:
        return ok(_("演示模式不要求。"))
    second = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    safe = Authenticator.objects.filter(type__in=second).values("user_id")
    users = get_user_model().objects.filter(is_active=True).exclude(pk__in=safe)
    without = [user for user in users if user.is_staff or user.is_superuser or user.staff_roles]
    if not without:
        return ok(_("所有工作人员都已启用。"))
    names = "、".join(str(user) for user in without[:NAMED]) + ("…" if len(without) > NAMED else "")
    return fail(
        _("%(count)s 名工作人员未启用第二验证因素：%(names)s。") % {"count": len(without), "names": names},
        _("请本人登录后在 /accounts/2fa/ 启用身份验证器。"),
    )


@check("calendar", asks_database=True)
def calendar() -> Finding:
    """Periods in working days need the holidays of this year and the next."""
    this = clock.today().year
    known = dict(CalendarYear.objects.filter(year__in=[this, this + 1]).values_list("year", "provisional"))
    if missing := [str(year) for year in (this, this + 1) if year not in known]:
        return fail(
            _("工作日历缺少 %(years)s 年。") % {"years": "、".join(missing)},
            _("请在后台“工作日历”载入，或运行 python manage.py setup。"),
        )
    if known[this]:
        return fail(
            _("%(year)s 年的节假日只是推算。") % {"year": this}, _("请按国务院办公厅通知在后台“工作日历”中核对。")
        )
    if known[this + 1]:
        return warn(
            _("%(year)s 年的节假日为暂定，待国务院办公厅公布（通常在 11 月）。") % {"year": this + 1},
            _("公布后请更新 chinesecalendar，或在后台“工作日历”中修改。"),
        )
    return ok(_("已覆盖 %(this)s 和 %(next)s 年。") % {"this": this, "next": this + 1})
