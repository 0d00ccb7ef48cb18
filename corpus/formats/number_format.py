"""A spreadsheet's numbers and dates as the program shows them, from the value and its number format."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]\-]*)(?:-[^\]]*)?\]'
    r"|\[(?P<elapsed>h+|m+|s+)\]|\[(?P<bracket>[^\]]*)\]|(?P<general>General|G/標準|標準)"
    r"|(?P<exponent>E[+-]0+)|(?P<noon>AM/PM|A/P|午前/午後)|(?P<year>y+|e+|g+)|(?P<month>m+)|(?P<day>d+)|(?P<weekday>a{3,})"
    r"|(?P<hour>h+)|(?P<second>s+(?:\.0+)?)|(?P<digits>[#0?][#0?,.]*)|(?P<text>@)|(?P<literal>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_DATE_KINDS = frozenset({"year", "month", "day", "hour", "second", "elapsed", "weekday", "noon"})
_LITERALS = frozenset({"quoted", "escaped", "currency", "literal"})
_EPOCH_1900 = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LAST_SERIAL = 2_958_465  # 9999-12-31
_GENERAL_CHARACTERS = 11  # a number that is not whole shows at most so many
_LONGEST_FORMAT = 255
_WIDE = Context(prec=_LONGEST_FORMAT + 310)  # the digits of the largest number and of the longest format

Token = tuple[str, str]


def shown(value: float, number_format: str, from_1904: bool = False) -> str:
    """Return a number as its format shows it.

    Percentages, separators, units, signs such as ▲ and blanked zeros follow the format. A date reads 2026年4月1日, or
    the parts of it that the format has, whatever the format's own order, names or era. A format beyond this
    (fractions) gives the plain number.
    """
    sections = _sections(number_format[:_LONGEST_FORMAT])
    section, magnitude = _section(sections, value)
    kinds = {kind for kind, _ in section}
    if kinds & _DATE_KINDS and not kinds & {"digits", "general"}:
        return _date(value, section, from_1904)
    if "general" in kinds or not section:
        text = "".join(general(magnitude) if kind == "general" else _literal(kind, part) for kind, part in section)
        return text if section or len(sections) > 1 else general(value)
    if "digits" not in kinds:
        text = "".join(general(magnitude) if kind == "text" else _literal(kind, part) for kind, part in section)
        return text.strip()
    return _number(magnitude, section).strip()


def shown_text(value: str, number_format: str) -> str:
    """Return a cell's text with what its format adds to it, such as @"様"."""
    if "@" not in number_format:
        return value
    last = _sections(number_format[:_LONGEST_FORMAT])[-1]
    if not any(kind == "text" for kind, _ in last):
        return value
    return "".join(value if kind == "text" else _literal(kind, part) for kind, part in last)


def general(value: float) -> str:
    """Return a number without a format: whole ones in full, others with at most ten digits."""
    if value == int(value):
        return str(int(value))
    whole = len(str(int(abs(value))))
    text = f"{value:.{max(_GENERAL_CHARACTERS - 1 - whole, 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if text.strip("-0.") else f"{value:.6g}"


@lru_cache(maxsize=4096)
def _sections(number_format: str) -> tuple[tuple[Token, ...], ...]:
    sections: list[list[Token]] = [[]]
    for match in _TOKENS.finditer(number_format):
        kind = match.lastgroup
        if kind == "literal" and match.group() == ";":
            sections.append([])
        elif kind is not None:
            sections[-1].append((kind, match[kind]))
    return tuple(tuple(section) for section in sections)


def _section(sections: tuple[tuple[Token, ...], ...], value: float) -> tuple[tuple[Token, ...], float]:
    """Return the section of a format that holds for the value, and the number to show in it."""
    numeric = [section for section in sections if not any(kind == "text" for kind, _ in section)] or [sections[0]]
    conditions = [_condition(section) for section in numeric]
    if any(conditions):
        for section, condition in zip(numeric, conditions, strict=True):
            if condition is None or _holds(value, *condition):
                return section, value
        return numeric[-1], value
    if value < 0 and len(numeric) > 1:
        return numeric[1], -value
    if value == 0 and len(numeric) > 2:
        return numeric[2], value
    return numeric[0], value


def _condition(section: tuple[Token, ...]) -> tuple[str, float] | None:
    for kind, part in section:
        if kind == "bracket" and (match := _CONDITION.fullmatch(part)):
            return match[1], float(match[2])
    return None


def _holds(value: float, sign: str, bound: float) -> bool:
    return {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }[sign]


