"""Printed values: 23億1千万円 is 2,310,000,000 円, 約6.3%減 is 6.3 %, 基準値より増 is no number, 調整中 is no value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.fiscal_years import YearMention, find_fiscal_years
from corpus.model import Span
from corpus.normalise import normalise, source_span

_DIGITS = r"\d+(?:\s?[,.]\s?\d+)*"
_SCALES = {"": 1, "百": 100, "千": 1_000}
_MYRIADS = {"": 1, "万": 10**4, "億": 10**8, "兆": 10**12}
# Units as municipalities print them; a longer one stands before its beginning.
_UNITS = (
    "%|パーセント|ポイント|pt|円|件|事務|人日|人|名|時間|分|秒|日|回線|回|箇所|か所|カ所|ヶ所|ヵ所|事業|団体|会社|社|施設|枚|校区|校|園|世帯|台|冊|点|位|倍"
    "|平方メートル|平米|㎡|m2|km2|km|kWh|kW|kg|g|トン|t-CO2|t|h(?![A-Za-z])|L|ha|ヘクタール|m|種類|種|項目|指標|市町村|自治体|か国|班|口|戸|棟|路線|区間|地区"
    "|店舗|店|品目|制度|手続き|手続|業務|システム|サービス|講座|本|通|か月|ヶ月|カ月|月|年|週|箱|席|票|歳|組|課|区画|筆|公金|つ|個|セット"
    "|アカウント|フォロワー|アクセス|PV|ページ|シート|人時|組織|議案|委員会|基準|コマ|プラン|枠|部"
)
_QUALIFIERS = "以上|以下|未満|超|程度|前後|以内|増加|減少|増|減|削減|縮減|向上|アップ|ダウン|台|強|弱"
_BEFORE = "全|約|およそ|概ね|おおむね|(?:年|月)?平均|年間|月|週|年|延べ?|のべ|累計|計|毎月|毎年|前年度?比|[▲△−-]|\\+|第"
_NUMBER = rf"{_DIGITS}\s?(?:千万|百万|十億|百億|千億|[百千]?[万億兆]|[百千])?"
_AMOUNT = rf"(?:{_NUMBER}\s?){{1,4}}"
_VALUE = re.compile(
    rf"(?P<before>(?:(?:{_BEFORE})\s?){{0,2}})(?<![A-Za-z\d])(?P<amount>{_AMOUNT})"
    rf"(?P<unit>{_UNITS})?(?P<rate>/(?:年度?|月|日|人|件|回|時間))?(?P<after>\s?(?:{_QUALIFIERS}))?"
)
_UNIT_IN_NAME = re.compile(rf"\((?:単位:?)?((?:[百千]?[万億兆]|[百千])?(?:{_UNITS}))\)$")
_PART = re.compile(rf"({_DIGITS})\s?(千|百|十)?([万億兆])?")
_RANGE = re.compile(r"\s?[~〜∼–-]\s?(?=\d)")
_PLACEHOLDER = re.compile(
    r"[\s\-‐‑–—―－ー−ｰ_・…‥/／~〜→←↓↑⇒*＊.。|｜]*"
    r"|.{0,4}[●○〇◯]{2,}.{0,4}|(?:目標値?は?)?(?:調整|検討|集計|算出|精査|協議|確認|策定)中|(?:別途)?未(?:定|設定|集計|記入|把握)|N/?A|該当なし|設定なし|なし|無し?|空欄"
    r"|.{0,20}設定(?:しない|せず|していない)",
    re.IGNORECASE,
)
_WELL_FORMED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_TEXT_CHARACTERS = 30
_TAIL_CHARACTERS = 12
_COMPARED = re.compile(r"(?:より|比|比べ|から|対して)\s*(?:約)?$")
_FIGURE = re.compile(r"\d")
_DATE = re.compile(r"\d{1,2}月\s?\d{1,2}日|(?<=年)\s?\d{1,2}月")
_ENCLOSED = re.compile("[①-⒛⓪-⓿]")
_OPENS = re.compile(r"\s?(?:[(（][^()（）]*[)）]\s?)?[(（]\s?")
_LEADS = re.compile(r"[\s:：)）末の]*")


@dataclass(frozen=True, slots=True)
class Value:
    """A value in a text. span: where it stands there, without the year; number and unit: None where it has none.

    reason: why its reading is doubtful, None when it is plain.
    """

    span: Span
    number: float | None
    unit: str | None
    year: int | None = None
    reason: str | None = None


def is_blank(text: str) -> bool:
    """Return whether a cell holds no value: blank, a dash, an arrow, ●●%, 調整中, ※...のため設定しない."""
    plain = normalise(text[:80])[0].strip()
    return _PLACEHOLDER.fullmatch(plain.lstrip("※")) is not None or "設定しない" in plain or "設定せず" in plain


def find_values(text: str) -> list[Value]:
    """Return the values with figures in a stretch of text, in order: years, dates and circled numbers are none.

    A range (4回~6回) is one value without a number. A year printed right before a value, or in brackets after it, is
    its year.
    """
    if not _FIGURE.search(text):
        return []
    plain, offsets = normalise(_ENCLOSED.sub(" ", text))  # NFKC would make 13件 of ①3件
    years = [mention for mention in find_fiscal_years(text) if _is_year(text, mention.span)]
    taken = [mention.span for mention in years]
    taken += [source_span(offsets, match.span(), len(text)) for match in _DATE.finditer(plain)]
    found: list[Value] = []
    at = 0
    while match := _VALUE.search(plain, at):
        first, last = source_span(offsets, match.span("amount"), len(text))
        if any(start < last and first < end for start, end in taken):
            at = match.start("amount") + 1
            while plain[at : at + 1].isdigit():
                at += 1
            continue
        at = match.end()
        if plain.startswith(("当たり", "あたり", "につき"), at):  # １人当たり is part of a name
            continue
        number, reason = _number(match["amount"])
        if number is not None and re.search(r"[▲△−-]\s?$", match["before"]):
            number = -number
        other = _RANGE.match(plain, at)
        ends = _VALUE.match(plain, other.end()) if other else None
        if ends and (ends["unit"] or match["unit"]):
            at = ends.end()
            number, reason = None, None
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        unit = _unit(match["amount"], (ends or match)["unit"] or match["unit"], match["rate"])
        found.append(Value(source_span(offsets, (start, at), len(text)), number, unit, None, reason))
    return [replace(value, year=_year(text, value.span, years)) for value in found]


def cell_values(text: str) -> list[Value]:
    """Return the values of a cell that holds nothing else: figures, or words such as 基準値より増; none for a blank.

    One value is usual. A figure in brackets after it is a value of its own, and so is each of several with years.
    """
    if is_blank(text):
        return []
    found = find_values(text)
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if not found:
        words = text[begin:end]
        sentence = len(words) > _TEXT_CHARACTERS or "。" in words or find_fiscal_years(words)
        return [] if sentence else [Value((begin, end), None, None)]
    if len(found) > 1 and all(value.year is not None for value in found):
        return found
    first = found[0]
    rest = [value for value in found[1:] if value.unit and re.search(r"[(（]\s*$", text[: value.span[0]])]
    # Words of comparison around the figure belong to the value: 基準値より10%増, 100%を維持.
    if not _COMPARED.search(text[begin : first.span[0]]):
        begin = first.span[0]
    tail = re.sub(r"\s*[(（][^()（）]*[)）]?\s*$", "", text[first.span[1] : rest[0].span[0] if rest else end])
    if len(tail) <= _TAIL_CHARACTERS and not re.search(r"[。、，,→⇒\d]", tail):
        unit = first.unit or _trailing_unit(tail)
        first = replace(first, span=(begin, first.span[1] + len(tail)), unit=unit)
    return [first, *rest]


def unit_in_name(name: str) -> str | None:
    """Return the unit that the name of an indicator ends with: 登録者数（人）, 事業費（単位：千円）."""
    match = _UNIT_IN_NAME.search(normalise(name)[0])
    return match.group(1).replace("m2", "㎡") if match else None


def _trailing_unit(text: str) -> str | None:
    match = re.fullmatch(r"\s*([^\W\d_]{1,8})", text)
    return match.group(1) if match and not re.fullmatch(_QUALIFIERS, match.group(1)) else None


def _is_year(text: str, span: Span) -> bool:
    """Return whether a mention is surely a year: 2024 alone may be a figure, 2024年度 is none."""
    return re.search(r"年|[RHrh令平昭F]", text[span[0] : span[1]]) is not None


def _year(text: str, span: Span, years: Sequence[YearMention]) -> int | None:
    """Return the year printed right before a value, or in brackets after it: 令和2年度 2件, 85.7%(2024年度)."""
    for mention in years:
        if mention.first != mention.last:
            continue
        start, end = mention.span
        if (start >= span[1] and _OPENS.fullmatch(text[span[1] : start])) or (
            end <= span[0] and _LEADS.fullmatch(text[end : span[0]])
        ):
            return mention.first
    return None


def _unit(amount: str, unit: str | None, rate: str | None) -> str | None:
    """Return the unit with the scale before it where the amount is one number: 40 億円, but 円 for 23億1千万円."""
    scale = re.sub(r"[\d,.\s]", "", amount)
    parts = len(re.findall(_DIGITS, amount))
    whole = (scale if parts == 1 else "") + (unit or "").replace("m2", "㎡") + (rate or "")
    return whole or None


def _number(amount: str) -> tuple[float | None, str | None]:
    """Return the number that an amount prints, without the scale where it prints one number, and a doubt about it."""
    parts = _PART.findall(amount)
    total, well_formed = 0.0, True
    for digits, scale, myriad in parts:
        plain = re.sub(r"\s", "", digits)
        if not _WELL_FORMED.fullmatch(plain):
            well_formed = False
            break
        number = float(plain.replace(",", ""))
        total += number if len(parts) == 1 else number * _SCALES.get(scale, 10) * _MYRIADS[myriad]
    if not well_formed:
        return None, "数字の区切りが正しくない（読み取り誤りの疑い）"
    if len(parts) > 1 and not re.search(r"[万億兆百千]", amount):
        return None, "数字が離れて印字されている（読み取り誤りの疑い）"
    return total, None
