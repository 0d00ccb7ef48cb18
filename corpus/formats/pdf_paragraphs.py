"""Lines of all pages become paragraphs, rows and headings."""

from __future__ import annotations

import re
import statistics
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.formats.pdf_layout import Block, PageLayout, TextBlock
from corpus.formats.pdf_lines import Line, first_unit, joined
from corpus.formats.pdf_rows import rows_made_whole, same_columns
from corpus.formats.pdf_tables import Table

HEADING = 1.15
"""Text so many times as large as the most frequent size is a heading."""
_LONGEST_HEADING = 80
_HANGING = "、。，．,."
_SENTENCE_END = re.compile(r"[。．！？!?][）」』】)\]]?$")
_ITEM_START = re.compile(r"[・●○◎■□◆◇▶▷➢✓※★☆①-⑳❶-❿]|[-–—*•][ \t]|第[0-9０-９一二三四五六七八九十]+[章節条編部]")
_NUMBER_START = re.compile(
    r"[（(]?[0-9０-９]{1,2}[.．)）、]|[（(][ア-ンｱ-ﾝ一二三四五六七八九十a-z][)）]|[Ⅰ-Ⅻ【〈《]|[0-9０-９]{1,2}[ 　]"
)
_LABEL_COUNT = 3
_BRACKET = "【"
_SLACK = 0.3
_FIGURE = re.compile(r"[0-9０-９①-⑳Ⅰ-Ⅻ]+")
_ONLY_FIGURES = re.compile(r"[-0-9０-９.,，．・…%％円人件△▲ 　]+$")
_LEADER = re.compile(r"[・…．.･‥]{3,}\s*[-0-9０-９]+$")


@dataclass(frozen=True, slots=True)
class _Measures:
    """Of the whole document. margins: where lines of the pages of a width end. body: the most frequent size of
    characters. ranks: sizes of headings, smallest first. pitch: usual distance of lines, in sizes. labels: first cells
    that begin several rows.
    """

    margins: dict[int, float]
    body: float
    ranks: tuple[float, ...]
    pitch: float
    labels: frozenset[str]


def document_text(pages: Sequence[PageLayout]) -> tuple[str, tuple[int, ...]]:
    """Return the text of all pages and where each begins in it."""
    pages = rows_made_whole(pages)
    measures = _measures(pages)
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    last: tuple[Block, Line | None] | None = None
    for page in pages:
        begun = False
        for block in page.blocks:
            margin = measures.margins.get(round(page.width), page.width)
            shown = replace(measures, ranks=()) if page.plain else measures
            for text, gap, line in _paragraphs(block, margin, shown, None if begun else last):
                separator = gap if parts else ""
                parts += (separator, text)
                length += len(separator)
                if not begun:
                    starts.append(length)
                    begun = True
                length += len(text)
                last = (block, line)
        if not begun:
            starts.append(length)
    return "".join(parts), tuple(min(start, length) for start in starts)


def _measures(pages: Sequence[PageLayout]) -> _Measures:
    sizes: Counter[float] = Counter()
    ends: dict[int, list[tuple[float, float]]] = defaultdict(list)
    lefts: dict[int, Counter[int]] = defaultdict(Counter)
    pitches: list[float] = []
    labels: Counter[str] = Counter()
    for page in pages:
        key = round(page.width)
        for block in page.blocks:
            if isinstance(block, Table):
                continue
            for line in block.lines:
                if not page.plain:
                    sizes[round(2 * line.size) / 2] += len(line.text)
                if block.right is None and not block.vertical:
                    hanging = line.size if line.text[-1] in _HANGING else 0.0
                    ends[key].append((line.right - hanging, line.size))
                    lefts[key][round(line.left)] += 1
            for before, line in zip(block.lines, block.lines[1:], strict=False):
                if before.size == line.size and 0.8 < (line.y - before.y) / line.size < 2.6:
                    pitches.append((line.y - before.y) / line.size)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    larger = [size for size in sizes if size >= HEADING * body]
    # Steps smaller than a tenth are not different ranks.
    ranks: list[float] = []
    for size in sorted(larger):
        if not ranks or size > 1.08 * ranks[-1]:
            ranks.append(size)
    margins = {key: _margin(found, lefts[key], key) for key, found in ends.items()}
    pitch = statistics.quantiles(pitches, n=4)[0] if len(pitches) > 3 else min(pitches, default=1.6)
    for page in pages:
        end = margins.get(round(page.width), page.width)
        for block in page.blocks:
            lines = block.lines if isinstance(block, TextBlock) else ()
            for above, line in zip((None, *lines), lines, strict=False):
                # The rest of a label that the margin broke is no label, however often it is printed.
                if above is None or above.right < end - 2 * above.size:
                    labels[_label(line)] += line.is_row or line.text.startswith(_BRACKET)
    often = frozenset(label for label, count in labels.items() if label and count >= _LABEL_COUNT)
    return _Measures(margins, body, tuple(ranks[-6:]), pitch, often)


def _label(line: Line) -> str:
    """The first cell of a row, whatever its number; one for all lines that begin with a word in brackets."""
    if line.text.startswith(_BRACKET):
        return _BRACKET
    return re.sub(r"\s+", "", _FIGURE.sub("0", line.text.split("\t", 1)[0]))


