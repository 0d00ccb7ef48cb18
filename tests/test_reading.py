"""Files become canonical text, and what is wrong with one is said in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from corpus_files import PLAN, one_line

import corpus.reading
from corpus.errors import CorpusError
from corpus.reading import canonical_text, decode, read_text
from corpus.settings import Settings

DOCUMENTS = sorted(Settings().documents.glob("*.txt"))


# Decoding


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "euc_jis_2004", "iso2022_jp"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_reads_alike(path: Path, encoding: str, line_end: str) -> None:
    text = path.read_text(encoding="utf-8")[:5_000]
    # The characters that an encoding lacks (① in EUC-JP) are taken out; few documents have more than a handful.
    text = text.encode(encoding, "ignore").decode(encoding)
    assert len(text) > 4_900
    assert decode(text.replace("\n", line_end).encode(encoding), path.name) == text


def test_the_mark_and_the_escapes_tell_the_encoding() -> None:
    assert decode(b"\xfe\xff" + PLAN.encode("utf-16-be"), "plan.txt") == PLAN
    assert decode(f"{PLAN}\x1b$B".encode(), "plan.txt") == f"{PLAN}\x1b$B"  # a stray escape, yet UTF-8


@pytest.mark.parametrize(
    ("data", "reason", "remedy"),
    [
        (b"", "is empty", "give a file with text"),
        (b" \r\n\t \n", "is empty", "give a file with text"),
        ("\u3000\n\ufeff\n".encode(), "no words", "give a file with text"),
        (b"\xef\xbb\xbf", "no words", "give a file with text"),
        ("---\n★☆◆ ***\n・・・・\n".encode(), "no words", "give a file with text"),
        (b"PK\x03\x04\x00\x00\x08", "a binary file", "export it as UTF-8 text"),
        (PLAN.encode("utf-16-le"), "a binary file", "export it as UTF-8 text"),
        (PLAN.encode() + b"\xff\xfd", "not UTF-8, Shift_JIS or EUC-JP", "save it as UTF-8"),
        (PLAN.encode()[:-5] + b"\xed\xa0\x80\n", "not UTF-8, Shift_JIS or EUC-JP", "save it as UTF-8"),
        (b"\xef\xbb\xbf" + PLAN.encode("cp932"), "not valid utf-8", "save it as UTF-8"),
        (b"\xff\xfe\x00\xd8A\x00", "not valid utf-16", "save it as UTF-8"),
    ],
    ids=[
        "empty",
        "blanks",
        "wide blanks",
        "mark",
        "symbols",
        "NUL",
        "UTF-16",
        "bytes",
        "surrogate",
        "mark only",
        "half",
    ],
)
def test_a_file_that_is_no_text_is_refused_by_name(data: bytes, reason: str, remedy: str, tmp_path: Path) -> None:
    path = tmp_path / "計画.txt"
    path.write_bytes(data)
    with pytest.raises(CorpusError) as error:
        read_text(path)
    message = one_line(error)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert remedy in message


def test_a_file_over_the_limit_is_refused_with_both_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(b"a" * 1_001)
    monkeypatch.setattr(corpus.reading, "MAX_BYTES", 1_001)
    assert read_text(path).text == "a" * 1_001
    monkeypatch.setattr(corpus.reading, "MAX_BYTES", 1_000)
    with pytest.raises(CorpusError, match=r"plan\.txt: 1,001 bytes, more than the limit of 1,000; split the file"):
        read_text(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no such file; check its name") as error:
        read_text(tmp_path / "none.txt")
    assert one_line(error).startswith(f"{tmp_path / 'none.txt'}: ")
    with pytest.raises(CorpusError, match="a folder, not a file; name a file in it") as error:
        read_text(tmp_path)
    assert one_line(error).startswith(f"{tmp_path}: ")


# Canonical text


def astray(source: str) -> list[int]:
    """Return where a canonical character, other than an inserted blank, is not the one it points at."""
    text, offsets = (canonical := canonical_text(source)).text, canonical.offsets
    assert list(offsets) == sorted(offsets)
    pairs = enumerate(zip(text, offsets, strict=True))
    return [at for at, (own, offset) in pairs if own != source[offset] and (own, source[offset]) != (" ", "<")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_canonical_text_drops_formatting_loses_no_word_and_points_at_its_source(path: Path) -> None:
    source = decode(path.read_bytes(), path.name)
    text = canonical_text(source).text
    assert not re.search(r"</?(?:p|ul|table|thead|tbody|tr|td|th|u)\b|\*\*", text)
    dropped = re.sub(r"</?(?:p|ul|table|thead|tbody|tr|td|th|u)(?: [^<>]*)?>|\*\*", "", source)
    assert "".join(text.split()) == "".join(dropped.split())
    assert astray(source) == []


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>改<b>革</b>を<u>進</u>める。</p>\n", "改革を進める。\n"),
        ("**重点** 改**革**の3 ** 2", "重点 改革の3 ** 2"),
        ("前<script>alert(1)</script>後", "前<script>alert(1)</script>後"),
        ("<input type='radio'/>有 <市長> 5<10>3 <h1>題</h1>", "<input type='radio'/>有 <市長> 5<10>3 <h1>題</h1>"),
        ("<ul><li>研修</li><li>派遣</li></ul>\n", "研修 派遣 \n"),
        ("<ul><li>研修<li>派遣</ul>", "研修 派遣"),
        ("項目<UL CLASS='x'><LI>研修<BR/>派遣", "項目 研修 派遣"),
        ("改革\u3000 \n計画\t \t\t\n\n\n\n目標", "改革\n計画\t\n\n目標"),
        ("\ufeff改\x00革\x0b案\x7f", "改革案"),
    ],
)
def test_tags_and_emphasis_go_and_every_word_stays_apart(source: str, text: str) -> None:
    assert canonical_text(source).text == text
    assert astray(source) == []


def test_a_canonical_span_leads_to_its_place_in_the_source() -> None:
    source = "# 計画\n<p>改<b>革</b>案</p>"
    canonical = canonical_text(source)
    start = canonical.text.index("改革案")
    first, last = canonical.source_span((start, start + 3))
    assert source[first:last] == "改<b>革</b>案"
    assert canonical.source_span((start, start)) == (first, first)
    assert canonical.source_span((0, len(canonical.text)))[0] == 0
