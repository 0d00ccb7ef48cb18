"""The municipalities of Japan, and which of them a user's question names.

A Japanese name printed whole stands for the municipality (水戸市). Where the next character makes another word
(中央市場, 水戸市民会館) or the one before may belong to it (県下市町村), nothing is reported. Of the known
municipalities the bare name is enough (石岡), except where it names something else: 結城紬 is a product, 結城郡 a
district, 石岡さん a person. A given name after a bare name (結城秀康) is not told from a keyword (石岡行革大綱), and
counts as the city.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from corpus.model import Span
from corpus.normalise import normalise, source_span
from corpus.roman_names import find_roman_names, fold_romaji, named_prefectures

_TABLE = Path(__file__).with_name("data") / "municipalities.tsv"

# Katakana to hiragana, and the forms in which names are commonly written; one to one, so that places stay put.
_FOLD = {code: code - 0x60 for code in range(ord("ァ"), ord("ヵ"))} | str.maketrans(
    "ヶ惠鰺竈竃檮龍驒曾", "け恵鯵釜釜梼竜騨曽"
)
_PARTICLES = "はがをにでとやもへのか"
_KANJI_BEFORE = "次期版旧元現郡"  # 第5次水戸市行政改革大綱
_ALSO_PROSE = {"おおい町", "いの町"}  # 人口がおおい町, 憩いの町
# Names that without 市町村 are other words: 昭和60年, 中央省庁.
_ALSO_WORDS = {"中央", "昭和", "共和", "南部", "東北", "東海", "高原", "大空", "日光"}
_OTHER_WORD = {  # 大田市場, 大町市街地, 下市町村; 東北区域; 栄町内会; 原村落
    "市": re.compile(r"[場街]|区?町村"),
    "区": re.compile(r"[域間画分割]"),
    "町": re.compile(r"[村家並場歩]|内会|工場"),
    "村": re.compile(r"落"),
}
_OTHER_BEARER = re.compile(r"[紬郡氏様殿家姓城寺藩県府]|さん|さま|くん|ちゃん|先生|つむぎ")
_READING_END = re.compile(rf"し?(?:[{_PARTICLES}よな]|[^ぁ-ゖー]|$)")


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality 自治体.

    code: first five digits of the 全国地方公共団体コード. name: with its suffix, ``つくば市``. kana: reading in
    hiragana; romaji: Hepburn without macrons, lower case; both without the suffix.
    """

    code: str
    prefecture: str
    name: str
    kana: str
    romaji: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A municipality named in a text.

    name: with suffix; where Roman letters fit several names (Koga City: 古河市, 古賀市), the words as printed.
    prefecture: None where several municipalities bear the name and the text does not say which. span: in the text as
    given, with the suffix or ``city of``. in_collection: whether ``name`` is one of the known names.
    """

    name: str
    prefecture: str | None
    span: Span
    in_collection: bool


class _Surface(NamedTuple):
    kind: Literal["full", "stem", "reading"]
    name: str
    is_known: bool
    rows: list[Municipality]


class _Lexicon(NamedTuple):
    surfaces: dict[str, _Surface]
    by_romaji: dict[str, list[Municipality]]
    longest: int


@lru_cache(maxsize=1)
def all_municipalities() -> tuple[Municipality, ...]:
    """Return all municipalities by code. Source: Japan Post, see the header of ``data/municipalities.tsv``."""
    rows = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return tuple(Municipality(*row.split("\t")) for row in rows[1:])


def find_municipalities(text: str, known: Sequence[str]) -> list[Mention]:
    """Return the municipalities that ``text`` names, in order and without overlap.

    known: names (with suffix) of the municipalities that have documents; they are also recognised without suffix,
    by their reading and in Roman letters. Others need their full name, or in Roman letters a word such as City or -shi.
    """
    plain, offsets = normalise(text)
    lexicon = _lexicon(tuple(known))
    hits = [*_japanese(plain, lexicon), *find_roman_names(plain, lexicon.by_romaji, set(known))]
    in_letters = named_prefectures(plain)
    spaced = plain.replace("東京都", "東京都 ")  # 東京都府中市 does not name 京都府
    mentions = []
    for start, end, candidates in sorted(hits, key=lambda hit: hit[:2]):
        rows = [row for row in candidates if row.name in known] or candidates
        here = [row for row in rows if plain.endswith(row.prefecture, 0, start)]
        rows = here or [r for r in rows if r.prefecture in spaced or int(r.code[:2]) in in_letters] or rows
        names, prefectures = {row.name for row in rows}, {row.prefecture for row in rows}
        name = names.pop() if len(names) == 1 else plain[start:end]
        prefecture = prefectures.pop() if len(prefectures) == 1 else None
        span = source_span(offsets, (start, end), len(text))
        mentions.append(Mention(name, prefecture or None, span, name in known))
    return mentions


def _japanese(text: str, lexicon: _Lexicon) -> Iterator[tuple[int, int, list[Municipality]]]:
    folded = text.translate(_FOLD)
    start = previous = 0
    while start < len(text):
        for end in range(min(start + lexicon.longest, len(text)), start + 1, -1):
            surface = lexicon.surfaces.get(folded[start:end])
            if surface and _begins(text, start, surface, previous) and _ends(text, end, surface):
                yield start, end, surface.rows
                start = previous = end
                break
        else:
            start += 1


def _begins(text: str, start: int, surface: _Surface, previous: int) -> bool:
    """Return whether the character before is no part of the name's word. previous: where the last name ended."""
    if start and start == previous:  # 札幌市中央区 and 水戸市栄町 are addresses, 水戸市土浦市 is a list
        return surface.name.endswith("市") or text[start - 1] not in "市区"
    if any(row.prefecture and text.endswith(row.prefecture, 0, start) for row in surface.rows):
        return True
    before, first = text[start - 1 : start], text[start]
    if _is_kanji(before) and _is_kanji(first):
        is_plain = surface.is_known and surface.kind == "full" and len(surface.name) > 2
        return is_plain or before in _KANJI_BEFORE
    if _is_kanji(before):
        return surface.kind != "reading" and surface.name not in _ALSO_PROSE
    if "ぁ" <= before <= "ゖ" and not surface.is_known and not _is_kanji(first):
        return before in _PARTICLES and surface.name not in _ALSO_PROSE
    return not ("ァ" <= before <= "ー" and "ァ" <= first <= "ー")


