"""Rules that every template of the project keeps."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from marketplace.core.templatetags.look import known_icons

ROOTS = [
    settings.BASE_DIR / "templates",
    *sorted(settings.BASE_DIR.glob("*/templates")),
    *sorted(settings.BASE_DIR.glob("marketplace/*/templates")),
]
TEMPLATES = sorted(path for root in ROOTS for path in root.rglob("*.html"))
COMPONENTS = sorted((settings.BASE_DIR / "templates" / "components").glob("*.html"))
# The printed documents are read by the PDF engine, not by a browser under our Content-Security-Policy.
PRINTED = re.compile(r"/(pdf|print|documents)/|_pdf\.html$")

INLINE_STYLE = re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE)
HTMX_SCRIPT = re.compile(r"\bhx-on\b")
SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
STYLE_ELEMENT = re.compile(r"<style\b", re.IGNORECASE)
ICON = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']|icon_name=["']([a-z0-9-]+)["']""")
COMMENT = re.compile(r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", re.DOTALL)


def name_of(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


def problems_of(text: str) -> list[str]:
    """What of a template the Content-Security-Policy would refuse."""
    text = COMMENT.sub("", text)
    found = []
    if INLINE_STYLE.search(text) or STYLE_ELEMENT.search(text):
        found.append("inline style")
    if INLINE_HANDLER.search(text) or HTMX_SCRIPT.search(text):
        found.append("inline handler")
    for attributes in SCRIPT.findall(text):
        if "src=" not in attributes and "nonce" not in attributes and "application/json" not in attributes:
            found.append("inline script without nonce")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_needs_what_the_security_policy_refuses(path):
    if PRINTED.search(str(path)):
        pytest.skip("printed by the PDF engine")
    assert problems_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_can_be_read(path):
    root = next(root for root in ROOTS if path.is_relative_to(root))
    get_template(str(path.relative_to(root)))


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<p\n class='a' STYLE = 'x'>",
        '<a onclick="go()">',
        '<div hx-on:click="x">',
        "<script>go()</script>",
        "<style>p {}</style>",
    ],
)
def test_the_check_itself_can_fail(text):
    assert problems_of(text)


def test_the_check_lets_good_templates_pass():
    good = '<script src="a.js"></script><script nonce="{{ x }}">a</script>'
    good += '<script type="application/json">{}</script><a href="#on">'
    assert problems_of(good + "{% comment %}<p style='x'>{% endcomment %}") == []


@pytest.mark.parametrize("path", COMPONENTS, ids=name_of)
def test_every_component_begins_by_saying_its_parameters(path):
    assert path.read_text(encoding="utf-8").startswith("{% comment %}")


def test_every_icon_that_a_template_names_is_in_the_sprite():
    named = {
        (icon or other, name_of(path))
        for path in TEMPLATES
        for icon, other in ICON.findall(path.read_text(encoding="utf-8"))
    }
    icons = set(known_icons())
    assert {(icon, name) for icon, name in named if icon not in icons} == set()


@pytest.mark.parametrize("folder", ["vendor/bootstrap", "vendor/htmx", "icons"])
def test_every_vendored_part_says_its_version_and_licence(folder):
    assert re.search(r"\d+\.\d+\.\d+", (settings.BASE_DIR / "static" / folder / "VERSION").read_text(encoding="utf-8"))
    assert (settings.BASE_DIR / "static" / folder / "LICENSE").stat().st_size > 100


def test_no_stylesheet_or_script_points_to_another_site():
    own = [*settings.BASE_DIR.glob("static/css/*.css"), *settings.BASE_DIR.glob("static/js/*.js")]
    assert own
    assert [path.name for path in own if "://" in path.read_text(encoding="utf-8")] == []
