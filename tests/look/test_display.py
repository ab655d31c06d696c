"""How values are written for people."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from marketplace.core import clock, display

NOW = datetime(2026, 3, 18, 2, 24, tzinfo=UTC)  # 10:24 in Shanghai


@pytest.fixture(autouse=True)
def _at_now():
    with clock.at(NOW), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("80000"), "¥80,000"),
        (Decimal("80000.00"), "¥80,000"),
        (Decimal("1234.5"), "¥1,234.50"),
        (Decimal("0.005"), "¥0"),
        (Decimal("-12.30"), "−¥12.30"),
        (0, "¥0"),
        (None, "—"),
        ("", "—"),
        ("八万", "—"),
    ],
)
def test_money_is_written_with_fen_only_where_there_are_any(value, text):
    assert display.money(value) == text


def test_a_day_names_its_year_only_when_it_is_another_one():
    assert display.day(date(2026, 3, 20)) == "3月20日"
    assert display.day(date(2027, 1, 5)) == "2027年1月5日"
    with translation.override("en"):
        assert display.day(date(2026, 3, 20)) == "20 Mar"
        assert display.day(date(2027, 1, 5)) == "5 Jan 2027"


def test_a_moment_stands_on_the_zones_wall_clock():
    assert display.moment(datetime(2026, 3, 20, 9, 0, tzinfo=UTC)) == "3月20日 17:00"
    assert display.moment(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)) == "2027年1月1日 00:30"
    assert display.moment(None) == "—"
    with translation.override("en"):
        assert display.moment(datetime(2026, 3, 20, 9, 0, tzinfo=UTC)) == "20 Mar 17:00"


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (timedelta(days=2, hours=6, minutes=35), "2 天 6 小时"),
        (timedelta(hours=4, minutes=35), "4 小时 35 分"),
        (timedelta(minutes=35, seconds=59), "35 分钟"),
        (timedelta(seconds=59), "不到 1 分钟"),
        (timedelta(0), "不到 1 分钟"),
        (timedelta(seconds=-1), "已截止"),
    ],
)
def test_time_left_is_told_in_two_units(left, text):
    assert display.remaining(NOW + left) == text


def test_the_elapsed_share_stays_between_nothing_and_all():
    day = timedelta(days=1)
    assert display.elapsed_percent(NOW - day, NOW + 3 * day) == 25
    assert display.elapsed_percent(NOW + day, NOW + 3 * day) == 0
    assert display.elapsed_percent(NOW - 3 * day, NOW - day) == 100
    assert display.elapsed_percent(NOW, NOW) == 100
    assert display.elapsed_percent(None, NOW) == 100


def test_the_same_hash_always_gives_the_same_24_bars():
    digest = hashlib.sha256(b"a bid").digest()
    bars = display.seal_bars(digest)
    assert len(bars) == 24
    assert all(4 <= height <= 19 for height in bars)
    assert bars == display.seal_bars(digest.hex()) == display.seal_bars(digest.hex().upper())
    assert bars[0] == 4 + digest[0] % 16
    assert bars != display.seal_bars(hashlib.sha256(b"another bid").digest())


def test_a_seal_can_be_drawn_of_any_text():
    assert len(display.seal_bars("回执")) == 24
    assert len(display.seal_bars("abc")) == 24


def test_hashes_and_sizes_are_short():
    assert display.short_hash("13b6bdeb" + "0" * 50 + "3a8861") == "13b6bdeb…3a8861"
    assert display.short_hash(b"\x01\x02") == "0102"
    assert display.short_hash("") == "—"
    assert [display.file_size(size) for size in (999, 412_000, 2_100_000, None)] == ["999 B", "412 kB", "2.1 MB", ""]


def test_a_score_has_one_decimal_or_is_empty():
    assert [display.score(value) for value in (4.86, Decimal(5), None, "x")] == ["4.9", "5.0", "", ""]
