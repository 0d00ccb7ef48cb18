"""Markdown: text already in the form wanted, but for its tables."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.formats.archive import words
from corpus.formats.grid import Cell, fill, table_lines
from corpus.model import Extracted
from corpus.reading import read_source

_RULE = re.compile(r"\s{0,3}\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_PIPE = re.compile(r"(?<!\\)\|")


def read_markdown(path: Path) -> Extracted:
    """Return the text of a Markdown file: its tables as rows with tabs between cells, all else as it is.

    Raises CorpusError when the file cannot be read as text, or is too large.
    """
    lines = read_source(path).split("\n")
    result: list[str] = []
    at = 0
    fence = ""
    while at < len(lines):
        mark = _FENCE.match(lines[at])
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        if not fence and _is_table(lines, at):
            end = at + 2
            while end < len(lines) and lines[end].strip() and _PIPE.search(lines[end]):
                end += 1
            rows = [lines[at], *lines[at + 2 : end]]
            cells = [
                Cell(number, column, text) for number, row in enumerate(rows) for column, text in enumerate(_cells(row))
            ]
            result += table_lines(fill(cells, path.name), path.name)
            at = end
        else:
            result.append(lines[at])
            at += 1
    return Extracted(words(path.name, "\n".join(result)))


def _is_table(lines: list[str], at: int) -> bool:
    """Return whether a table begins here: a row and under it the rule of dashes with as many cells."""
    if at + 1 >= len(lines) or "|" not in lines[at] or "|" not in lines[at + 1] or not _RULE.fullmatch(lines[at + 1]):
        return False
    return len(_cells(lines[at])) == len(_cells(lines[at + 1]))


def _cells(row: str) -> list[str]:
    stripped = row.strip()
    inner = stripped.removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip().replace("\\|", "|").replace("\t", " ") for cell in _PIPE.split(inner)]
