"""manage.py doctor: each thing that can be wrong is found, and what is found says what to do."""

import io
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config import doctor, environment
from config.doctor import finding, machine
from config.doctor.finding import CHECKS, Level
from marketplace.accounts.models import User
from marketplace.accounts.roles import StaffRole
from marketplace.core import calendar, clock, keys
from marketplace.core.models import CalendarYear, Heartbeat, Zone


def found(name: str) -> tuple[Level, str]:
    """Level and text of one check."""
    result = finding._run(CHECKS[name])
    assert result.level == Level.OK or result.advice, f"{name} does not say what to do"
    return result.level, f"{result.text} {result.advice}"


def test_every_variable_has_its_check() -> None:
    assert {variable.name for variable in environment.VARIABLES} <= set(CHECKS)


@pytest.mark.django_db
def test_an_empty_installation_fails_and_says_why() -> None:
    output = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json", stdout=output)
    assert ended.value.code == 1
    rows = {row["name"]: row for row in json.loads(output.getvalue())}
    assert set(rows) == set(CHECKS)
    assert rows["DEMO"]["level"] == "fail"
    assert "manage.py setup" in rows["DEMO"]["advice"]
    assert rows["worker"]["level"] == "fail"
    assert all(row["advice"] for row in rows.values() if row["level"] != "ok")


@pytest.mark.django_db
def test_the_lines_for_people_carry_sign_name_and_advice() -> None:
    output = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--no-color", stdout=output)
    lines = output.getvalue().splitlines()
    assert lines[0].split()[1] == "VAR_DIR"  # the variables in the order of their table come first
    assert any(line.startswith("✗ worker") for line in lines)
    assert "失败" in lines[-1]


@pytest.mark.django_db(transaction=True)
def test_a_healthy_installation_passes(settings: LazySettings, healthy: None) -> None:
    output = io.StringIO()
    call_command("doctor", "--json", stdout=output)
    assert {row["name"]: row["text"] for row in json.loads(output.getvalue()) if row["level"] == "fail"} == {}


@pytest.fixture
def healthy(settings: LazySettings) -> Iterator[None]:
    """What setup, collectstatic and a running worker leave behind."""
    settings.SITE_URL = "http://127.0.0.1:8000"
    settings.SECRET_KEY = "".join(map(chr, range(48, 108)))
    settings.VAR_DIR.chmod(0o700)
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    Zone.objects.create(name="测试开发区", owner="管委会", region_code="330800", region_name="测试市")
    this = clock.today().year
    calendar.load(range(this, this + 2))
    CalendarYear.objects.update(provisional=False)
    Heartbeat.objects.create(name="worker", at=timezone.now())
    yield
    (settings.STATIC_ROOT / "staticfiles.json").unlink()


