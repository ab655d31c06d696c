"""Words in an announcement that keep fair competitors out, or that do not belong on this market.

Some are refused, others warned of: these stand when the buyer writes down why, and the department sees it.
Source: supermarket §2.2 (scope; fair-competition review), §4.4.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.core.display import day

LOCAL = r"(?:本地|当地|本(?:市|县|区|省|园区|开发区)|项目所在地)"
WITHIN = r"[^，,。；;]"  # the rest of a clause
CLAUSES = re.compile(r"[，,。；;！!？?\n]")
BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])[^\S\n]+(?=[\u3400-\u9fff])")
NEGATED = re.compile(r"不(?:得|限|要求|以|设|作|含|涉|需|必|应|可|接受)|无须|无需|严禁|禁止|非涉密|不属于")


@dataclass(frozen=True)
class Finding:
    """Words that were found, in which field, and what to do about them. `is_refused`: no reason helps."""

    key: str
    field: str
    words: str
    sentence: str
    is_refused: bool


@dataclass(frozen=True)
class _Pattern:
    key: str
    pattern: re.Pattern[str]
    is_refused: bool
    sentence: str | Promise
    holds_negated: bool = False  # the words are themselves a prohibition


def _pattern(key: str, text: str, sentence: str | Promise, *, warns: bool = False, negated: bool = False) -> _Pattern:
    return _Pattern(key, re.compile(text), not warns, sentence, negated)


LOCAL_SENTENCE = gettext_lazy("不得要求机构在本地注册。请删除；确有现场要求的，改写为到场时间或响应时限。")
PATTERNS = (
    _pattern(
        "local_registration",
        rf"{LOCAL}{WITHIN}{{0,6}}(?:注册|登记)(?!{WITHIN}{{0,6}}师)|(?:注册|登记)(?:地|所在地)?(?:须|应|必须|限)?(?:在|于|为){LOCAL}"
        rf"|(?:限|仅限|只接受){LOCAL}{WITHIN}{{0,4}}(?:企业|机构|单位)|注册地(?:须|应|必须|限)",
        LOCAL_SENTENCE,
    ),
    _pattern(
        "local_registration",
        rf"(?:非{LOCAL}|外地|外省|外市|市外|省外){WITHIN}{{0,12}}(?:不得|不能|禁止|谢绝|不接受|除外)",
        LOCAL_SENTENCE,
        negated=True,
    ),
    _pattern(
        "local_branch",
        rf"{LOCAL}{WITHIN}{{0,10}}(?:分公司|分支机构|子公司|办事处|办公场所|常驻机构|服务网点)"
        rf"|(?:分公司|分支机构|子公司|办事处){WITHIN}{{0,4}}(?:在|于){LOCAL}",
        gettext_lazy("不得要求机构在本地设立分支机构或办公场所。请删除；可以约定到场时间。"),
    ),
    _pattern(
        "local_tax",
        rf"{LOCAL}{WITHIN}{{0,8}}(?:纳税|缴税|税收|税款|社保|社会保险)",
        gettext_lazy("不得以本地纳税或缴纳社保作为条件。请删除。"),
    ),
    _pattern(
        "local_performance",
        rf"{LOCAL}{WITHIN}{{0,12}}(?:业绩|项目经验|获奖|服务经历)",
        gettext_lazy("不得以本地业绩作为条件。请删除，或改为不限地域的同类业绩。"),
    ),
    _pattern(
        "capital",
        r"注册资(?:本|金)|实缴资本",
        gettext_lazy("不得以注册资本作为条件。请删除；需要履约能力的，改写为人员和设备要求。"),
    ),
    _pattern(
        "ownership",
        rf"(?:须|应|必须|限|只接受|要求){WITHIN}{{0,8}}(?:国有(?!资金|资产|土地|建设|林)|国企|央企|民营|私营|外资|内资|中外合资)"
        r"|(?:国有|国企|央企|民营|私营|外资)(?:独资|控股)?(?:企业|单位|机构)?(?:优先|加分)|(?:所有制|企业性质)(?:须|应|限|为)",
        gettext_lazy("不得按所有制形式限制机构。请删除。"),
    ),
    _pattern(
        "secret",
        r"国家秘密|涉密|绝密|机密级",
        gettext_lazy("涉及国家秘密的服务不在中介超市采购。请按保密规定另行组织；并不涉密的，请改写这处文字。"),
    ),
    _pattern(
        "emergency",
        r"抢险|救灾|事故调查",
        gettext_lazy("抢险救灾和紧急事故调查不在中介超市采购。不属于此类的，请改写，或写明理由保留。"),
        warns=True,
    ),
    _pattern(
        "brand",
        r"品牌|指定(?:的)?(?:厂家|厂商|产品|型号|供应商|机构|单位)",
        gettext_lazy("不应指定品牌或供应商。请改写为技术要求；确需保留的，写明理由。"),
        warns=True,
    ),
    _pattern(
        "size",
        rf"成立{WITHIN}{{0,6}}年(?:以上|及以上)|成立(?:满|不少于){WITHIN}{{0,4}}年|营业收入|资产总额|净资产",
        gettext_lazy("不应以成立年限、营业收入或资产规模限制机构。请删除；确需保留的，写明理由。"),
        warns=True,
    ),
)


def lint(
    texts: Mapping[str, str], abolished: Sequence[tuple[str, date | None]] = (), named: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """What stands in the texts (field → text) that shouldn't, each kind once for a field, the refused first.

    `abolished`: names of abolished qualifications and since when; `named`: names of agencies that the texts contain.
    """
    found: dict[tuple[str, str], Finding] = {}
    for field, typed in texts.items():
        text = as_read(typed)
        for each in (*_by_pattern(field, text), *_abolished(field, text, abolished), *_named(field, text, named)):
            found.setdefault((each.key, field), each)
    return tuple(sorted(found.values(), key=lambda each: not each.is_refused))


def as_read(text: str) -> str:
    """The text as a reader's eye takes it: one width, nothing invisible, no blanks between Chinese characters."""
    return BETWEEN.sub("", without_invisible(unicodedata.normalize("NFKC", text)))


