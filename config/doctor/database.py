"""The database: version, migrations, journal, clock; and that demonstration and real zones are not mixed up."""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from config.doctor.finding import Finding, check, fail, ok
from marketplace.core.models import Zone

OLDEST_POSTGRESQL = 14
OLDEST_SQLITE = (3, 35, 0)  # UPDATE … RETURNING
MOST_SECONDS_APART = 2


@check("DATABASE_URL")
def version() -> Finding:
    """It answers, and is new enough."""
    try:
        connection.ensure_connection()
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        return fail(
            _("数据库连不上：%(error)s") % {"error": reason}, _("请检查 DATABASE_URL 以及数据库服务是否已启动。")
        )
    if connection.vendor == "sqlite":
        return _sqlite()
    major = connection.pg_version // 10000  # type: ignore[attr-defined]
    if major < OLDEST_POSTGRESQL:
        return fail(_("PostgreSQL %(version)s 版本过低。") % {"version": major}, _("请升级到 15。"))
    return ok(f"PostgreSQL {major}")


def _sqlite() -> Finding:
    from sqlite3 import sqlite_version, sqlite_version_info

    name = f"SQLite {sqlite_version}"
    if sqlite_version_info < OLDEST_SQLITE:
        return fail(_("%(name)s 版本过低。") % {"name": name}, _("请换用较新的 Python，或使用 PostgreSQL。"))
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]
    if mode not in {"wal", "memory"}:
        return fail(
            _("%(name)s 未使用 WAL 模式（当前 %(mode)s），多人同时使用会互相等待。") % {"name": name, "mode": mode},
            _("请把 VAR_DIR 放在本机磁盘上；网络文件系统不支持 WAL。"),
        )
    return ok(f"{name}，WAL")


@check("migrations", asks_database=True)
def migrations() -> Finding:
    """All are applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        return fail(_("有 %(count)s 个迁移尚未执行。") % {"count": len(plan)}, "python manage.py migrate")
    return ok(_("全部已执行。"))


@check("clock", asks_database=True)
def clock() -> Finding:
    """Deadlines are decided by the database's clock and shown by this machine's: they must agree."""
    if connection.vendor != "postgresql":
        return ok(_("数据库与本机使用同一时钟。"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        apart = abs(cursor.fetchone()[0] - timezone.now())
    if apart > timedelta(seconds=MOST_SECONDS_APART):
        seconds = round(apart.total_seconds(), 1)
        return fail(
            _("本机与数据库服务器的时钟相差 %(seconds)s 秒。") % {"seconds": seconds},
            _("请在两台机器上启用 NTP 对时。"),
        )
    return ok(_("本机与数据库服务器一致。"))


@check("DEMO", asks_database=True)
def demo() -> Finding:
    """A real zone without the demonstration's doors, a demonstration without a real zone's people."""
    zone = Zone.current()
    if zone is None:
        return fail(
            _("尚未建立运行区域。"), _("正式运行：python manage.py setup；演示：DEMO=1 时运行 python manage.py demo。")
        )
    if settings.DEMO and not zone.is_demonstration:
        return fail(
            _("“%(zone)s”是正式区域，却开启了演示模式：任何人都能一键登录。") % {"zone": zone},
            _("请立即设置 DEMO=0 并重启。"),
        )
    if not settings.DEMO and zone.is_demonstration:
        return fail(
            _("正式模式下使用的是演示数据。"), _("请换一个空数据库，运行 python manage.py setup；或设置 DEMO=1。")
        )
    return ok(
        _("演示区域“%(zone)s”。") % {"zone": zone} if settings.DEMO else _("正式区域“%(zone)s”。") % {"zone": zone}
    )
