"""What can be seen from the settings alone."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from config import environment
from config.doctor.finding import Finding, check, fail, ok, warn

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PROXY_LIMIT_MB = 60  # deploy/nginx.conf
TRIAL_PREFIX = "ocds-zjcs01"  # nobody has registered it
LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR"}


def is_local() -> bool:
    """Whether the public address is this machine only."""
    return urlsplit(settings.SITE_URL).hostname in LOOPBACK


@check("ENVIRONMENT_FILE")
def environment_file() -> Finding:
    """Nobody else reads it, and it names nothing that doesn't exist."""
    path = Path(os.environ.get("ENVIRONMENT_FILE") or settings.VAR_DIR / "environment")
    if not path.is_file():
        return ok(_("没有设置文件，设置来自环境变量。"))
    if path.stat().st_mode & 0o077:
        return fail(_("其他用户可以读取 %(path)s。") % {"path": path}, f"chmod 600 {path}")
    known = {variable.name for variable in environment.VARIABLES}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    names = {line.partition("=")[0].strip() for line in lines if line and not line.startswith("#")}
    if unknown := sorted(names - known):
        return warn(
            _("%(path)s 中有无法识别的名称：%(names)s。") % {"path": path, "names": ", ".join(unknown)},
            _("请对照 docs/settings.md 改正或删除。"),
        )
    return ok(str(path))


@check("SECRET_KEY")
def secret_key() -> Finding:
    """Long and not a pattern."""
    key = settings.SECRET_KEY
    if len(key) >= 50 and len(set(key)) >= 10 and not key.startswith("django-insecure"):
        return ok(_("长度足够。"))
    return fail(
        _("密钥过短或过于简单。"),
        _("请换成至少 50 个随机字符：python3 -c 'import secrets; print(secrets.token_urlsafe(50))'。"),
    )


@check("DEBUG")
def debug() -> Finding:
    """Tracebacks show settings and data to strangers."""
    if not settings.DEBUG:
        return ok(_("已关闭。"))
    level = warn if is_local() else fail
    return level(_("出错页面会向访客显示程序内部信息。"), _("正式运行请设置 DEBUG=0。"))


@check("SITE_URL")
def site_url() -> Finding:
    """An address, by https unless it is only this machine."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return fail(
            _("“%(url)s”不是网址。") % {"url": settings.SITE_URL},
            _("请填写完整网址，例如 https://zjcs.example.gov.cn。"),
        )
    if parts.scheme == "http" and not is_local():
        return warn(
            _("%(url)s 未使用 HTTPS，密码会明文传输。") % {"url": settings.SITE_URL},
            _("请在反向代理上配置证书，并把 SITE_URL 改为 https:// 开头。"),
        )
    return ok(settings.SITE_URL)


@check("ALLOWED_HOSTS")
def allowed_hosts() -> Finding:
    """The public address is among them, and not everything is."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    hosts = settings.ALLOWED_HOSTS
    if "*" in hosts and not settings.DEMO:
        return warn(_("接受任何主机名。"), _("请把 ALLOWED_HOSTS 改为本站的域名：%(host)s。") % {"host": host})
    matches = any(name in {"*", host, f"[{host}]"} or (name.startswith(".") and host.endswith(name)) for name in hosts)
    if not matches:
        return fail(
            _("不包含 SITE_URL 的主机名 %(host)s，访客会看到“400 错误”。") % {"host": host},
            _("请在 ALLOWED_HOSTS 中加上 %(host)s。") % {"host": host},
        )
    return ok(", ".join(hosts))


@check("TRUSTED_PROXIES")
def trusted_proxies() -> Finding:
    """Behind a proxy that speaks https the site must believe what the proxy says."""
    count = environment.number("TRUSTED_PROXIES")
    if settings.SITE_URL.startswith("https://") and count == 0:
        return fail(
            _("使用 HTTPS 但没有可信代理，浏览器会不断重定向。"), _("前面有一层 nginx 时请设置 TRUSTED_PROXIES=1。")
        )
    return ok(str(count))


@check("EMAIL_FROM")
def email_from() -> Finding:
    """An address that can be answered or at least exists."""
    sender = settings.DEFAULT_FROM_EMAIL
    address = sender.rpartition("<")[2].rstrip(">")
    try:
        validate_email(address)
    except ValidationError:
        level = warn if settings.DEMO else fail
        return level(
            _("“%(sender)s”不是可用的发件地址。") % {"sender": sender},
            _("请设置 EMAIL_FROM，例如 noreply@zjcs.example.gov.cn。"),
        )
    if address.endswith("@localhost") and not settings.DEMO:
        return warn(
            _("发件地址是 %(sender)s，对方邮箱会拒收。") % {"sender": sender},
            _("请设置 EMAIL_FROM，例如 noreply@zjcs.example.gov.cn。"),
        )
    return ok(sender)


