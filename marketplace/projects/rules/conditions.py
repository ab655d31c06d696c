"""Conditions of a route map: `land == 'granted' and energy >= 1000`, judged without running anything.

Only names, constants, comparisons, `in`, `and`, `or` and `not` are read; whatever else stands in the text is refused
when the template is loaded.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.projects.rules.errors import BadCondition

LONGEST = 300
MOST_PARTS = 60

Answers = Mapping[str, Any]

_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


@dataclass(frozen=True)
class Condition:
    """A condition that was read and found harmless."""

    text: str
    tree: ast.expr

    @property
    def names(self) -> frozenset[str]:
        """The questions whose answers it looks at."""
        return frozenset(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name))

    def holds(self, answers: Answers) -> bool:
        """Whether it is true of the answers. A comparison with an answer that is missing is false."""
        return bool(_value(self.tree, answers))


@lru_cache(maxsize=512)
def read(text: str) -> Condition:
    """The condition that the text says. BadCondition when it is too long or holds anything else."""
    if len(text) > LONGEST:
        raise BadCondition(_("条件超过 %(limit)d 个字符。") % {"limit": LONGEST}, text=text)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise BadCondition(_("条件“%(text)s”不成句。") % {"text": text}, text=text) from error
    if sum(1 for _node in ast.walk(tree)) > MOST_PARTS:
        raise BadCondition(_("条件“%(text)s”过于复杂。") % {"text": text}, text=text)
    _check(tree, text)
    return Condition(text, tree)


def _check(node: ast.expr, text: str) -> None:
    match node:
        case ast.Name():
            return
        case ast.Constant(value=bool() | int() | float() | str()):
            return
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            parts = list(parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            parts = [operand]
        case ast.Compare(left=left, ops=signs, comparators=right) if all(type(sign) in _COMPARISONS for sign in signs):
            parts = [left, *right]
        case _:
            raise BadCondition(
                _("条件“%(text)s”里有不允许的写法，只能用问题名、常量、比较、in、and、or、not。") % {"text": text},
                text=text,
            )
    for part in parts:
        _check(part, text)


def _value(node: ast.expr, answers: Answers) -> Any:
    match node:
        case ast.Name(id=name):
            return answers.get(name)
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return [_value(part, answers) for part in parts]
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_value(part, answers) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_value(part, answers) for part in parts)
        case ast.UnaryOp(operand=operand):
            return not _value(operand, answers)
        case ast.Compare(left=left, ops=signs, comparators=right):
            return _compare([left, *right], signs, answers)
    raise BadCondition(text=ast.unparse(node))


def _compare(operands: list[ast.expr], signs: list[ast.cmpop], answers: Answers) -> bool:
    values = [_value(operand, answers) for operand in operands]
    for left, sign, right in zip(values, signs, values[1:], strict=False):
        if left is None or right is None:
            return False
        try:
            if not _COMPARISONS[type(sign)](left, right):
                return False
        except TypeError:
            return False
    return True
