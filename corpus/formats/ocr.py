"""Character recognition of scanned pages by Tesseract, when it is installed."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from corpus.formats.pdf_drawing import Rule
from corpus.formats.pdf_lines import Character, is_wide
from corpus.formats.pdf_tables import grids_of

LANGUAGE = "jpn"
UPRIGHT_LANGUAGE = "jpn_vert"
PAGE_SECONDS = 180.0
HOW_TO_GET = (
    "install Tesseract with Japanese (Debian, Ubuntu: apt install tesseract-ocr tesseract-ocr-jpn; "
    "Windows: tesseract-ocr-w64-setup.exe of UB Mannheim, with Japanese among its languages)"
)
_WINDOWS = Path(r"C:\Program Files\Tesseract-OCR\tesseract.exe")
_SURE = 70.0
_DARK = 160
# In points; strokes of characters are shorter.
_SHORTEST_LEVEL, _SHORTEST_UPRIGHT = 30.0, 13.0
_MAX_RUNS = 100_000
# Tesseract's page segmentation modes: automatic, a block of vertical writing, as much text as there is in any order.
_AUTOMATIC, _UPRIGHT, _SPARSE = "3", "5", "11"


@dataclass(frozen=True, slots=True)
class Recognised:
    """characters: the words found, as characters in points. vertical: as seen with the page turned to the left.
    confidence: mean of the words', 0 to 100. rules: lines drawn on the page, in points from its upper left corner.
    """

    characters: tuple[Character, ...]
    vertical: bool
    confidence: float
    rules: tuple[Rule, ...] = ()


def languages() -> frozenset[str]:
    """Return the languages that the installed Tesseract knows; none when it is not installed."""
    program = _program()
    return _languages(program) if program else frozenset()


def is_installed() -> bool:
    """Return whether Japanese can be recognised."""
    return LANGUAGE in languages()


def _program() -> str | None:
    return shutil.which("tesseract") or (str(_WINDOWS) if _WINDOWS.is_file() else None)


@lru_cache
def _languages(program: str) -> frozenset[str]:
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(done.stdout.decode("utf-8", "replace").split()[1:])


def recognise(picture: Image.Image, points: float, seconds: float = PAGE_SECONDS) -> Recognised | None:
    """Return the words and lines in the picture of a page. points: size of a pixel. seconds: time that up to
    three runs of Tesseract may take together.

    None when Tesseract is not installed, fails, or does not end in time.
    """
    ends = time.monotonic() + seconds
    program = _program()
    known = languages()
    if program is None or LANGUAGE not in known:
        return None
    # Tesseract takes a ruled table for a picture: it gets the page without the lines.
    rules, picture = without_rules(picture, points)
    file = io.BytesIO()
    picture.save(file, "PNG")
    png = file.getvalue()
    best = _run(program, png, points, ends, LANGUAGE, _AUTOMATIC)
    if (best is None or best.confidence < _SURE) and UPRIGHT_LANGUAGE in known:
        other = _run(program, png, points, ends, UPRIGHT_LANGUAGE, _UPRIGHT)
        if other is not None and (best is None or other.confidence > best.confidence + 5):
            best = other
    if best is not None and rules and not best.vertical:
        # Each way of looking for text in a table misses other cells.
        more = _run(program, png, points, ends, LANGUAGE, _SPARSE)
        if more is not None:
            fresh = (each for each in more.characters if not any(_overlap(each, word) for word in best.characters))
            best = replace(best, characters=(*best.characters, *fresh))
    return None if best is None else replace(best, rules=tuple(rules))


def _run(program: str, png: bytes, points: float, ends: float, language: str, mode: str) -> Recognised | None:
    command = [program, "stdin", "stdout", "-l", language, "--psm", mode, "tsv"]
    # One thread is hardly slower, and leaves the machine to others.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    seconds = max(ends - time.monotonic(), 0.0)
    try:
        done = subprocess.run(command, input=png, capture_output=True, timeout=seconds, check=True, env=environment)
    except (OSError, subprocess.SubprocessError):
        return None
    return _recognised(done.stdout.decode("utf-8", "replace"), points, language == UPRIGHT_LANGUAGE)


def _recognised(table: str, points: float, vertical: bool) -> Recognised | None:
    lines: dict[tuple[str, str, str], list[tuple[str, float, float, float, float]]] = {}
    total = weight = 0.0
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") != "5" or not text:
            continue
        total, weight = total + float(row["conf"]) * len(text), weight + len(text)
        left, top = float(row["left"]) * points, float(row["top"]) * points
        width, height = float(row["width"]) * points, float(row["height"]) * points
        key = (str(row["block_num"]), str(row["par_num"]), str(row["line_num"]))
        box = (top, -(left + width), height, width) if vertical else (left, top, width, height)
        lines.setdefault(key, []).append((text, *box))
    if not weight:
        return None
    sizes = {key: _quantile([word[4] for word in words], 0.6) for key, words in lines.items()}
    usual = _quantile(list(sizes.values()), 0.5)
    characters: list[Character] = []
    for key, words in lines.items():
        # The boxes are of the ink: lines of one size differ by the characters in them.
        size = usual if abs(sizes[key] - usual) < 0.45 * usual else sizes[key]
        middle = _quantile([top + height / 2 for _, _, top, _, height in words], 0.5)
        for text, left, _, width, _ in words:
            low = left - size * (0.0 if not is_wide(text[0]) else 0.5 if text[0] in "「『（【" else 0.12)
            high = left + width + size * (0.0 if not is_wide(text[-1]) else 0.5 if text[-1] in "、。」』）】" else 0.12)
            characters.append(Character(text, low, high, middle, size, vertical))
    return Recognised(tuple(characters), vertical, total / weight)


def _overlap(one: Character, other: Character) -> bool:
    near = abs(one.y - other.y) < 0.6 * max(one.size, other.size)
    return near and one.left < other.right and other.left < one.right


def _quantile(values: list[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


def without_rules(picture: Image.Image, points: float) -> tuple[list[Rule], Image.Image]:
    """Return the lines of ruled tables in a picture, in points from its upper left corner, and it without them."""
    grey = np.array(picture.convert("L"))
    dark = grey < _DARK
    level = _runs(dark, round(_SHORTEST_LEVEL / points))
    upright = [(column, start, end) for column, start, end in _runs(dark.T, round(_SHORTEST_UPRIGHT / points))]
    if len(level) + len(upright) > _MAX_RUNS:
        return [], picture
    rules = [Rule(start * points, row * points, end * points, row * points) for row, start, end in level]
    rules += [Rule(column * points, start * points, column * points, end * points) for column, start, end in upright]
    grids = [grid for grid in grids_of(rules) if grid.count > 1]
    for grid in grids:
        _whiten(grey, level, grid.ys, grid.box.x0, grid.box.x1, points)
        _whiten(grey.T, upright, grid.xs, grid.box.y0, grid.box.y1, points)
    return (rules, Image.fromarray(grey)) if grids else ([], picture)


def _runs(dark: Any, shortest: int) -> list[tuple[int, int, int]]:
    """The dark runs in each row: row, first pixel, pixel after the last."""
    padded = np.zeros((dark.shape[0], dark.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = dark
    steps = np.diff(padded, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    long = ends - starts >= max(shortest, 2)
    return list(zip(rows[long].tolist(), starts[long].tolist(), ends[long].tolist(), strict=True))


def _whiten(
    grey: Any, runs: list[tuple[int, int, int]], places: tuple[float, ...], low: float, high: float, points: float
) -> None:
    """Paint over the runs that are lines of a grid, and the grey edge beside them."""
    for row, start, end in runs:
        if start * points > low - 3 and end * points < high + 3 and any(abs(row * points - at) < 3 for at in places):
            grey[max(row - 1, 0) : row + 2, max(start - 1, 0) : end + 1] = 255