@pytest.mark.parametrize(
    ("name", "changes", "level"),
    [
        ("SECRET_KEY", {"SECRET_KEY": "short"}, Level.FAIL),
        ("SECRET_KEY", {"SECRET_KEY": "a" * 60}, Level.FAIL),
        ("DEBUG", {"DEBUG": True, "SITE_URL": "https://a.example"}, Level.FAIL),
        ("DEBUG", {"DEBUG": True, "SITE_URL": "http://localhost:8000"}, Level.WARN),
        ("SITE_URL", {"SITE_URL": "zjcs.example.gov.cn"}, Level.FAIL),
        ("SITE_URL", {"SITE_URL": "http://zjcs.example.gov.cn"}, Level.WARN),
        ("SITE_URL", {"SITE_URL": "https://zjcs.example.gov.cn"}, Level.OK),
        ("ALLOWED_HOSTS", {"SITE_URL": "https://a.example", "ALLOWED_HOSTS": ["b.example"]}, Level.FAIL),
        ("ALLOWED_HOSTS", {"SITE_URL": "https://www.a.example", "ALLOWED_HOSTS": [".a.example"]}, Level.OK),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*"], "DEMO": False}, Level.WARN),
        ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": ["*"], "DEMO": True}, Level.OK),
        ("TRUSTED_PROXIES", {"SITE_URL": "https://a.example"}, Level.FAIL),
        ("EMAIL_FROM", {"DEFAULT_FROM_EMAIL": "nobody"}, Level.FAIL),
        ("EMAIL_FROM", {"DEFAULT_FROM_EMAIL": "noreply@localhost"}, Level.WARN),
        ("EMAIL_FROM", {"DEFAULT_FROM_EMAIL": "超市 <noreply@a.example>"}, Level.OK),
        ("STRIPE_SECRET_KEY", {"STRIPE_SECRET_KEY": "sk_live_1", "DEMO": True}, Level.FAIL),
        ("STRIPE_SECRET_KEY", {"STRIPE_SECRET_KEY": "sk_test_1", "DEMO": False}, Level.WARN),
        ("STRIPE_SECRET_KEY", {"STRIPE_SECRET_KEY": "sk_live_1", "DEMO": False}, Level.OK),
        ("STRIPE_WEBHOOK_SECRET", {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": ""}, Level.FAIL),
        ("MAX_UPLOAD_MB", {"MAX_UPLOAD_BYTES": 61 * 1024 * 1024}, Level.WARN),
        ("EMAIL_URL", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend", "DEMO": False}, Level.WARN),
        ("ELASTICSEARCH_URL", {"ELASTICSEARCH_URL": "http://127.0.0.1:1"}, Level.FAIL),
        ("ELASTICSEARCH_URL", {"ELASTICSEARCH_URL": ""}, Level.OK),
    ],
)
def test_settings_are_judged(name: str, changes: dict[str, object], level: Level, settings: LazySettings) -> None:
    for setting, value in changes.items():
        setattr(settings, setting, value)
    assert found(name)[0] == level


def test_a_settings_file_that_others_read_or_that_names_nonsense_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "environment"
    file.write_text("DEMO=1\n# a comment\n")
    monkeypatch.setenv("ENVIRONMENT_FILE", str(file))
    file.chmod(0o644)
    assert found("ENVIRONMENT_FILE") == (Level.FAIL, f"其他用户可以读取 {file}。 chmod 600 {file}")
    file.chmod(0o600)
    assert found("ENVIRONMENT_FILE")[0] == Level.OK
    file.write_text("DEBUGG=1\n")
    level, text = found("ENVIRONMENT_FILE")
    assert level == Level.WARN
    assert "DEBUGG" in text


def test_a_key_that_others_can_read_is_found(settings: LazySettings, tmp_path: Path) -> None:
    settings.KEYS_DIR = tmp_path / "keys"
    keys.log_key.cache_clear()
    try:
        assert found("LOG_KEY")[0] == Level.OK
        (tmp_path / "keys" / "log.key").chmod(0o640)
        assert found("LOG_KEY")[0] == Level.FAIL
        (tmp_path / "keys" / "log.key").write_text("not hexadecimal")
        keys.log_key.cache_clear()
        level, text = found("LOG_KEY")
        assert level == Level.FAIL
        assert "32 bytes" in text
    finally:
        keys.log_key.cache_clear()


def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    settings.VAR_DIR.chmod(0o700)
    for free, level in ((machine.FAIL_BELOW - 1, Level.FAIL), (machine.WARN_BELOW - 1, Level.WARN), (10**12, Level.OK)):
        usage = SimpleNamespace(free=free)
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _path, usage=usage: usage)
        assert found("VAR_DIR")[0] == level


def test_a_machine_without_chinese_fonts_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_has_chinese_font", lambda: False)
    level, text = found("fonts")
    assert level == Level.WARN
    assert "fonts-noto-cjk" in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("demo", "is_demonstration", "level"),
    [(True, True, Level.OK), (False, False, Level.OK), (True, False, Level.FAIL), (False, True, Level.FAIL)],
)
def test_demonstration_and_real_zone_are_not_mixed_up(
    demo: bool, is_demonstration: bool, level: Level, settings: LazySettings
) -> None:
    settings.DEMO = demo
    Zone.objects.create(
        name="开发区", owner="管委会", region_code="330800", region_name="某市", is_demonstration=is_demonstration
    )
    assert found("DEMO")[0] == level


@pytest.mark.django_db
def test_a_worker_that_stopped_is_missed() -> None:
    beat = Heartbeat.objects.create(name="worker", at=timezone.now())
    assert found("worker")[0] == Level.OK
    beat.at -= timedelta(minutes=1)
    beat.save()
    assert found("worker")[0] == Level.FAIL


@pytest.mark.django_db
def test_staff_without_a_second_factor_are_named(settings: LazySettings) -> None:
    User.objects.create_user("13800000001", name="无第二因素", staff_roles=[str(next(iter(StaffRole)))])
    safe = User.objects.create_user("13800000002", name="有第二因素", is_staff=True)
    Authenticator.objects.create(user=safe, type=Authenticator.Type.TOTP, data={})
    User.objects.create_user("13800000003", name="普通用户")
    level, text = found("second_factor")
    assert level == Level.FAIL
    assert "1 名工作人员未启用第二验证因素：无第二因素。" in text
    settings.DEMO = True
    assert found("second_factor")[0] == Level.OK


@pytest.mark.django_db
def test_a_calendar_that_ends_is_found() -> None:
    level, text = found("calendar")
    assert level == Level.FAIL
    this = clock.today().year
    assert f"{this}、{this + 1}" in text
    calendar.load(range(this, this + 2))
    assert found("calendar")[0] in {Level.OK, Level.WARN}  # the next year's holidays may not be announced yet


@pytest.mark.django_db
def test_a_migration_that_waits_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core'")
    level, text = found("migrations")
    assert level == Level.FAIL
    assert "manage.py migrate" in text


def test_the_mail_server_is_really_asked(settings: LazySettings, mail_server: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server
    assert found("EMAIL_URL")[0] == Level.OK
    settings.EMAIL_PORT = 1
    assert found("EMAIL_URL")[0] == Level.FAIL


@pytest.fixture
def mail_server() -> Iterator[int]:
    """Greets as a mail server does, and says goodbye."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_greet, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]


def _greet(listening: socket.socket) -> None:
    client, _address = listening.accept()
    with client, client.makefile("rwb", buffering=0) as line:
        line.write(b"220 ready\r\n")
        while said := line.readline():
            line.write(b"221 bye\r\n" if said.upper().startswith(b"QUIT") else b"250 ok\r\n")


def test_a_check_that_breaks_is_a_failure() -> None:
    def broken() -> doctor.Finding:
        raise RuntimeError("boom")

    result = finding._run(finding.Check("x", broken, asks_database=False))
    assert result.level == Level.FAIL
    assert "RuntimeError: boom" in result.text


def test_without_a_database_the_rest_is_still_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "_database_answers", lambda: False)
    names = {name for name, _finding in finding.examine() if name != "DATABASE_URL"}
    assert "SECRET_KEY" in names
    assert "worker" not in names
