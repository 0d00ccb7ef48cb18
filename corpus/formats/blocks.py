"""Blocks of text, as Word documents and web pages have them, set out as lines or gathered in a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.formats.grid import one_line


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stand together. level: of a heading, from 1 to 6, else 0; table: the lines are rows.

    apart: blank lines part it from its neighbours.
    """

    lines: tuple[str, ...] = ()
    apart: bool = False
    table: bool = False
    level: int = 0


GAP = Block(apart=True)


def set_out(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the lines of blocks, headings with their marks, and one blank line where blocks stand apart."""
    blank, gap = True, False
    for block in blocks:
        if (block.apart or gap) and not blank:
            yield ""
            blank = True
        gap = block.apart
        for line in block.lines:
            if line or not blank:
                yield f"{'#' * block.level} {line}" if block.level else line
            blank = not line


def in_cell(blocks: Sequence[Block]) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return what a cell holds: its text on one line, or, when there is a real table in it, its rows."""
    if not any(block.table and len(block.lines) > 1 for block in blocks):
        return one_line(" ".join(line for block in blocks for line in block.lines)), ()
    rows: list[tuple[str, ...]] = []
    words: list[str] = []
    for block in blocks:
        if not block.table:
            words += block.lines
            continue
        rows += [(one_line(" ".join(words)),)] if any(words) else []
        rows += [tuple(line.split("\t")) for line in block.lines]
        words = []
    return "", (*rows, *([(one_line(" ".join(words)),)] if any(words) else []))
