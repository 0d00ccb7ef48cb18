"""Progress 進捗状況 of actions: the printed words and marks, normalised."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.cells import Cell, Row
from corpus.fields import Fields, squeeze
from corpus.fiscal_years import only_year
from corpus.lines import Kind
from corpus.model import Progress, Span

_MARK = re.compile(r"^[\s○◯〇◎●△▲×✕☓□■☆★・\-‐–—－ー_©®°回答()（）0OoＯＡ-ＥA-E:：<>/p]*")
_TAIL = re.compile(r"[\s。.、)）]*$")
_MARKS = "◎○◯〇●△▲×✕☓☆★"
_ANNOTATED = re.compile(r"[A-EＡ-Ｅ1-5１-５Ⅰ-Ⅴ]\s*[(（]\s*(.+?)\s*[)）]")
_MISREAD = "印字が崩れている（読み取り誤りの疑い）"
_ENDS_WITH_STATE = re.compile(r"[況捗度価定分率].{1,14}$")
_LONGEST = 24
_LEGEND = re.compile(
    rf"([{_MARKS}]|(?<![A-Za-zＡ-Ｚ\d])[A-ESＡ-ＥＳ1-5１-５](?=\s*[:：…＝=]))\s*[:：…＝=\-－‐—]*\s*([^\s{_MARKS}、。,，/／:：]{{2,16}})"
)


@dataclass(frozen=True, slots=True)
class _Word:
    status: str
    span: Span
    certain: bool


def read_legend(text: str, fields: Fields) -> dict[str, str]:
    """Return what a document's legend says its marks mean (◎：達成 ○：順調 △：やや遅れ), normalised.

    A legend names two marks or more; one that gives a mark two meanings is none.
    """
    legend: dict[str, str] = {}
    for line in text.split("\n"):
        found: dict[str, set[str]] = {}
        for mark, word in _LEGEND.findall(line):
            status = _said(squeeze(word).strip("・…:()（）"), fields)
            if status:
                found.setdefault(mark, set()).add(status)
        if len(found) >= 2 and all(len(statuses) == 1 for statuses in found.values()):
            legend |= {mark: next(iter(statuses)) for mark, statuses in found.items()}
    return legend


def _said(words: str, fields: Fields) -> str | None:
    """Return the status that a legend's words say: 計画どおり進んでいる is 順調, by the longest word of the table."""
    if words in fields.statuses:
        return fields.statuses[words]
    inside = [word for word in fields.statuses if len(word) >= 3 and word in words]
    return fields.statuses[max(inside, key=len)] if inside else None


def sheet_progress(
    text: str, rows: Sequence[Row], fields: Fields, year: int | None, legend: Mapping[str, str]
) -> Iterator[Progress]:
    """Return the progress printed in a sheet or section: beside its label, under it, or in a column that it heads.

    year: of the report, for progress that prints none.
    """
    found = list(_sheet_progress(text, rows, fields, year, legend))
    named = any(progress.action for progress in found)
    kept: dict[tuple[str, int | None], Progress] = {}
    for progress in found:
        if progress.action or not named:  # else a copy of a row whose label is lost
            kept.setdefault((progress.action, progress.fiscal_year), progress)
    yield from kept.values()


