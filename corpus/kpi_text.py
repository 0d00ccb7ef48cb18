"""Values of indicators in text: 【受講率50%】, 【件数】 令和元年度 5件, 基準値 15分（令和6年度）→ 目標値 5分."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from corpus.fields import Fields
from corpus.fiscal_years import find_fiscal_years
from corpus.model import Kpi, Span
from corpus.values import Value, find_values

_BRACKET = re.compile(r"【([^【】\n]{2,120}?)(?:】|(?<=[%％])\s*[]〕])")
_UNOPENED = re.compile(r"(?:^|(?<=[。\t\n]))([^【】。\t\n]{6,80})】")
_AIMED = re.compile(
    r"\s*(?:を|の)?(?:以上)?(?:を目指|を目標|の達成を|を達成|に引き上げ|まで引き上げ|まで(?:向上|増や|削減|減ら)|への?(?:向上|引き上げ))"
)
_NAME_EDGES = " \t\u3000・、，,：:;；「」[]【】※→〜~-－−はがをの"
_LAST_BRACKET = re.compile(r"\s*[（(][^（()）]*[)）]\s*$")
_COUNTER_EDGE = re.compile(r"^(?:付け?採用|付け|現在|時点|末|分|まで|から|に|は|で|の)+\s*")
_TORN = "セルの境目で切れている（読み取り誤りの疑い）"
_NO_NAME = re.compile(r"No\.?|№|Ｎｏ．?|番号|取組|項目|第|図|表|資料|別紙|様式|\d+", re.IGNORECASE)
_INDICATOR_LINE = re.compile(r"\s*[-●○・■◎◆]?\s*[【〈〔]?([^】〉〕:：\s]{1,20})\s*(?:[】〉〕]\s*[:：]?|[:：])\s*(.+)")
_FIRST_VALUE = re.compile(r"[(（](?=[^()（）]*\d)")
_YEAR_AND_VALUE = re.compile(r"[(（]([^()（）]{4,40})[)）]")
_ARROW = re.compile(r"\s*(?:[(（][^()（）]{1,14}[)）])?\s*[→⇒]\s*")
_AFTER_VALUE = re.compile(r"^\s*[(（][^()（）]{1,14}[)）]\s*")
_LOST = "括弧の始まりが読み取れない"
_ROLE_WORDS = {
    "baseline": "基準値|現状値|現況値|現在値|当初値|基準|現状",
    "target": "目標値|最終目標|数値目標(?!項目)|目標(?!指標|項目|年度)|計画値",
    "actual": "実績値|実績|達成値",
}
_ROLES = re.compile(
    "|".join(f"(?P<{role}>{words})" for role, words in _ROLE_WORDS.items()) + r"|(?P<other>効果額|財政効果)"
)
_BETWEEN = re.compile(r"[\s\u3000:：は→⇒=＝]*(?:[（(][^（()）]{1,14}[)）])?[\s\u3000:：は→⇒=＝]*")
_INDICATOR_CHARACTERS = 60
_WORDS = re.compile(
    r"(?:(?:前年度?|基準値|現状値?|現況)(?:より|比|に対し|を)?)(?:増加?|減少?|維持|向上|上回る|下回る)|増加|減少|維持|向上"
)


def bracket_kpis(text: str, span: Span, role: str | None, report_year: int | None) -> Iterator[Kpi]:
    """Return the values in 【】 in a stretch of a text, and the yearly actual values that follow a bracket.

    role: of the values in the brackets themselves (None: those of the report's year are actual, others aimed at);
    before yearly values a bracket repeats the target.
    report_year: the year of actual values that name none.
    """
    brackets = list(_BRACKET.finditer(text, *span))
    for at, match in enumerate(brackets):
        content = match.group(1)
        if content.startswith("※") or "。" in content:
            continue
        end = brackets[at + 1].start() if at + 1 < len(brackets) else span[1]
        yearly = _yearly(text, (match.end(), end), _without_values(content))
        own_role = "target" if yearly else role
        torn = "\t" in content or not match.group().endswith("】")
        yield from _in_bracket(text, match.span(1), own_role, report_year, _TORN if torn else None)
        yield from yearly
    for match in _UNOPENED.finditer(text, *span):
        start = match.start(1) + max(match.group(1).rfind(" ", 0, 8), 0)  # the remains of a label
        yield from _in_bracket(text, (start, match.end(1)), role, report_year, _LOST)


def _in_bracket(text: str, span: Span, role: str | None, report_year: int | None, doubt: str | None) -> Iterator[Kpi]:
    plain, places = _joined(text, span)
    parts: list[tuple[int, str]] = []
    at = 0
    for piece in re.split("(、)", plain):
        if parts and not find_values(parts[-1][1]):  # 、 within a name
            parts[-1] = (parts[-1][0], parts[-1][1] + piece)
        elif piece != "、":
            parts.append((at, piece))
        at += len(piece)
    for offset, part in parts:
        values = [value for value in find_values(part) if not _in_brackets(part, value.span[0])]
        if not values:
            continue
        value = values[-1]
        name = _trimmed(part[: value.span[0]])
        place = (places[offset + value.span[0]], places[offset + value.span[1] - 1] + 1)
        own = role or ("actual" if value.year is not None and value.year == report_year else "target")
        year = value.year or (report_year if own == "actual" else None)
        if name and not _NO_NAME.fullmatch(name):
            yield _kpi(text, place, value, name, own, year, doubt)


def _joined(text: str, span: Span) -> tuple[str, list[int]]:
    """Return a stretch without the edges of the cells that tear it, and the place of each character.

    Recognition reads a character at an edge twice.
    """
    plain: list[str] = []
    places: list[int] = []
    edge = False
    for at in range(*span):
        if text[at] == "\t":
            while plain and plain[-1].isspace():
                plain.pop()
                places.pop()
            edge = True
        elif not (edge and (text[at] == " " or (plain and text[at] == plain[-1] and not text[at].isdigit()))):
            plain.append(text[at])
            places.append(at)
            edge = False
    return "".join(plain), places


def _yearly(text: str, span: Span, name: str) -> list[Kpi]:
    """Return the values of a list that begins with a year: 令和元年度 5件 令和2年度 改善提案45件、業務改善1件."""
    stretch = text[span[0] : span[1]].partition("。")[0]
    heads = [
        mention
        for mention in find_fiscal_years(stretch)
        if "年" in stretch[slice(*mention.span)]
        and not _in_brackets(stretch, mention.span[0])
        and not re.match(r"[はにが、]", stretch[mention.span[1] :])
    ]
    if not heads or stretch[: heads[0].span[0]].strip():
        return []
    found: list[Kpi] = []
    values = find_values(stretch)
    for at, head in enumerate(heads):
        end = heads[at + 1].span[0] if at + 1 < len(heads) else len(stretch)
        before = head.span[1]
        for value in values:
            if not head.span[1] <= value.span[0] < end:
                continue
            own = _name(stretch[before : value.span[0]])
            before = value.span[1]
            if value.unit:
                place = _place(span, value)
                found.append(_kpi(text, place, value, own or name, "actual", head.first))
    return found


def _name(lead: str) -> str:
    """Return the name that stands before a value: what follows the last separator, without brackets and particles."""
    lead = _LAST_BRACKET.sub("", lead.rstrip("：: "))
    lead = re.split(r"[、，,；;\t]", lead)[-1]
    lead = re.sub(r"^.*\d{1,2}月\d{1,2}日", "", lead)
    words = [word for word in _COUNTER_EDGE.sub("", _trimmed(lead)).split() if _trimmed(word)]
    return _trimmed(words[-1]) if words else ""


def _without_values(content: str) -> str:
    values = find_values(content)
    return _trimmed(content[: values[0].span[0]] if values else content)


def _in_brackets(text: str, position: int) -> bool:
    before = text[:position]
    return sum(map(before.count, "（(")) > sum(map(before.count, "）)"))


def _trimmed(name: str) -> str:
    """Return a name without the signs around it and without brackets that are open at its ends."""
    name = " ".join(name.split()).strip(_NAME_EDGES)
    while name and name[-1] in "（(":
        name = name[:-1].rstrip(_NAME_EDGES)
    while name and name[0] in "）)":
        name = name[1:].lstrip(_NAME_EDGES)
    if name[:1] in ("（", "(") and not re.search("[）)]", name):
        name = name[1:].strip(_NAME_EDGES)
    return name


def name_alone(cell: str) -> str:
    """Return the name of an indicator without the values after it in its cell: 待ち時間 基準値 15分 → 目標値 5分."""
    starts = [role.start() for role in _ROLES.finditer(cell) if not re.search(r"\w$", cell[: role.start()])]
    starts += [mention.span[0] for mention in find_fiscal_years(cell) if "年" in cell[slice(*mention.span)]]
    first = min((start for start in starts if find_values(cell[start:])), default=0)
    return _trimmed(cell[:first]) if first else cell


def prose_kpis(text: str, span: Span, name: str | None, fields: Fields) -> Iterator[Kpi]:
    """Return the values that follow the name of their role in lines of text: 基準値 15分（令和6年度）→ 目標値 5分.

    name: of the indicator, where it is known; else it is what stands before the first role, or what the last line
    that names an indicator (指標：...) says.
    """
    start = span[0]
    for line in text[span[0] : span[1]].split("\n"):
        named = _INDICATOR_LINE.match(line)
        if named and fields.is_a(named.group(1), "indicator"):
            name = _trimmed(_FIRST_VALUE.split(name_alone(named.group(2)))[0])
            yield from _of_year(text, (start + named.start(2), start + len(line)), name)
            yield from _line_kpis(text, (start + named.start(2), start + len(line)), name, fields)
        else:
            yield from _line_kpis(text, (start, start + len(line)), name, fields)
        start += len(line) + 1


def _of_year(text: str, span: Span, name: str) -> Iterator[Kpi]:
    """Return the value in brackets with its year after the name of an indicator: 件数（令和4年度 120件）."""
    stretch = text[span[0] : span[1]]
    for match in _YEAR_AND_VALUE.finditer(stretch) if name else ():
        for value in find_values(match.group(1))[:1]:
            if value.year is not None:
                at = span[0] + match.start(1)
                yield _kpi(text, (at + value.span[0], at + value.span[1]), value, name, "baseline", value.year)
                return


def _line_kpis(text: str, span: Span, name: str | None, fields: Fields) -> Iterator[Kpi]:
    stretch = text[span[0] : span[1]]
    roles = list(_ROLES.finditer(stretch))
    if not roles:
        return
    values = find_values(stretch)
    years = find_fiscal_years(stretch)
    lead = stretch[: roles[0].start()]
    for mention in reversed(years):
        lead = lead[: mention.span[0]] + lead[mention.span[1] :] if mention.span[1] <= len(lead) else lead
    lead = _trimmed(re.split(r"[。\t]", lead)[-1])
    for label in fields.named("indicator"):
        lead = _trimmed(lead.removeprefix(label))
    known = lead if len(lead) >= 2 else name
    if not known or len(known) > _INDICATOR_CHARACTERS:
        return
    for at, match in enumerate(roles):
        role = match.lastgroup or "other"
        end = roles[at + 1].start() if at + 1 < len(roles) else len(stretch)
        between = _BETWEEN.match(stretch, match.end())
        start = between.end() if between else match.end()
        after = [mention for mention in years if match.end() <= mention.span[0] < start]
        before = [mention for mention in years if mention.span[1] == match.start()]
        own = [value for value in values if value.span[0] in (start, match.end())]
        if not own and (words := _WORDS.match(stretch, start)):
            after = after or [mention for mention in years if words.end() <= mention.span[0] <= words.end() + 2]
            own = [Value(words.span(), None, None)]
        for value in values:  # 目標値 50％（令和８年度）、80％（令和11年度）
            gap = stretch[own[-1].span[1] : value.span[0]] if own else ""
            if (
                own
                and value.year
                and value.span[1] <= end
                and re.fullmatch(r"\s*[(（][^()（）]*[)）]\s*[、,，]\s*", gap)
            ):
                own.append(value)
        for value in own if role != "other" else []:
            year = value.year or next((mention.first for mention in (*after, *before)), None)
            yield _kpi(text, _place(span, value), value, known, role, year)


def arrow_kpis(text: str, span: Span) -> Iterator[Kpi]:
    """Return baseline and target where an arrow leads from one to the other: 相談件数 12件（R5）→30件（R9）."""
    stretch = text[span[0] : span[1]]
    values = find_values(stretch) if re.search("[→⇒]", stretch) else []
    before = 0
    for first, second in pairwise(values):
        if not _ARROW.fullmatch(stretch[first.span[1] : second.span[0]]):
            continue
        name = _trimmed(_AFTER_VALUE.sub("", stretch[before : first.span[0]]))
        before = second.span[1]
        if len(name) >= 2:
            for value, role in ((first, "baseline"), (second, "target")):
                place = _place(span, value)
                yield _kpi(text, place, value, name, role, value.year)


def aimed_kpis(text: str, span: Span) -> Iterator[Kpi]:
    """Return the targets that a sentence aims at: 管理職の女性比率30%を目指す."""
    stretch = text[span[0] : span[1]]
    for value in find_values(stretch):
        name = _trimmed(re.split(r"[。、，,\s・]", stretch[: value.span[0]])[-1])
        if value.unit and len(name) >= 3 and _AIMED.match(stretch, value.span[1]):
            yield _kpi(text, _place(span, value), value, name, "target", value.year)


def _place(span: Span, value: Value) -> Span:
    """Return where a value that was found in a stretch of the text stands in the text."""
    return span[0] + value.span[0], span[0] + value.span[1]


def _kpi(text: str, span: Span, value: Value, name: str, role: str, year: int | None, doubt: str | None = None) -> Kpi:
    reason = doubt or value.reason
    return Kpi(name, role, year, text[slice(*span)], value.number, value.unit, span, reason is None, reason)
