"""The tags and filters that every template has without loading them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace as Sample

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template, engines
from django.test import RequestFactory
from django.utils import translation

from marketplace.core import clock
from marketplace.core.templatetags.look import TONES, known_icons

NOW = datetime(2026, 3, 18, 2, 24, tzinfo=UTC)


def draw(source: str, path: str = "/tenders/?q=环评&region=a&region=b&page=3", **values: object) -> str:
    request = RequestFactory().get(path)
    template = Template(source, engine=engines["django"].engine)
    return template.render(Context({"request": request, **values}))


@pytest.fixture(autouse=True)
def _at_now():
    with clock.at(NOW), translation.override("zh-hans"):
        yield


def test_an_icon_beside_words_is_hidden_from_the_ear_and_one_alone_speaks():
    assert 'aria-hidden="true"' in draw('{% icon "bell" %}')
    alone = draw('{% icon "bell" label=words %}', words="<消息>")
    assert 'role="img" aria-label="&lt;消息&gt;"' in alone
    assert "sprite.svg#i-bell" in alone


def test_every_tone_has_an_icon_of_the_sprite():
    assert set(TONES.values()) <= set(known_icons())


def test_a_chip_is_made_of_an_object_a_pair_or_a_text():
    for state in (Sample(label="报名中", tone="signup"), ("报名中", "signup"), {"label": "报名中", "tone": "signup"}):
        chip = draw("{% chip state %}", state=state)
        assert "z-st-signup" in chip
        assert "i-pencil-plus" in chip
        assert "报名中" in chip
    assert "z-st-plain" in draw("{% chip state %}", state="随便")
    assert "z-st-plain" in draw("{% chip state %}", state=("随便", "no-such-tone"))
    assert "z-st-red" in draw('{% chip state "red" %}', state=("红牌", "alert"))
    assert draw("{% chip state %}", state=None) == ""
    assert "&lt;b&gt;" in draw("{% chip state %}", state="<b>")


def test_a_seal_is_24_bars_without_inline_style():
    seal = draw("{% seal value %}", value="ab" * 32)
    assert seal.count("<rect") == 24
    assert "style" not in seal
    assert "z-seal-ok" not in seal
    assert "z-seal-ok" in draw("{% seal value checked=True %}", value="ab" * 32)


def test_a_query_string_keeps_the_rest_and_drops_the_page():
    assert draw('{% query_string sort="price" %}') == "?q=%E7%8E%AF%E8%AF%84&amp;region=a&amp;region=b&amp;sort=price"
    assert draw("{% query_string q=None %}") == "?region=a&amp;region=b"
    assert draw("{% query_string page=4 q=None region=None %}") == "?page=4"


def test_a_query_string_adds_drops_and_toggles_one_of_several_values():
    assert draw('{% query_string "toggle" "region" "a" q=None %}') == "?region=b"
    assert draw('{% query_string "toggle" "region" "c" q=None %}') == "?region=a&amp;region=b&amp;region=c"
    assert draw('{% query_string "add" "region" "a" q=None %}') == "?region=b&amp;region=a"
    assert draw('{% query_string "drop" "region" "a" "drop" "region" "b" q=None %}') == "?"


def test_the_other_language_keeps_the_page_and_its_query():
    assert draw('{% language_url "en" %}', "/design/?a=1") == "/en/design/?a=1"
    with translation.override("en"):
        assert draw('{% language_url "zh-hans" %}', "/en/design/?a=1") == "/design/?a=1"
        assert draw("{% language_prefix %}") == "/en"


def test_breadcrumbs_end_with_the_page_itself():
    trail = draw('{% breadcrumbs "采购公告" "/tenders/" "ZJ-1" %}')
    assert '<a href="/">首页</a>' in trail
    assert '<a href="/tenders/">采购公告</a>' in trail
    assert '<li class="breadcrumb-item active" aria-current="page">ZJ-1</li>' in trail


def test_pagination_names_the_rows_and_keeps_the_query():
    page = Paginator(range(95), 10).page(3)
    drawn = draw('{% pagination page "家" %}', page=page)
    assert "第 21–30 家，共 95 家" in drawn
    assert "?q=%E7%8E%AF%E8%AF%84&amp;region=a&amp;region=b&amp;page=4" in drawn
    assert 'aria-current="page"><span class="page-link">3</span>' in drawn
    assert draw("{% pagination page %}", page=Paginator([], 10).page(1)).strip() == ""


def test_a_countdown_is_complete_without_javascript():
    due = NOW + timedelta(hours=4, minutes=35)
    drawn = draw("{% countdown due start=start %}", due=due, start=NOW - timedelta(hours=5))
    assert "4 小时 35 分" in drawn
    assert 'datetime="2026-03-18T14:59:00+08:00"' in drawn
    assert 'value="52"' in drawn
    assert "已开标" in draw('{% countdown due after="已开标" %}', due=NOW - timedelta(seconds=1))
    assert draw("{% countdown due %}", due=None).strip() == ""


def test_blocks_wrap_what_they_hold():
    source = '{% panel title=title id="p" link="/x/" link_label="全部" foot="来源" %}<b>内容</b>{% endpanel %}'
    drawn = draw(source, title="<要点>")
    assert '<h2 id="p">&lt;要点&gt;</h2>' in drawn
    assert "<b>内容</b>" in drawn
    assert '<a href="/x/">全部' in drawn
    assert "来源" in drawn
    assert "z-n-warn" in draw('{% note tone="warn" %}小心{% endnote %}')
    assert "z-tray" in draw("{% tray %}按钮{% endtray %}")


def test_values_written_in_templates():
    assert draw("{{ 80000|money }} {{ n|number }} {{ x|stars }}", n=18204, x=None).startswith("¥80,000 18,204")
    assert "4.9 分，满分 5 分" in draw("{{ x|stars }}", x=4.9)
    assert draw("{{ 4.9|percent_of:5 }} {{ None|percent_of:5 }} {{ 9|percent_of:0 }}") == "98.0 0 0"
    assert draw("{{ missing|money }}{{ missing|moment }}{{ missing|day }}{{ missing|remaining }}") == "————"
