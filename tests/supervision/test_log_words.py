"""Whoever reads the audit log reads words, not codes."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from marketplace.accounts.actors import Actor
from marketplace.core import log, log_words
from marketplace.tenders import rules
from tests.tenders import scene

RECORDED = re.compile(r"(?:record|make_public|_trace)\(\s*\"([a-z_]+\.[a-z_]+)\"")


def test_every_act_that_the_code_logs_has_a_name() -> None:
    acts = {f"tender.{act}" for act in rules.PROCUREMENT.transitions}
    for app in ("marketplace", "payments", "cms"):
        for source in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            acts |= set(RECORDED.findall(source.read_text("utf-8")))
    assert sorted(act for act in acts if log_words.name(act) == act) == []


@pytest.mark.django_db
def test_a_draft_logged_while_reading_english_has_a_chinese_label() -> None:
    scene.set_up()
    draft = scene.draft(scene.buyer())
    with override("en"):
        entry = log.record("tender.draft", draft, by=Actor.system())
    assert entry.subject_label.startswith("草稿")
