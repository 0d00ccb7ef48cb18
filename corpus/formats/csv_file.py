"""Files of values between commas, tabs or semicolons (.csv, .tsv)."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from corpus.errors import CorpusError
from corpus.formats.archive import words
from corpus.formats.grid import Cell, fill, one_line, sheet_lines
from corpus.model import Extracted
from corpus.reading import read_source

_DELIMITERS = ",\t;"
_LOOKED_AT = 200  # rows that tell the delimiter
_LONGEST_FIELD = 10_000_000


def read_csv(path: Path) -> Extracted:
    """Return the text of a file of values: a tab between cells, a blank line where rows are blank.

    The delimiter is the one of comma, tab and semicolon that gives the most rows of one width; line breaks inside
    quotes become blanks. A file whose quotes do not match is read line by line, with a remark.
    Raises CorpusError when the file cannot be read as text, or is too large.
    """
    text = read_source(path)
    delimiter = "\t" if path.suffix.lower() == ".tsv" else _delimiter(text)
    rows, matched = _rows(text, delimiter, path.name)
    cells = (
        Cell(number, column, value)
        for number, row in enumerate(rows)
        for column, raw in enumerate(row)
        if (value := one_line(raw))
    )
    lines = sheet_lines(fill(cells, path.name), path.name)
    remarks = () if matched else ("The quotes in the file do not match; it was read line by line.",)
    return Extracted(words(path.name, "\n".join(lines) + "\n"), remarks=remarks)


def _delimiter(text: str) -> str:
    """Return the delimiter whose most common width over one is shared by the most rows."""
    head = text.split("\n", _LOOKED_AT)[:_LOOKED_AT]
    sample = re.sub(r'(?:^|(?<=[,\t;\n]))"(?:[^"]|"")*"', '""', "\n".join(head)).split("\n")
    best, most = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths = Counter(line.count(delimiter) for line in sample)
        del widths[0]
        width, lines = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if (lines, width) > most:
            best, most = delimiter, (lines, width)
    return best


def _rows(text: str, delimiter: str, name: str) -> tuple[list[list[str]], bool]:
    """Return the rows and whether their quotes matched."""
    limit = csv.field_size_limit(_LONGEST_FIELD)
    try:
        try:
            return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)), True
        except csv.Error:
            plain = csv.reader(text.split("\n"), delimiter=delimiter, quoting=csv.QUOTE_NONE)
            return [[value.strip('"') for value in row] for row in plain], False
    except csv.Error as error:
        raise CorpusError(f"{name}: cannot be read as a table ({error}); save it again as CSV in UTF-8") from error
    finally:
        csv.field_size_limit(limit)
