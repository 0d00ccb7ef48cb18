"""From the bytes of a text file, or from what a reader took out of another, to its canonical text."""

from __future__ import annotations

import re
import stat
import unicodedata
from array import array
from bisect import bisect_left
from pathlib import Path

from corpus.errors import CorpusError
from corpus.model import CanonicalText, Extracted

MAX_BYTES = 50_000_000

# Formatting that extraction programs leave in texts. Only these names: any other <...> is the document's own words.
_TAGS = "p|ul|ol|li|br|b|strong|i|em|u|s|span|div|sup|sub|font|table|thead|tbody|tr|td|th"
# Any blank but those among the control characters, which go one by one.
_BLANK = r"[^\S\n\x0b\x0c\x1c-\x1f]"
_DROPPED = re.compile(
    rf"</?(?:{_TAGS})(?:\s[^<>\n]*)?/?>"  # tags
    r"|\*\*(?=\S)|(?<=\S)\*\*"  # Markdown emphasis
    rf"|(?<!{_BLANK})(?P<blank>{_BLANK}++)(?=\n|\Z)"  # blanks and blank cells at the end of a line
    r"|\n{2,}(?=\n\n)"  # more than one blank line
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]",  # control characters
    re.IGNORECASE,
)
_BLOCK_END = re.compile(r"</(?:p|li|div|tr|td|th)\s*>|<br\s*/?>", re.IGNORECASE)
_BLOCK_START = re.compile(r"<(?:p|ul|ol|li|div|table|tr|td|th)(?:\s[^<>\n]*)?>", re.IGNORECASE)


def decode(data: bytes, name: str) -> str:
    """Return the text of a file, with ``\\n`` line ends.

    It is UTF-8 (with or without a mark), UTF-16 with a mark, Shift_JIS, EUC-JP or ISO-2022-JP.

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
    # ISO-2022-JP is plain ASCII to UTF-8: the escape before its kanji tells it.
    for encoding in ("iso2022_jp_ext", "utf-8") if b"\x1b$" in data else ("utf-8",):
        try:
            return _line_ends(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    readings = []
    for encoding in ("cp932", "euc_jp", "euc_jis_2004"):  # the last has ①, ㈱ and №, which the second lacks
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
        # A row keeps the first of the tabs at its end: it makes the line a row.
        start = match.start() + (match["blank"] or "").find("\t") + 1
        if start > end:
            kept.append(source[end:start])
            offsets.extend(range(end, start))
        end = match.end()
        # Two list items must not run into one word when only a tag parted them.
        if source[end : end + 1].isspace():
            continue
        before = kept[-1][-1] if kept else " "
        if _BLOCK_END.fullmatch(match.group()) or (_BLOCK_START.fullmatch(match.group()) and not before.isspace()):
            kept.append(" ")
            offsets.append(match.start())
    kept.append(source[end:])
    offsets.extend(range(end, len(source)))
    return CanonicalText("".join(kept), offsets)


def canonical_reading(extracted: Extracted) -> CanonicalText:
    """Return the canonical text of what a reader took out of a file, with the places where its pages begin."""
    canonical = canonical_text(extracted.text)
    pages = tuple(bisect_left(canonical.offsets, start) for start in extracted.pages)
    return CanonicalText(canonical.text, canonical.offsets, pages)


def read_text(path: Path) -> CanonicalText:
    """Return the canonical text of a text file.

    Raises CorpusError when the file is missing, too large or unreadable, or its text is not text (see ``decode``).
    """
    return checked_words(canonical_text(read_source(path)), path)


def checked_words(canonical: CanonicalText, path: Path) -> CanonicalText:
    """Return ``canonical``, the text of a file. Raises CorpusError when it has no words."""
    if not any(unicodedata.category(character)[0] in "LN" for character in canonical.text):
        raise CorpusError(f"{path}: no words in it; give a file with text in it")
    return canonical


def read_source(path: Path) -> str:
    """Return the decoded text of a file. Raises CorpusError as ``read_text`` does."""
    check_file(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the file's permissions") from error
    return decode(data, str(path))


def check_file(path: Path) -> None:
    """Raise CorpusError when there is no file, or it is larger than ``MAX_BYTES``; it is not opened."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CorpusError(f"{path}: no such file; check its name") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = getattr(error, "strerror", None) or error
        raise CorpusError(f"{path}: cannot be read ({reason}); check its name and permissions") from error
    if stat.S_ISDIR(status.st_mode):
        raise CorpusError(f"{path}: a folder, not a file; name a file in it")
    if not stat.S_ISREG(status.st_mode):  # a pipe may never end
        raise CorpusError(f"{path}: not a file but a device or a pipe; save what it gives to a file")
    if status.st_size > MAX_BYTES:
        raise CorpusError(f"{path}: {status.st_size:,} bytes, more than the limit of {MAX_BYTES:,}; split the file")
