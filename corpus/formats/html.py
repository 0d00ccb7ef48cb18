"""Web pages: what a browser shows of them. Nothing is fetched and no script runs."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from corpus.errors import CorpusError
from corpus.formats.archive import MAX_CELLS, words
from corpus.formats.blocks import GAP, Block, in_cell, set_out
from corpus.formats.grid import Cell, fill, one_line, opened, place, table_lines
from corpus.model import Extracted
from corpus.reading import check_file, decode

_UNSEEN = {
    "script", "style", "template", "noscript", "svg", "math", "head", "object", "embed", "iframe", "audio",
    "video", "canvas", "map", "datalist", "rt", "rp", "rtc", "input", "textarea",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_APART = {
    "p", "blockquote", "pre", "dl", "ul", "ol", "figure", "article", "section", "header", "footer", "nav", "main",
    "aside", "form", "fieldset",
}  # fmt: skip
_LINES = {
    "address", "body", "caption", "center", "dd", "details", "dialog", "div", "dt", "figcaption", "hgroup", "hr",
    "html", "legend", "li", "menu", "optgroup", "option", "search", "select", "summary", "tbody", "td", "tfoot",
    "th", "thead", "tr",
}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARED_WITHIN = 4096
# A browser too reads these wider than their names say.
_JAPANESE = {"shift_jis": "cp932", "cp932": "cp932", "euc_jp": "euc_jis_2004", "euc_jis_2004": "euc_jis_2004"}
_WIDE = frozenset("WF")
_LARGEST_SPAN = 1000  # as the HTML standard has it for columns
_WHITE = re.compile(r"[ \t\r\n\f]+")


def read_html(path: Path) -> Extracted:
    """Return the text of a web page as a browser shows it: headings, lists, tables and paragraphs, menus too.

    Scripts, hidden elements and furigana are left out. The page's title comes first, unless the page repeats it.
    Raises CorpusError when the file cannot be read, or has no words.
    """
    check_file(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror}); check the file's permissions") from error
    page = BeautifulSoup(_decoded(data, path.name), "lxml")
    remarks: tuple[str, ...] = ()
    try:
        blocks = list(_blocks(page.body or page, path.name))
    except RecursionError:
        blocks = [_bare(page)]
        remarks = ("The page's elements are nested too deeply: its words were read without headings and tables.",)
    title = one_line(page.title.get_text()) if page.title else ""
    if title and not any(title in line for block in blocks for line in block.lines):
        blocks = [Block((title,), apart=True), *blocks]
    return Extracted(words(path.name, "\n".join(set_out(blocks)).strip() + "\n"), remarks=remarks)


def _bare(page: BeautifulSoup) -> Block:
    """Return the words of a page a line for each element, whatever these are."""
    texts = (
        str(text)
        for text in (page.body or page).find_all(string=True)
        if not isinstance(text, PreformattedString) and not (text.parent and _unseen(text.parent))
    )
    return Block(tuple(line for line in map(_collapsed, texts) if line))


def _decoded(data: bytes, name: str) -> str:
    """Return the text of a page in the encoding that it declares, unless its bytes say otherwise."""
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    if declared is None or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data, name)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode(_JAPANESE[codecs.lookup(declared[1].decode("ascii")).name])
            return text.replace("\r\n", "\n").replace("\r", "\n")
        except (UnicodeDecodeError, LookupError):
            pass
    return decode(data, name)


def _blocks(container: Tag, name: str) -> Iterator[Block]:
    """Yield the blocks of an element in reading order."""
    buffer: list[str] = []
    for child in _children(container):
        if isinstance(child, str):
            buffer.append(child)
            continue
        yield from _flushed(buffer)
        yield from _element(child, name)
    yield from _flushed(buffer)


def _children(container: Tag) -> Iterator[str | Tag]:
    """Yield the texts within an element and its block elements, however deep these stand among inline ones."""
    for child in container.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString):  # comments, declarations
                yield str(child)
        elif isinstance(child, Tag) and not _unseen(child):
            if child.name == "br":
                yield "\v"
            elif child.name in _HEADINGS or child.name in _APART or child.name in _LINES or child.name == "table":
                yield child
            else:
                yield from _children(child)


def _unseen(element: Tag) -> bool:
    if element.name in _UNSEEN or element.has_attr("hidden"):
        return True
    return bool(_HIDDEN.search(str(element.get("style") or "")))


def _flushed(buffer: list[str]) -> Iterator[Block]:
    text = "".join(buffer)
    buffer.clear()
    lines = tuple(line for line in (_collapsed(part) for part in text.split("\v")) if line)
    if lines:
        yield Block(lines)


def _collapsed(text: str) -> str:
    """Return text with white space as a browser shows it: a line break between two Japanese characters is none."""
    text = text.replace("\xa0", " ").strip(" \t\r\n\f")

    def blank(match: re.Match[str]) -> str:
        around = text[match.start() - 1] + text[match.end()]
        joined = "\n" in match.group() and all(unicodedata.east_asian_width(character) in _WIDE for character in around)
        return "" if joined else " "

    return _WHITE.sub(blank, text)


def _element(element: Tag, name: str) -> Iterator[Block]:
    if element.name == "table":
        yield from _table(element, name)
    elif element.name in _HEADINGS:
        text, _ = in_cell(list(_blocks(element, name)))
        if text:
            yield Block((text,), apart=True, level=_HEADINGS[element.name])
    elif element.name == "pre":
        lines = element.get_text().strip("\n").split("\n")
        yield Block(tuple(line.rstrip() for line in lines), apart=True)
    elif element.name in ("ul", "ol", "menu"):
        yield from _list(element, name)
    elif element.name in _APART:
        yield GAP
        yield from _blocks(element, name)
        yield GAP
    else:
        yield from _blocks(element, name)


def _list(element: Tag, name: str) -> Iterator[Block]:
    """Yield a list as lines with a mark each, lists within it set in by two blanks."""
    yield GAP
    number = _whole(element, "start", 1)
    for item in element.children:
        if isinstance(item, NavigableString) and not isinstance(item, PreformattedString):
            yield from _flushed([str(item)])
        if not isinstance(item, Tag) or _unseen(item):
            continue
        if item.name != "li":
            yield from _element(item, name) if item.name in ("ul", "ol", "menu") else _blocks(item, name)
            continue
        number = _whole(item, "value", number)
        mark = f"{number}. " if element.name == "ol" else "- "
        number += 1
        for block in _blocks(item, name):
            if block.table:
                yield block
            elif block.lines:
                yield Block((f"{mark}{block.lines[0]}", *(f"  {line}" for line in block.lines[1:])))
                mark = "  "
    yield GAP


def _table(table: Tag, name: str) -> Iterator[Block]:
    rows: list[list[Tag]] = []
    strays: list[Block] = []
    own_heads = _gather(table, rows, strays, name)
    yield from strays
    if _is_layout(table, rows, own_heads):
        for row in rows:
            for cell in row:
                yield GAP
                yield from _blocks(cell, name)
        yield GAP
        return
    cells = place([_cell(cell, name) for cell in row] for row in rows)
    lines = tuple(table_lines(fill(opened(cells), name), name))
    if lines:
        yield Block(lines, apart=True, table=True)


def _gather(part: Tag, rows: list[list[Tag]], strays: list[Block], name: str) -> bool:
    """Put the cells of a table into ``rows``, what stands between them into ``strays``; return whether it has heads."""
    heads = False
    for child in part.children:
        if isinstance(child, NavigableString):
            if child.strip() and not isinstance(child, PreformattedString):
                strays += _flushed([str(child)])
        elif isinstance(child, Tag) and not _unseen(child):
            if child.name in ("thead", "tbody", "tfoot", "form"):
                heads |= _gather(child, rows, strays, name)
            elif child.name == "tr":
                rows.append([])
                heads |= _gather(child, rows, strays, name)
            elif child.name in ("td", "th"):
                if not rows:
                    rows.append([])
                rows[-1].append(child)
                heads |= child.name == "th"
            else:
                strays += [GAP, *_element(child, name), GAP]
    return heads


def _is_layout(table: Tag, rows: list[list[Tag]], heads: bool) -> bool:
    """Return whether a table only sets the page: one column, headings in it, or tables in one without a frame."""
    if table.get("role") in ("presentation", "none") or all(len(row) < 2 for row in rows):
        return True
    if table.find(list(_HEADINGS)) is not None:
        return True
    return not heads and table.get("border") in (None, "", "0") and table.find("table") is not None


def _cell(cell: Tag, name: str) -> Cell:
    text, inner = in_cell(list(_blocks(cell, name)))
    rows = _whole(cell, "rowspan", 1)
    return Cell(0, 0, text, rows or MAX_CELLS, min(_whole(cell, "colspan", 1), _LARGEST_SPAN), inner)


def _whole(element: Tag, attribute: str, otherwise: int) -> int:
    value = str(element.get(attribute) or "").strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 7 else otherwise
