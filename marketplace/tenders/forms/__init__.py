"""The forms of tenders. They check shape; the rules and services check meaning."""

from marketplace.tenders.amount_field import MoneyField
from marketplace.tenders.forms.acts import ReasonForm, RecusedForm, ReturnForm
from marketplace.tenders.forms.amendment import AmendmentForm
from marketplace.tenders.forms.draft import DraftForm, HowForm, ScopeForm, WhatForm, WhoForm
from marketplace.tenders.forms.offer import BidForm, SealedForm
from marketplace.tenders.forms.proceedings import (
    AnswerForm,
    AppealForm,
    DecisionForm,
    ExplanationForm,
    FindingForm,
    ObjectionForm,
    PickForm,
    QuestionForm,
)
from marketplace.tenders.forms.requirements import RequirementFormSet, requirement_rows
from marketplace.tenders.forms.reviewing import RecuseForm, ReviewerForm, SheetForm
from marketplace.tenders.forms.roster import RosterForm, lines_of
from marketplace.tenders.forms.source import MissingForm, SourceForm, ValueForm

__all__ = [
    "AmendmentForm",
    "AnswerForm",
    "AppealForm",
    "BidForm",
    "DecisionForm",
    "DraftForm",
    "ExplanationForm",
    "FindingForm",
    "HowForm",
    "MissingForm",
    "MoneyField",
    "ObjectionForm",
    "PickForm",
    "QuestionForm",
    "ReasonForm",
    "RecuseForm",
    "RecusedForm",
    "RequirementFormSet",
    "ReturnForm",
    "ReviewerForm",
    "RosterForm",
    "ScopeForm",
    "SealedForm",
    "SheetForm",
    "SourceForm",
    "TenderForm",
    "ValueForm",
    "WhatForm",
    "WhoForm",
    "lines_of",
    "requirement_rows",
]