def without_invisible(text: str) -> str:
    """The text without characters that nobody sees (Unicode's Cf): joiners, marks of direction, soft hyphens."""
    return "".join(each for each in text if unicodedata.category(each) != "Cf")


def _by_pattern(field: str, text: str) -> Iterator[Finding]:
    clauses = [clause for clause in CLAUSES.split(text) if clause.strip()]
    for rule in PATTERNS:
        for clause in clauses:
            match = rule.pattern.search(clause)
            if match and (rule.holds_negated or not NEGATED.search(clause)):
                words = match.group().strip()
                sentence = _("“%(words)s”：%(why)s") % {"words": words, "why": rule.sentence}
                yield Finding(rule.key, field, words, sentence, rule.is_refused)
                break


def _abolished(field: str, text: str, names: Sequence[tuple[str, date | None]]) -> Iterator[Finding]:
    for name, since in names:
        if any(as_read(name) in clause and not NEGATED.search(clause) for clause in CLAUSES.split(text)):
            values = {"name": name, "day": day(since)}
            sentence = (
                _("“%(name)s”已于 %(day)s 取消，不能作为条件。请删除，或改为要求执业人员。")
                if since
                else _("“%(name)s”已经取消，不能作为条件。请删除，或改为要求执业人员。")
            )
            yield Finding(f"abolished:{name}", field, name, sentence % values, True)


def _named(field: str, text: str, names: Sequence[str]) -> Iterator[Finding]:
    for name in names:
        if as_read(name) in text:
            sentence = _("“%(name)s”：公告中不应指向某一家机构。请删除；确需提到的（如前期成果的编制单位），写明理由。")
            yield Finding(f"agency:{name}", field, name, sentence % {"name": name}, False)
