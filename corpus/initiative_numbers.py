"""Numbers of initiatives as cities print them: 1-①, 2-(3), Ⅰ-1, No.4, ア, and titles that begin with one."""

from __future__ import annotations

import re

_DASHED = r"(?:\d{1,2}|[Ⅰ-Ⅹ])(?:\s*[-‐–－ー−]\s*(?:[①-⑳]|[(（]?\d{1,2}[)）]?)){1,3}(?![\d年])"
_NUMBER = re.compile(rf"(?<![\w.]){_DASHED}|No\.\s*\d{{1,3}}", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"\d{1,3}|[①-⑳]|[(（]\d{1,3}[)）]|[Ⅰ-Ⅹ]|[A-ZＡ-Ｚア-ン]?[-－]?\d{1,3}")
_HEADED = re.compile(
    rf"(?:(?:重点|主要|個別|改革|実施)?(?:取組|取り組み|取組み|施策|項目|事業)(?:項目|番号)?)?\s*(?:№|No\.?)?\s*(?P<number>{_DASHED}|\d{{1,3}}|[①-⑳]|[(（]\d{{1,2}}[)）])"
    r"[\s.．、:：　]+(?P<title>\S.*)",
    re.IGNORECASE,
)
_ASCII_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_ENUMERATED = re.compile(
    r"(?P<number>[ア-ン]|[（(][0-9０-９ア-ンa-z]{1,2}[)）]|[①-⑳]|\d{1,2}(?:[-－]\d{1,2})*)[\s　.．、]+(?P<title>\S.+)"
)


def printed_number(text: str) -> str | None:
    """Return the number of an initiative that a text prints: 1-①, 2-(3), Ⅰ-1, 12, without blanks and No."""
    match = _NUMBER.search(text) or _PLAIN_NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    number = re.sub(r"^No\.?", "", re.sub(r"\s", "", match.group()), flags=re.IGNORECASE)
    number = re.sub("[-‐–－ー−]", "-", number).translate(_ASCII_DIGITS)
    return number if number.count("(") + number.count("（") else number.rstrip(")）")


def numbered_heading(heading: str) -> tuple[str | None, str]:
    """Return the number and the title of a heading: 1-1 窓口の改善, 取組3：窓口の改善; None where it has no number."""
    match = _HEADED.match(heading)
    return (printed_number(match["number"]), match["title"]) if match else (None, heading)


def enumerated_title(cell: str) -> tuple[str, str] | None:
    """Return the number and the rest of a title cell that begins with one: ア 窓口の改善; None where it does not."""
    match = _ENUMERATED.fullmatch(cell)
    return (match["number"], match["title"]) if match else None
