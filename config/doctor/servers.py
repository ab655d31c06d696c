"""What runs beside the site: cache, search, mail, the worker."""

import re
import secrets

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.utils.translation import gettext as _

from config.doctor.finding import Finding, check, fail, ok, warn
from marketplace.core import health
from search import ranking

SECONDS = 5
LEAST_MS, MOST_MS = 100, 5000  # that a page waits for the search server


@check("REDIS_URL", asks_database=True)
def redis_url() -> Finding:
    """The cache keeps what it is given."""
    name = "Redis" if "redis" in settings.CACHES["default"]["BACKEND"].lower() else _("数据库缓存表")
    value = secrets.token_hex(8)
    try:
        cache.set("doctor", value, 30)
        kept = cache.get("doctor") == value
    except Exception as error:
        return fail(
            _("%(name)s 不可用：%(error)s") % {"name": name, "error": type(error).__name__},
            _("请检查 REDIS_URL；未使用 Redis 时运行 python manage.py createcachetable。"),
        )
    if not kept:
        return fail(_("%(name)s 没有保存写入的内容。") % {"name": name}, _("请检查 Redis 的内存上限和淘汰策略。"))
    return ok(name)


@check("ELASTICSEARCH_URL")
def elasticsearch_url() -> Finding:
    """The cluster, where one is used, is not red."""
    if not settings.ELASTICSEARCH_URL:
        return ok(_("未设置，使用内置搜索。"))
    from elasticsearch import ApiError, TransportError

    from search.backends.elasticsearch import mapping
    from search.backends.elasticsearch.client import client

    asked = client().options(request_timeout=SECONDS)
    try:
        status = asked.cluster.health()["status"]
        has_index = bool(asked.indices.exists_alias(name=mapping.alias()))
    except (ApiError, TransportError, ValueError) as error:
        return fail(_("连不上：%(error)s") % {"error": error}, _("请检查 ELASTICSEARCH_URL 以及服务是否已启动。"))
    if status == "red":
        return fail(_("集群状态为 red，部分数据不可用。"), _("请查看 Elasticsearch 日志。"))
    if not has_index:
        return warn(
            _("服务可用（%(status)s），但没有本版本的索引，目前由内置搜索应答。") % {"status": status},
            "python manage.py search_rebuild",
        )
    return ok(_("集群状态为 %(status)s。") % {"status": status})


@check("ELASTICSEARCH_INDEX")
def elasticsearch_index() -> Finding:
    """Elasticsearch takes the name."""
    name = settings.ELASTICSEARCH_INDEX
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", name):
        return ok(name)
    return fail(
        _("%(name)s 不能用作索引名。") % {"name": name},
        _("请只用小写字母、数字、点、下划线和连字符，并以字母或数字开头。"),
    )


@check("ELASTICSEARCH_MS")
def elasticsearch_ms() -> Finding:
    """A page neither gives up before the server can answer, nor keeps people waiting."""
    ms = round(settings.ELASTICSEARCH_SECONDS * 1000)
    if LEAST_MS <= ms <= MOST_MS:
        return ok(_("%(ms)d 毫秒。") % {"ms": ms})
    return warn(
        _("%(ms)d 毫秒不合适。") % {"ms": ms},
        _("请设置为 100 至 5000；过短时总由内置搜索应答，过长时页面会让人久等。"),
    )


@check("SEARCH_WEIGHTS")
def search_weights() -> Finding:
    """What moves a hit besides its text stays within its limits."""
    try:
        given = ranking.weights()
    except ImproperlyConfigured:
        return fail(
            _("%(given)s 不是可用的权重。") % {"given": settings.SEARCH_WEIGHTS},
            _("每项写 名称=0 至 50 的整数，合计不超过 100，例如 rating=20,credit=10。"),
        )
    return ok(_("合计 %(sum)d%%。") % {"sum": round(100 * sum(given.values()))})


@check("EMAIL_URL")
def email_url() -> Finding:
    """The mail server lets us in."""
    if "console" in settings.EMAIL_BACKEND:
        if settings.DEMO:
            return ok(_("未设置，邮件打印在控制台。"))
        return warn(
            _("未设置，用户收不到任何邮件，也无法找回密码。"),
            _("请设置 EMAIL_URL，例如 smtp+tls://用户:密码@smtp.example.gov.cn:587。"),
        )
    try:
        connection = get_connection(timeout=SECONDS)
        connection.open()
        connection.close()
    except Exception as error:
        return fail(
            _("邮件服务器连不上：%(error)s") % {"error": error}, _("请检查 EMAIL_URL 的主机、端口、用户名和密码。")
        )
    return ok(_("邮件服务器可以登录。"))


@check("worker", asks_database=True)
def worker() -> Finding:
    """Somebody carries out deadlines and sends messages."""
    if health.report()["worker"]["ok"]:
        return ok(_("后台进程正在运行。"))
    return fail(
        _("30 秒内没有后台进程的心跳：截止、通知和日志编号都不会执行。"),
        _("请启动 python manage.py worker，并由服务管理器保持运行。"),
    )


@check("queue", asks_database=True)
def queue() -> Finding:
    """Nothing is late or stuck."""
    part = health.report()["queue"]
    if part["ok"]:
        return ok(_("没有积压。"))
    return warn(
        _("有积压：%(detail)s。") % {"detail": part["detail"]}, _("请查看后台进程的日志；失败的任务会自动重试。")
    )


@check("parts", asks_database=True)
def parts() -> Finding:
    """Whatever the apps report about themselves (the page /healthz shows the same)."""
    unwell = {
        name: part for name, part in health.report().items() if not part["ok"] and name not in {"worker", "queue"}
    }
    if not unwell:
        return ok(_("各模块自检正常。"))
    level = fail if any(part["essential"] for part in unwell.values()) else warn
    detail = "；".join(f"{name} {part['detail']}".strip() for name, part in unwell.items())
    return level(_("有模块不正常：%(detail)s。") % {"detail": detail}, _("请查看该模块的日志。"))