def _ends(text: str, end: int, surface: _Surface) -> bool:
    """Return whether what follows leaves the name as it is."""
    if surface.kind == "full":
        other = _OTHER_WORD.get(text[end - 1])
        return not (other and other.match(text, end)) and (surface.is_known or not text.startswith("民", end))
    if _OTHER_BEARER.match(text, end):
        return False
    return surface.kind == "stem" or bool(_READING_END.match(text, end))


def _is_kanji(character: str) -> bool:
    return "一" <= character <= "鿿" or character == "々"


@lru_cache(maxsize=8)
def _lexicon(known: tuple[str, ...]) -> _Lexicon:
    by_name, by_romaji = defaultdict(list), defaultdict(list)
    for row in all_municipalities():
        by_name[row.name].append(row)
        by_romaji[fold_romaji(row.romaji)].append(row)
    for name in known:
        by_name[name] = by_name[name] or [Municipality("00000", "", name, "", "")]
    surfaces = {name.translate(_FOLD): _Surface("full", name, name in known, rows) for name, rows in by_name.items()}
    for name in known:
        stem, suffix = name[:-1], name[-1]
        if suffix not in _OTHER_WORD:
            continue
        if len(stem) > 1 and stem not in _ALSO_WORDS:
            surfaces.setdefault(stem.translate(_FOLD), _Surface("stem", name, True, by_name[name]))
        for kana in {row.kana for row in by_name[name] if row.kana}:
            surfaces.setdefault(kana + suffix, _Surface("full", name, True, by_name[name]))
            if len(kana) >= 4:
                surfaces.setdefault(kana, _Surface("reading", name, True, by_name[name]))
    return _Lexicon(surfaces, dict(by_romaji), max(map(len, surfaces)))
