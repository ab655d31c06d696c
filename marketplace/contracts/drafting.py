"""The contract's first text, filled from the template: in Chinese, whatever the reader's language."""

from django.template.loader import render_to_string
from django.utils import translation

from marketplace.catalogue.rules import RuleData
from marketplace.contracts import rules
from marketplace.tenders.models import Award

TEMPLATE = "contracts/terms.txt"
FIRST_MILESTONE = "交付全部成果"


def first_terms(award: Award, settings: RuleData) -> rules.Terms:
    """The text from the template, and one milestone of 100 % over the offered days."""
    tender = award.tender
    context = {
        "title": tender.title,
        "item": tender.item.name,
        "tender_number": tender.number,
        "notice_number": award.notice_number,
        "project_name": tender.project_name,
        "project_code": tender.project_code,
        "payment_terms": tender.payment_terms.strip().rstrip("。.；;"),  # the sentence around it has its own full stop
        "payment_days": rules.PAYMENT_DAYS,
        "acceptance_days": settings.periods.acceptance,
        "returns": settings.periods.deliverable_returns,
        "rating_days": settings.periods.rating,
    }
    with translation.override("zh-hans"):
        text = render_to_string(TEMPLATE, context).strip()
    milestone = rules.MilestoneTerms(FIRST_MILESTONE, award.price, award.days)
    return rules.Terms(text, (milestone,))
