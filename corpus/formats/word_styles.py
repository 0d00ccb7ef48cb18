"""What a Word file's styles and numbering say of a paragraph: its heading level, its bullet or number."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from corpus.formats.archive import Package, Relation, attribute

BODY_LEVEL = 9
_HEADING_NAME = re.compile(r"(?:heading|見出し)\s*([1-9])")
_TITLE_NAMES = ("title", "表題")
_DEEPEST_STYLE = 20
_PLACE = re.compile(r"%([1-9])")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_SERIES = {
    "upperLetter": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lowerLetter": "abcdefghijklmnopqrstuvwxyz",
    "aiueo": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "aiueoFullWidth": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
    "iroha": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "irohaFullWidth": "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
}
_KANJI = frozenset({"japaneseCounting", "chineseCounting", "chineseCountingThousand", "ideographDigital"})
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style. outline: its own level from 0, 9 for body text; None when it says nothing."""

    name: str
    based_on: str
    outline: int | None
    number: tuple[str, int] | None


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a list: the form of its numbers, the text around them (``第%1章``) and where they start."""

    form: str
    text: str
    start: int


@dataclass(slots=True)
class Styles:
    """The styles and lists of a document, with the counters of the lists as they stand."""

    styles: dict[str, Style] = field(default_factory=dict)
    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    def heading_level(self, paragraph: Any) -> int | None:
        """Return a paragraph's level from 1 to 6, or None when it is not a heading."""
        level = _value(paragraph, "outlineLvl")
        outline = int(level) if level and level.isdecimal() else self._outline(style_of(paragraph))
        return None if outline is None or outline >= BODY_LEVEL else min(outline + 1, 6)

    def _outline(self, style_id: str) -> int | None:
        for _ in range(_DEEPEST_STYLE):
            style = self.styles.get(style_id)
            if style is None:
                return None
            if style.outline is not None:
                return style.outline
            if match := _HEADING_NAME.fullmatch(style.name):
                return int(match[1]) - 1
            if style.name in _TITLE_NAMES:
                return 0
            style_id = style.based_on
        return None

    def label(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the number of a paragraph ("- " for a bullet) and its depth, and count it; None outside lists."""
        number = _own_number(paragraph) or self._style_number(style_of(paragraph))
        if number is None or number[0] not in self.lists:
            return None
        key, levels = self.lists[number[0]]
        depth = number[1]
        level = levels.get(depth)
        if level is None:
            return None
        counters = self.counters.setdefault(key, {})
        counters[depth] = counters.get(depth, level.start - 1) + 1
        for deeper in [at for at in counters if at > depth]:
            del counters[deeper]
        if level.form == "none":
            return _PLACE.sub("", level.text).strip(), depth
        if level.form == "bullet":
            return "-", depth
        parts = {
            at: numeral(levels[at].form, counters.get(at, levels[at].start)) for at in range(depth + 1) if at in levels
        }
        if any(parts.get(int(place) - 1) is None for place in _PLACE.findall(level.text)):
            return "-", depth
        return _PLACE.sub(lambda match: parts[int(match[1]) - 1] or "", level.text).strip(), depth

    def _style_number(self, style_id: str) -> tuple[str, int] | None:
        for _ in range(_DEEPEST_STYLE):
            style = self.styles.get(style_id)
            if style is None or style.number is not None:
                return None if style is None else style.number
            style_id = style.based_on
        return None


def load_styles(package: Package, relations: dict[str, Relation]) -> Styles:
    """Return the styles and lists of a document whose main part has these relations. Raises CorpusError."""
    parts = {relation.kind: relation.target for relation in relations.values()}
    result = Styles()
    root = package.root(parts.get("styles", ""))
    for element in [] if root is None else root.iter("{*}style"):
        outline = _value(element, "outlineLvl")
        result.styles[attribute(element, "styleId")] = Style(
            (_child_value(element, "name") or "").lower(),
            _child_value(element, "basedOn") or "",
            int(outline) if outline and outline.isdecimal() else None,
            _own_number(element),
        )
    root = package.root(parts.get("numbering", ""))
    if root is not None:
        _load_lists(root, result)
    return result


def _load_lists(root: Any, result: Styles) -> None:
    abstract = {
        attribute(element, "abstractNumId"): {
            depth: level for depth, level in map(_level, element.iterchildren("{*}lvl"))
        }
        for element in root.iterchildren("{*}abstractNum")
    }
    for element in root.iterchildren("{*}num"):
        number = attribute(element, "numId")
        key = _child_value(element, "abstractNumId") or ""
        levels = dict(abstract.get(key, {}))
        for override in element.iterchildren("{*}lvlOverride"):
            levels |= dict(map(_level, override.iterchildren("{*}lvl")))
            if _child_value(override, "startOverride") is not None:
                key = f"own {number}"  # the count begins anew
        result.lists[number] = (key, levels)


def _level(element: Any) -> tuple[int, Level]:
    start = _child_value(element, "start") or ""
    form = _child_value(element, "numFmt") or "decimal"
    text = _child_value(element, "lvlText") or ""
    depth = attribute(element, "ilvl")
    return int(depth) if depth.isdecimal() else 0, Level(form, text, int(start) if start.isdecimal() else 1)


def numeral(form: str, number: int) -> str | None:
    """Return a number in one of Word's forms, or None when the form is not known or the number beyond it."""
    if form in ("decimal", "decimalHalfWidth"):
        return str(number)
    if form == "decimalZero":
        return f"{number:02}"
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return str(number).translate(_FULL_WIDTH)
    if form == "decimalEnclosedParen":
        return f"({number})"
    if form == "decimalEnclosedFullstop":
        return f"{number}."
    if form in _SERIES:
        return _SERIES[form][number - 1] if 1 <= number <= len(_SERIES[form]) else None
    if form in _KANJI:
        return _kanji(number) if 1 <= number < 100 else None
    if form in ("upperRoman", "lowerRoman") and 1 <= number < 400:
        roman = ""
        for value, letters in _ROMAN:
            roman += letters * (number // value)
            number %= value
        return roman if form == "upperRoman" else roman.lower()
    return None


def _kanji(number: int) -> str:
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def style_of(paragraph: Any) -> str:
    """Return the id of a paragraph's style; "" when it has none."""
    return _value(paragraph, "pStyle") or ""


def _own_number(element: Any) -> tuple[str, int] | None:
    properties = next(element.iterchildren("{*}pPr"), None)
    number = None if properties is None else next(properties.iterchildren("{*}numPr"), None)
    if number is None:
        return None
    depth = _child_value(number, "ilvl") or "0"
    name = _child_value(number, "numId")
    return None if name is None else (name, int(depth) if depth.isdecimal() else 0)


def _value(element: Any, name: str) -> str | None:
    """Return the value of a property of a paragraph or a style."""
    properties = next(element.iterchildren("{*}pPr"), None)
    return None if properties is None else _child_value(properties, name)


def _child_value(element: Any, name: str) -> str | None:
    child = next(element.iterchildren(f"{{*}}{name}"), None)
    return None if child is None else attribute(child, "val")
