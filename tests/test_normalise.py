"""Normalisation is NFKC, and every normalised character knows where it came from."""

from __future__ import annotations

import random
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from corpus.normalise import normalise, source_span
from corpus.settings import Settings

DOCUMENTS = sorted(Settings().documents.glob("*.txt"))


def nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize(
    ("text", "plain", "offsets"),
    [
        ("", "", []),
        ("結城市のDX推進", "結城市のDX推進", [0, 1, 2, 3, 4, 5, 6, 7]),
        ("Ｒ７年度", "R7年度", [0, 1, 2, 3]),
        ("ﾃﾚﾜｰｸ", "テレワーク", [0, 1, 2, 3, 4]),
        ("ｶﾞｿﾘﾝ", "ガソリン", [0, 2, 3, 4]),
        ("か\u3099は\u309a", "がぱ", [0, 2]),
        ("㌔と㎡", "キロとm2", [0, 0, 1, 2, 2]),
        ("㋿７年", "令和7年", [0, 0, 1, 2]),
        ("令和3〜7年", "令和3〜7年", [0, 1, 2, 3, 4, 5]),
        ("令和3～7年", "令和3~7年", [0, 1, 2, 3, 4, 5]),
        ("e\u0301x", "éx", [0, 2]),
        ("\u1112\u1161\u11ab字", "한字", [0, 3]),
    ],
)
def test_each_normalised_character_points_at_the_first_source_character(
    text: str, plain: str, offsets: list[int]
) -> None:
    normalised, found = normalise(text)
    assert normalised == plain
    assert list(found) == offsets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_normalises_to_its_nfkc(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    plain, offsets = normalise(text)
    assert plain == nfkc(text)
    assert len(offsets) == len(plain)
    assert list(offsets) == sorted(offsets)
    # A character that NFKC leaves alone stands where it says it stands.
    for character, offset in zip(plain, offsets, strict=True):
        assert character in nfkc(text[offset : offset + 2])


def test_every_character_of_unicode_in_one_text() -> None:
    text = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF)
    plain, offsets = normalise(text)
    assert plain == nfkc(text)
    assert len(offsets) == len(plain)


def test_random_texts_of_characters_that_combine() -> None:
    generator = random.Random(20251101)
    codes = (code for code in range(0x20000) if not 0xD800 <= code <= 0xDFFF)
    unstable = [c for c in map(chr, codes) if nfkc(c) != c or unicodedata.category(c).startswith("M")]
    pool = [*unstable, *"かきはひカハｶﾊﾞﾟゝａＡ１ａeiou結城市の \n\t〜～-\u3099\u309a\u1100\u1161\u11a8가각" * 150]
    for _ in range(20_000):
        text = "".join(generator.choices(pool, k=generator.randint(1, 8)))
        plain, offsets = normalise(text)
        assert plain == nfkc(text), [hex(ord(c)) for c in text]
        assert len(offsets) == len(plain)
        assert list(offsets) == sorted(offsets)
        assert not plain or (offsets[0] == 0 and offsets[-1] < len(text))


def test_the_whole_of_the_normalised_text_comes_from_the_whole_source() -> None:
    for text in ("ﾂｸﾊﾞﾐﾗｲ市", "か\u3099", "㌔", "Ａ"):
        plain, offsets = normalise(text)
        assert source_span(offsets, (0, len(plain)), len(text)) == (0, len(text))


def test_a_source_span_holds_whole_characters() -> None:
    text = "10㌔ｶﾞ来"
    plain, offsets = normalise(text)
    assert plain == "10キロガ来"
    assert source_span(offsets, (2, 3), len(text)) == (2, 3)  # キ, half of ㌔
    assert source_span(offsets, (4, 5), len(text)) == (3, 5)  # ガ, two characters wide
    assert source_span(offsets, (4, 4), len(text)) == (3, 3)
    assert source_span(offsets, (6, 6), len(text)) == (6, 6)


def test_ordinary_text_goes_at_two_megabytes_a_second() -> None:
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        normalise(text)
        seconds.append(time.perf_counter() - start)
    assert len(text.encode()) / min(seconds) > 2e6
