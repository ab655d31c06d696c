"""The questionnaire of a route map: what is asked, and what counts as an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.projects.rules.errors import Malformed, Unanswered

CHOICE, NUMBER, BOOLEAN = "choice", "number", "boolean"
KNOWN_ALREADY = {"funding", "floor_area"}  # the registration has asked these
FUNDING = {"private": "private", "public": "government"}  # source of funds → answer


@dataclass(frozen=True)
class Question:
    """One question: a choice among `choices` (value → words), a number, or yes and no."""

    key: str
    ask: str
    kind: str
    choices: Mapping[str, str] = field(default_factory=dict)

    def clean(self, answer: Any) -> Any:
        """The answer as it is stored (text, number or truth value). Unanswered when it is missing or impossible."""
        if self.kind == CHOICE and str(answer) in self.choices:
            return str(answer)
        if self.kind == BOOLEAN and isinstance(answer, bool):
            return answer
        if self.kind == NUMBER and answer not in (None, "") and not isinstance(answer, bool):
            return self._number(answer)
        raise Unanswered(_("请回答：%(ask)s。") % {"ask": self.ask}, field=self.key)

    def words(self, answer: Any) -> str:
        """The answer as a person reads it."""
        if answer is None:
            return "—"
        if self.kind == BOOLEAN:
            return str(_("是") if answer else _("否"))
        return str(self.choices.get(answer, answer)) if self.kind == CHOICE else f"{answer:,}"

    def _number(self, answer: Any) -> int | float:
        try:
            number = Decimal(str(answer))
        except InvalidOperation as error:
            raise Unanswered(_("“%(ask)s”应填数字。") % {"ask": self.ask}, field=self.key) from error
        if not number.is_finite() or not 0 <= number < 10**12:
            raise Unanswered(_("“%(ask)s”应在 0 以上。") % {"ask": self.ask}, field=self.key)
        return int(number) if number == number.to_integral_value() else float(number)


def questions_of(rows: Any) -> tuple[Question, ...]:
    """The questions of a template's `questionnaire`. Malformed."""
    if not isinstance(rows, Sequence) or not all(isinstance(row, Mapping) and row.get("key") for row in rows):
        raise Malformed(_("问卷写法有误。"))
    return tuple(_question(row) for row in rows)


def clean(questions: Sequence[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """All answers as they are stored. Unanswered names the first question that has none."""
    return {question.key: question.clean(answers.get(question.key)) for question in questions}


def known(funds: str, floor_area: Any) -> dict[str, Any]:
    """The answers that the project's registration gives by itself."""
    return {"funding": FUNDING.get(funds, "private"), "floor_area": float(floor_area or 0)}


def _question(row: Mapping[str, Any]) -> Question:
    if choices := row.get("choices"):
        return Question(str(row["key"]), str(row.get("ask", "")), CHOICE, {str(k): str(v) for k, v in choices.items()})
    kind = str(row.get("type", ""))
    if kind not in {NUMBER, BOOLEAN}:
        raise Malformed(_("问题“%(key)s”的类型应为 number、boolean 或给出选项。") % {"key": row["key"]})
    return Question(str(row["key"]), str(row.get("ask", "")), kind)