def _literal(kind: str, part: str) -> str:
    return part if kind in _LITERALS else ""


def _number(value: float, section: tuple[Token, ...]) -> str:
    """Return a number in the places #, 0 and ? of a format; what stands between and around them is kept."""
    if any(kind == "literal" and part == "/" for kind, part in section):
        return general(value)
    places = "".join(part for kind, part in section if kind == "digits")
    whole, _, fraction = places.partition(".")
    stripped = places.rstrip(",")
    number = (
        Decimal(format(value, ".15g"))
        * 100 ** sum(kind == "literal" and part in "%％" for kind, part in section)
        / 1000 ** (len(places) - len(stripped))
    )
    digits = sum(mark in "0#?" for mark in fraction)
    exponent = next((part for kind, part in section if kind == "exponent"), None)
    if exponent is not None:
        mantissa, _, power = f"{number:.{digits}E}".partition("E")
        return f"{mantissa}E{power[0] if '+' in exponent else power[0].strip('+')}{power[1:].zfill(len(exponent) - 2)}"
    rounded = abs(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _WIDE)
    integer, _, decimals = f"{rounded:f}".partition(".")
    least = sum(mark == "0" for mark in fraction)
    while len(decimals) > least and decimals.endswith("0"):
        decimals = decimals[:-1]
    zeros = whole.count("0")
    integer = integer.lstrip("0").zfill(zeros)
    grouped = "," in whole.rstrip(",")
    sign = "-" if number < 0 and rounded else ""
    return sign + _in_places(section, integer, decimals, grouped)


def _in_places(section: tuple[Token, ...], integer: str, decimals: str, grouped: bool) -> str:
    """Return the digits set into the format, from the right, so that 000-0000 parts seven digits."""
    runs = [at for at, (kind, _) in enumerate(section) if kind == "digits"]
    point = next((at for at in runs if "." in section[at][1]), None)
    last = runs[-1] if point is None else point
    pieces: dict[int, str] = dict.fromkeys(runs, "")
    if point is not None and decimals:
        pieces[point] = "." + decimals
    for at in reversed([run for run in runs if run <= last]):
        room = sum(mark in "0#?" for mark in section[at][1].partition(".")[0])
        part = integer if at == runs[0] else integer[max(len(integer) - room, 0) :]
        integer = integer[: len(integer) - len(part)]
        pieces[at] = (f"{int(part):,}".zfill(len(part)) if grouped and part else part) + pieces[at]
    return "".join(pieces[at] if kind == "digits" else _literal(kind, part) for at, (kind, part) in enumerate(section))


def _date(value: float, section: tuple[Token, ...], from_1904: bool) -> str:
    kinds = [kind for kind, _ in section if kind in _DATE_KINDS]
    if "elapsed" in kinds:
        return _elapsed(value, kinds)
    if not 0 <= value <= _LAST_SERIAL:
        return general(value)
    # Excel takes 1900 for a leap year: before March of it a serial number is one day off.
    serial = value if from_1904 or value >= 60 else value + 1
    epoch = _EPOCH_1904 if from_1904 else _EPOCH_1900
    moment = epoch + timedelta(seconds=round(serial * 86_400))
    minutes = {at for at, kind in enumerate(kinds) if kind == "month" and _is_minute(kinds, at)}
    has = {kind for at, kind in enumerate(kinds) if at not in minutes}
    # 年度 printed by the format: a year of accounts, not of the calendar.
    year = "年度" if any("年度" in part for kind, part in section if kind in _LITERALS) else "年"
    date = (
        (f"{moment.year}{year}" if "year" in has else "")
        + (f"{moment.month}月" if "month" in has else "")
        + (f"{moment.day}日" if "day" in has else "")
    )
    weekday = f"({'月火水木金土日'[moment.weekday()]})" if "weekday" in has else ""
    clock = ""
    if "hour" in has or minutes:
        clock = f"{moment.hour}:{moment.minute:02}" + (f":{moment.second:02}" if "second" in has else "")
    return f"{date}{weekday} {clock}".strip() or general(value)


def _is_minute(kinds: list[str], at: int) -> bool:
    """Return whether this m stands for minutes: after hours or before seconds."""
    return (at > 0 and kinds[at - 1] == "hour") or (at + 1 < len(kinds) and kinds[at + 1] == "second")


def _elapsed(value: float, kinds: list[str]) -> str:
    seconds = round(abs(value) * 86_400)
    clock = f"{seconds // 3600}:{seconds % 3600 // 60:02}" + (f":{seconds % 60:02}" if "second" in kinds else "")
    return f"-{clock}" if value < 0 else clock