def _margin(ends: list[tuple[float, float]], lefts: Counter[int], width: int) -> float:
    """Where lines that fill the page end: a place that several lines reach, else as far in as the left side."""
    ends = sorted(ends, reverse=True)
    end, size = ends[int(0.02 * len(ends))]
    near = sum(end - size <= each for each, _ in ends)
    if near >= 3 and near >= 0.03 * len(ends):
        return end
    return max(end, width - min(lefts))


Paragraph = tuple[str, str, Line | None]
"""Text, the separator before it, and the last line of it (None: a row of a table)."""


def _paragraphs(
    block: Block, margin: float, measures: _Measures, last: tuple[Block, Line | None] | None
) -> Iterator[Paragraph]:
    """The paragraphs of a block. last: the end of the page before, when the block begins a page."""
    if isinstance(block, Table):
        same = last is not None and isinstance(last[0], Table) and same_columns(last[0], block)
        for index, row in enumerate(block.rows):
            yield row, "\n" if index or same else "\n\n", None
        return
    right = block.right if block.right is not None else (_bottom(block) if block.vertical else margin)
    left = block.left if block.left is not None else min(line.left for line in block.lines)
    carried = last[1] if last is not None and isinstance(last[0], TextBlock) else None
    paragraph: list[Line] = []
    text, gap = "", "\n\n"
    for line in block.lines:
        if paragraph and _goes_on(paragraph, line, left, right, measures, False):
            text = joined(text, line.text, True)
            paragraph.append(line)
            continue
        if paragraph:
            yield _finished(paragraph, text, gap, measures), gap, paragraph[-1]
            gap = "\n" if _is_near(paragraph[-1], line, measures) else "\n\n"
        elif carried is not None and _goes_on([carried], line, left, right, measures, True):
            gap = "" if joined("字", line.text, True) == "字" + line.text else " "
        elif carried is not None and carried.is_row and line.is_row:
            gap = "\n"
        paragraph, text = [line], line.text
    yield _finished(paragraph, text, gap, measures), gap, paragraph[-1]


def _finished(lines: Sequence[Line], text: str, gap: str, measures: _Measures) -> str:
    text = text.rstrip(" \u3000") if text.startswith("\t") else text.strip(" \u3000")
    return _heading(lines, text, measures) if gap.startswith("\n") else text


def _bottom(block: TextBlock) -> float:
    return max(line.right for line in block.lines)


def _is_near(before: Line, line: Line, measures: _Measures) -> bool:
    pitch = max(measures.pitch, 1.0) * max(before.size, line.size)
    alike = max(before.size, line.size) < HEADING * min(before.size, line.size)
    return alike and 0 < line.y - before.y < 1.45 * pitch


def _goes_on(
    begun: Sequence[Line], line: Line, left: float, right: float, measures: _Measures, over_page: bool
) -> bool:
    """Whether a line is the rest of the paragraph or row begun, broken only for want of room."""
    first, before = begun[0], begun[-1]
    size = before.size
    if not over_page and not _is_near(before, line, measures):
        return False
    if abs(line.size - size) > 0.1 * size or _LEADER.search(before.text):
        return False
    indent = line.left - first.left
    cell = first.cells[-1]
    if before.is_row and _ONLY_FIGURES.match(before.text.rsplit("\t", 1)[1]):
        return False
    room = right - before.right
    start = line.text.lstrip()
    if (line.is_row or line.text.startswith(_BRACKET)) and _label(line) in measures.labels:
        return False
    if line.text.startswith("\t"):
        # A row that begins with a blank cell, unless the next tab stop was beyond the margin.
        return before.is_row and room < 3.6 * size
    if room > (first_unit(start.split("\t")[0]) + _SLACK) * size:
        return False
    if line.left - left > 3.5 * size and not (before.is_row and abs(line.left - cell) < size):
        return False
    if _ITEM_START.match(start) or (over_page and _NUMBER_START.match(start)):
        return False
    if before.right - first.left < 6 * size:
        return False
    if before.is_row or first.is_row:
        # Cells under cells tell a new row, but not under running text: it reaches the margin by itself.
        short = before.right - before.cells[-1] < 15 * size
        aligned = short and line.is_row and len(begun) == 1 and abs(indent) < 1 and _alike(first.cells, line.cells)
        return not aligned and not (_SENTENCE_END.search(before.text) and line.is_row)
    if line.is_row:
        return not _SENTENCE_END.search(before.text) and abs(indent) < 3 * size
    if not _SENTENCE_END.search(before.text):
        return abs(indent) < 3.5 * size
    # After the end of a sentence only the indent tells whether a paragraph goes on.
    return 0.7 * size < abs(indent) < 2.5 * size and not _NUMBER_START.match(start) and _starts_indented(first, line)


def _starts_indented(first: Line, line: Line) -> bool:
    return line.left < first.left or bool(_ITEM_START.match(first.text) or _NUMBER_START.match(first.text))


def _alike(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(abs(a - b) < 1 for a, b in zip(one, other, strict=True))


def _heading(lines: Sequence[Line], text: str, measures: _Measures) -> str:
    size = statistics.median(line.size for line in lines)
    if not measures.ranks or size < HEADING * measures.body - 0.25 or lines[0].is_row or text.startswith("#"):
        return text
    if len(text) > _LONGEST_HEADING or _SENTENCE_END.search(text) or not any(each.isalpha() for each in text):
        return text
    rank = len(measures.ranks) - bisect_right(measures.ranks, size + 0.25) + 1
    return "#" * min(rank, 6) + " " + text