def _sheet_progress(
    text: str, rows: Sequence[Row], fields: Fields, year: int | None, legend: Mapping[str, str]
) -> Iterator[Progress]:
    action = ""
    column: tuple[int, int | None] | None = None
    waiting: tuple[str, int | None, bool] | None = None  # a status that stands in a later row
    for row in rows:
        filled = row.filled
        if not filled:
            continue
        if row.kind in (Kind.TITLE, Kind.HEADING) and not fields.is_a(filled[-1].text, "progress"):
            column = waiting = None
        number = fields.action_number(filled[0].text)
        action = number or action
        if waiting and not number:
            near = filled[0] if len(row.cells) == 1 else filled[-1]
            word = _read(near, fields, legend, ()) if len(row.cells) > 1 or waiting[2] else None
            if word:
                yield _progress(text, word, waiting[0], waiting[1])
                waiting = None
                continue
            waiting = (waiting[0], waiting[1], False)
        elif number and waiting and number != waiting[0]:
            waiting = None
        labelled = [at for at, cell in enumerate(filled) if fields.is_a(cell.text, "progress")]
        beside = False
        for at in labelled:
            label = fields.label(filled[at].text)
            own = (label.year if label else None) or year
            rest = filled[at + 1 :]
            word = _first(rest, fields, legend)
            if word:
                yield _progress(text, word, action, own)
                beside = True
            elif number or len(filled) == 1:
                waiting = (action, own, True)
        if labelled and not beside and len(filled) > 1:
            labels = [fields.label(cell.text) for cell in filled]
            short = all(len(cell.text) <= _LONGEST and only_year(cell.text) is None for cell in filled)
            if number is None and short and (len(filled) >= 3 or all(labels)):
                plain = [at for at in labelled if not fields.is_a(filled[at].text, "summary")] or labelled
                at = plain[1] if plain[0] == 0 and len(plain) > 1 else plain[0]
                own = next((label.year for label in labels if label and label.year), None)
                column = (filled[at].column, own or year)
                waiting = None
            continue
        if not labelled and column:
            cell = next((cell for cell in filled if cell.column == column[0]), None)
            word = _read(cell, fields, legend, ()) if cell else None
            if word:
                first = next((c.text for c in filled if c.column < column[0]), "")
                own = only_year(first)
                name = "" if own else number or first
                yield _progress(text, word, " ".join(name.split()), own or column[1])
        if not labelled and not column and (inline := _inline(text, filled, fields)):
            yield _progress(text, inline, action, year)


def cell_progress(
    text: str, cell: Cell, fields: Fields, year: int | None, legend: Mapping[str, str]
) -> Progress | None:
    """Return the progress of an initiative whose row has this cell under the name of the field; None for a blank."""
    word = _read(cell, fields, legend, ())
    if word is None and cell.text and len(cell.text) <= _LONGEST and "。" not in cell.text and not _blank(cell.text):
        word = _Word("その他", cell.span, True)
    return _progress(text, word, "", year) if word else None


def _progress(text: str, word: _Word, action: str, year: int | None) -> Progress:
    reason = None if word.certain else _MISREAD
    return Progress(action, year, word.status, text[slice(*word.span)], word.span, word.certain, reason)


def _blank(text: str) -> bool:
    return not re.sub(r"[\s\-‐‑–—―－ー・…／/]", "", text)


def _first(cells: Sequence[Cell], fields: Fields, legend: Mapping[str, str]) -> _Word | None:
    for at, cell in enumerate(cells):
        if fields.label(cell.text) and squeeze(cell.text) not in fields.statuses:
            return None
        word = _read(cell, fields, legend, cells[at + 1 :])
        if word:
            return word
    return None


def _read(cell: Cell, fields: Fields, legend: Mapping[str, str], after: Sequence[Cell]) -> _Word | None:
    """Return the status that a cell prints, with marks around it; a mark alone says what the legend says."""
    if len(cell.text) > _LONGEST:
        return None
    annotated = _ANNOTATED.fullmatch(cell.text)
    if annotated and squeeze(annotated.group(1)) in fields.statuses:
        return _Word(fields.statuses[squeeze(annotated.group(1))], cell.span, True)
    lead = _MARK.match(cell.text)
    start = lead.end() if lead else 0
    word = _TAIL.sub("", cell.text[start:])
    span = (cell.span[0] + start, cell.span[0] + start + len(word))
    plain = squeeze(word)
    if plain in fields.statuses:
        return _Word(fields.statuses[plain], span, True)
    mark = cell.text.strip()
    if mark in legend and not any(squeeze(other.text) in fields.statuses for other in after):
        return _Word(legend[mark], cell.span, True)
    # Of a status of two characters, recognition lost one: 回調 for ◎ 順調.
    tails = {status for known, status in fields.statuses.items() if len(known) == 2 and known[1] == plain[-1:]}
    if len(plain) <= 2 and len(tails) == 1 and plain and start + len(plain) >= 2:
        return _Word(tails.pop(), cell.span, False)
    return None


def _inline(text: str, filled: Sequence[Cell], fields: Fields) -> _Word | None:
    """Return the status at the end of a cell where the tab before its label was lost: ... 進捗状況 ○ 順調."""
    for cell in filled:
        if not _ENDS_WITH_STATE.search(cell.text):
            continue
        for name in fields.named("progress"):
            end = cell.text.rfind(name) + len(name)
            rest = cell.text[end:]
            if end >= len(name) >= 4 and 0 < len(rest.strip()) <= 12:
                start = cell.span[0] + end + len(rest) - len(rest.lstrip())
                return _read(Cell(rest.strip(), (start, start + len(rest.strip())), 0), fields, {}, ())
    return None