@check("STRIPE_SECRET_KEY")
def stripe_secret_key() -> Finding:
    """Real money never moves in a demonstration, nor pretended money in a real zone."""
    key = settings.STRIPE_SECRET_KEY
    if not key:
        return ok(_("未设置，不提供 Stripe 支付。"))
    is_live = key.startswith(("sk_live_", "rk_live_"))
    if is_live and (settings.DEMO or settings.DEBUG):
        return fail(_("演示或调试环境使用了正式密钥。"), _("请换成 sk_test_ 开头的测试密钥。"))
    if not is_live and not settings.DEMO:
        return warn(_("正式环境使用了测试密钥，不会真正收款。"), _("请换成 sk_live_ 开头的正式密钥。"))
    return ok(_("已设置。"))


@check("STRIPE_WEBHOOK_SECRET")
def stripe_webhook_secret() -> Finding:
    """Without it nobody could tell Stripe's messages from forged ones."""
    if bool(settings.STRIPE_WEBHOOK_SECRET) == bool(settings.STRIPE_SECRET_KEY):
        return ok(_("与 STRIPE_SECRET_KEY 一致。"))
    return fail(_("STRIPE_SECRET_KEY 与 STRIPE_WEBHOOK_SECRET 只设置了一个。"), _("请两个都设置，或都不设置。"))


@check("OCID_PREFIX")
def ocid_prefix() -> Finding:
    """Announcements carry an open contracting id; its prefix is given out by the standard's registry."""
    prefix = settings.OCID_PREFIX
    if not re.fullmatch(r"ocds-[a-z0-9]{6}", prefix):
        return fail(
            _("OCID_PREFIX 格式不对。"), _("应为 ocds- 加 6 位小写字母或数字，由开放合同数据标准登记处发给发布单位。")
        )
    if prefix == TRIAL_PREFIX and not settings.DEMO:
        return warn(_("采购公告的 OCID 用的是试用前缀。"), _("向开放合同数据标准登记处申请前缀后，设为 OCID_PREFIX。"))
    return ok(prefix)


@check("DRAND_URL")
def drand_url() -> Finding:
    """An address; whether it answers is the worker's matter, and each round proves itself."""
    url = settings.DRAND_URL
    if not url:
        return ok(_("未设置，drand 轮次由两名工作人员上传。"))
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return fail(_("DRAND_URL 不是网址。"), _("请设为 drand 中继的网址，例如 https://api.drand.sh。"))
    return ok(url)


@check("MAX_UPLOAD_MB")
def max_upload_mb() -> Finding:
    """Not above what the proxy lets through."""
    limit = settings.MAX_UPLOAD_BYTES // 1024 // 1024
    if not 1 <= limit <= PROXY_LIMIT_MB:
        return warn(
            _("单个文件上限为 %(limit)s MiB。") % {"limit": limit},
            _("请设为 1 至 %(most)s；更大时须同时修改 deploy/nginx.conf 的 client_max_body_size。")
            % {"most": PROXY_LIMIT_MB},
        )
    return ok(_("单个文件不超过 %(limit)s MiB。") % {"limit": limit})


@check("UPLOAD_MB_A_DAY")
def upload_mb_a_day() -> Finding:
    """At least one large file."""
    limit = settings.UPLOAD_BYTES_A_DAY // 1024 // 1024
    if settings.UPLOAD_BYTES_A_DAY < settings.MAX_UPLOAD_BYTES:
        return warn(_("每人每天的上传上限小于单个文件的上限。"), _("请设为单个文件上限的 10 倍以上。"))
    return ok(_("每人 24 小时内不超过 %(limit)s MiB。") % {"limit": limit})


@check("INSPECTION_DAYS")
def inspection_days() -> Finding:
    """Half a year at least: network logs may not be erased sooner (Cybersecurity Law, art. 21)."""
    days = settings.INSPECTION_DAYS
    if days < 180:
        return warn(
            _("监督留痕只保存 %(days)d 天。") % {"days": days}, _("网络日志须保存六个月以上，请设为 180 以上。")
        )
    return ok(_("监督留痕中的地址和设备信息保存 %(days)d 天。") % {"days": days})


@check("LOG_LEVEL")
def log_level() -> Finding:
    """A level that exists; DEBUG would write data into the logs."""
    level = environment.read("LOG_LEVEL")
    if level not in LEVELS:
        return fail(_("没有“%(level)s”这一级别。") % {"level": level}, _("可用：DEBUG、INFO、WARNING、ERROR。"))
    if level == "DEBUG" and not is_local():
        return warn(_("日志会写入查询内容。"), _("正式运行请设置 LOG_LEVEL=INFO。"))
    return ok(level)
