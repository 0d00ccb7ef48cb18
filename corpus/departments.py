"""Departments 担当課: the names in a cell, and what can be read of names that character recognition has torn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from corpus.fields import squeeze

_ENDS = "課|局|室|部|所|係|班|会|館|センター|グループ|チーム|本部|支所|担当|消防署|病院|学校|図書館|事務局|全庁|各課"
_DEPARTMENT = re.compile(rf"^.{{2,24}}(?:{_ENDS})(?:[（(][^（）()]{{1,20}}[)）])?$|^全庁$|^関係各課.?$|^全課$")
_MARKS = "★☆◎○●■□◆◇◯※ \t\u3000:：【】〈〉"
_LISTED = re.compile(r"[、，,・/／;；]+|(?<=課)(?:及び|並びに|と)")
_SEPARATOR = re.compile(r"[\s、，,・/／;；]+|(?<=課)(?:及び|並びに|と)")
# A name as it stands in prose, to mend a torn one by: between punctuation or particles, ending with 課 or the like.
_IN_PROSE = re.compile(r"(?<![一-鿿々ァ-ヶー])[一-鿿々ァ-ヶー]{2,14}(?:課|局|室)(?![一-鿿題長員目税程金])")
# The right half of a character that the edge of a cell has cut, as recognition reads it.
_HALVES = {"ル": "レし,、"}
_SHORTEST = 3
_COMMON = Path(__file__).with_name("data") / "departments.txt"


def department_names(cell: str) -> tuple[str, ...]:
    """Return the departments that a cell names; none when it is a sentence, which may name an office as well."""
    if "。" in cell or len(cell) > 200:
        return ()
    names: list[str] = []
    for part in _LISTED.split(cell):
        whole = ""
        for word in part.split():  # 市民環境部 市民課 is one
            whole = whole + word if whole.endswith("部") and word.endswith(("課", "室", "係", "班")) else word
            names = [*names[:-1], whole] if whole != word else [*names, word]
    names = [name.strip(_MARKS) for name in names]
    return tuple(dict.fromkeys(name for name in names if _DEPARTMENT.match(name)))


def known_departments(text: str) -> tuple[str, ...]:
    """Return the departments that a document's text names, most often named first, then names that are common."""
    counts: dict[str, int] = {}
    for match in _IN_PROSE.finditer(text):
        counts[match.group()] = counts.get(match.group(), 0) + 1
    return tuple(dict.fromkeys([*sorted(counts, key=lambda name: -counts[name]), *_common_names()]))


@cache
def _common_names() -> tuple[str, ...]:
    return tuple(_COMMON.read_text(encoding="utf-8").split())


def torn_departments(cells: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Return the departments that a row's torn cells leave readable; known: names that mend what is cut off.

    The cells are joined where one name runs over several; a name found whole in ``known`` wins over its remains.
    """
    rest = [cell for cell in cells if cell]
    pieces = [squeeze(piece) for cell in rest for piece in _SEPARATOR.split(cell) if piece.strip(_MARKS)]
    if all(_DEPARTMENT.match(piece) for piece in pieces):
        whole = (name for cell in rest for name in department_names(cell))
        return tuple(dict.fromkeys(_mend(name, known) or name for name in whole))
    joined = ""
    for cell in rest:
        joined = _join(joined, squeeze(cell))
    if _DEPARTMENT.match(joined) and len(rest) > 1:
        pieces = [joined]
    found = [mended for piece in pieces if (mended := _mend(piece, known))]
    return tuple(dict.fromkeys(found))


def _join(before: str, cell: str) -> str:
    """Return two neighbouring cells as one text: recognition reads the character at their edge twice, or its half."""
    if before and cell and before[-1] == cell[0]:
        return before + cell[1:]
    if before and cell and cell[0] in _HALVES.get(before[-1], "") + ",.、":
        return before + cell[1:]
    return before + cell


def _mend(piece: str, known: Sequence[str]) -> str | None:
    """Return the known name that a piece is, or is the larger part of; a whole name that is not known; else None."""
    core = re.sub(r"[^一-鿿々ぁ-んァ-ヶー]", "", piece)
    if core in known:
        return core
    if core == piece and _DEPARTMENT.match(piece):
        return piece
    if len(core) < _SHORTEST:
        return None
    inside = [name for name in known if core in name and len(core) * 2 > len(name)]
    alike = [name for name in known if len(name) == len(core) > _SHORTEST and _differences(name, core) == 1]
    return next(iter([*inside, *alike]), None)


def _differences(first: str, second: str) -> int:
    return sum(a != b for a, b in zip(first, second, strict=True))
