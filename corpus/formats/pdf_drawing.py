"""The lines, pictures and shapes drawn on a PDF page."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

MAX_OBJECTS = 30_000
"""Objects of one page that are looked at for ruled lines; a page with more is a drawing."""
_MAX_DEPTH = 8
_MAX_SEGMENTS = 2_000
_THIN = 3.0
_MIN_BOX = 5.0
_WHITE = 250


class Rule(NamedTuple):
    """A drawn line, horizontal or vertical, from (x0, y0) to (x1, y1) with x0 <= x1 and y0 <= y1."""

    x0: float
    y0: float
    x1: float
    y1: float


Matrix = tuple[float, float, float, float, float, float]


class Drawn:
    """Collects the lines, pictures and shapes of a page, also those in nested forms."""

    def __init__(self, page_area: float) -> None:
        self.rules: list[Rule] = []
        self.pictures = 0.0
        self.shapes = 0
        self.seen = 0
        self.page_area = page_area

    @property
    def crowded(self) -> bool:
        return self.seen > MAX_OBJECTS

    def objects_of(self, page: Any) -> None:
        for index in range(pdfium.FPDFPage_CountObjects(page)):
            if self.crowded:
                return
            self._object(pdfium.FPDFPage_GetObject(page, index), (1, 0, 0, 1, 0, 0), 0)

    def _object(self, item: Any, outer: Matrix, depth: int) -> None:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            return
        self.seen += 1
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self.shapes += 1
            self._path(item, _times(_matrix(item), outer))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            a, b, c, d, _, _ = _times(_matrix(item), outer)
            self.pictures += abs(a * d - b * c)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _times(_matrix(item), outer)
            for index in range(pdfium.FPDFFormObj_CountObjects(item)):
                if self.crowded:
                    return
                self._object(pdfium.FPDFFormObj_GetObject(item, index), inner, depth + 1)

    def _path(self, path: Any, matrix: Matrix) -> None:
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        count = pdfium.FPDFPath_CountSegments(path)
        if count > _MAX_SEGMENTS or not pdfium.FPDFPath_GetDrawMode(path, mode, stroke):
            return
        if not stroke.value and not mode.value:
            return
        for points, straight in _subpaths(path, count, matrix):
            xs, ys = [x for x, _ in points], [y for _, y in points]
            x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
            if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
                self._thin(x0, y0, x1, y1)
            elif straight and stroke.value:
                for (ax, ay), (bx, by) in pairwise(points):
                    if abs(ax - bx) <= 1 or abs(ay - by) <= 1:
                        self._thin(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
            elif straight and _is_box(points) and min(x1 - x0, y1 - y0) > _MIN_BOX and _shaded(path):
                # The background of a page is no table.
                if (x1 - x0) * (y1 - y0) > 0.7 * self.page_area:
                    continue
                self.rules += [
                    Rule(x0, y0, x1, y0),
                    Rule(x0, y1, x1, y1),
                    Rule(x0, y0, x0, y1),
                    Rule(x1, y0, x1, y1),
                ]

    def _thin(self, x0: float, y0: float, x1: float, y1: float) -> None:
        if not all(map(math.isfinite, (x0, y0, x1, y1))):
            return
        if x1 - x0 >= y1 - y0:
            self.rules.append(Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
        else:
            self.rules.append(Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))


def _matrix(item: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, matrix):
        return (1, 0, 0, 1, 0, 0)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _subpaths(path: Any, count: int, matrix: Matrix) -> Iterator[tuple[list[tuple[float, float]], bool]]:
    """The corners of each part of a path on the page, and whether all its sides are straight."""
    a, b, c, d, e, f = matrix
    px, py = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    straight = True
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points, straight
            points, straight = [], True
        straight = straight and kind != pdfium.FPDF_SEGMENT_BEZIERTO
        pdfium.FPDFPathSegment_GetPoint(segment, px, py)
        x, y = px.value, py.value
        points.append((a * x + c * y + e, b * x + d * y + f))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points, straight


def _is_box(points: list[tuple[float, float]]) -> bool:
    sides = list(pairwise(points))
    return len(sides) in (3, 4) and all(abs(ax - bx) <= 1 or abs(ay - by) <= 1 for (ax, ay), (bx, by) in sides)


def _shaded(path: Any) -> bool:
    """Whether the fill is visible on white paper."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(path, red, green, blue, alpha):
        return False
    return alpha.value > 10 and min(red.value, green.value, blue.value) < _WHITE
