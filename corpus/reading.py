"""From the bytes of a text file to its canonical text."""

from __future__ import annotations

import re
import unicodedata
from array import array
from pathlib import Path

from corpus.errors import CorpusError
from corpus.model import CanonicalText

MAX_BYTES = 50_000_000

# Formatting that extraction programs leave in texts. Only these names: any other <...> is the document's own words.
_TAGS = "p|ul|ol|li|br|b|strong|i|em|u|s|span|div|sup|sub|font|table|thead|tbody|tr|td|th"
_DROPPED = re.compile(
    rf"</?(?:{_TAGS})(?:\s[^<>\n]*)?/?>"  # tags
    r"|\*\*(?=\S)|(?<=\S)\*\*"  # Markdown emphasis
    r"|(?<=\t)[^\S\n]+(?=\n|\Z)|[^\S\n\t]+(?=\n|\Z)"  # blank cells at the end of a row, spaces at the end of a line
    r"|\n{2,}(?=\n\n)"  # more than one blank line
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]",  # control characters
    re.IGNORECASE,
)
_BLOCK_END = re.compile(r"</(?:p|li|div|tr|td|th)\s*>|<br\s*/?>", re.IGNORECASE)


def decode(data: bytes, name: str) -> str:
    """Return the text of a file, with ``\\n`` line ends: UTF-8 (with or without a mark), UTF-16, Shift_JIS or EUC-JP.

    Raises CorpusError when the file is empty, too large, binary, or in none of these encodings.
    """
    if not data.strip():
        raise CorpusError(f"{name}: the file is empty; give a file with text in it")
    if len(data) > MAX_BYTES:
        raise CorpusError(f"{name}: {len(data):,} bytes, more than the limit of {MAX_BYTES:,}; split the file")
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return _line_ends(data.decode(encoding))
            except UnicodeDecodeError as error:
                raise CorpusError(f"{name}: not valid {encoding} although it begins so; save it as UTF-8") from error
    if b"\x00" in data:
        raise CorpusError(f"{name}: a binary file, not text; export it as UTF-8 text first")
    try:
        return _line_ends(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    readings = []
    for encoding in ("cp932", "euc_jp"):
        try:
            readings.append(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    if not readings:
        raise CorpusError(f"{name}: the encoding is not UTF-8, Shift_JIS or EUC-JP; save it as UTF-8")
    # Both may decode without error; the wrong one turns kana into rare kanji and half-width kana.
    return _line_ends(max(readings, key=_kana_share))


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _kana_share(text: str) -> float:
    return sum("ぁ" <= character <= "ヶ" for character in text) / len(text)


def canonical_text(source: str) -> CanonicalText:
    """Return the canonical text of a decoded source: its own characters without formatting, each with its place."""
    kept: list[str] = []
    offsets = array("I")
    end = 0
    for match in _DROPPED.finditer(source):
        kept.append(source[end : match.start()])
        offsets.extend(range(end, match.start()))
        end = match.end()
        # Two list items must not run into one word when only a tag parted them.
        if _BLOCK_END.fullmatch(match.group()) and not source[end : end + 1].isspace():
            kept.append(" ")
            offsets.append(match.start())
    kept.append(source[end:])
    offsets.extend(range(end, len(source)))
    return CanonicalText("".join(kept), offsets)


def read_text(path: Path) -> CanonicalText:
    """Return the canonical text of a file.

    Raises CorpusError when the file is missing or unreadable, or its text is not text (see ``decode``).
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise CorpusError(f"{path}: no such file; put it there or take it out of the catalogue") from error
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the file's permissions") from error
    text = canonical_text(decode(data, str(path)))
    if not any(unicodedata.category(character)[0] in "LN" for character in text.text):
        raise CorpusError(f"{path}: no words in it; give a file with text in it")
    return text
