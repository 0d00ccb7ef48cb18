"""Pictures of PDF pages."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from corpus.errors import CorpusError
from corpus.formats.pdf_page import open_pdf

MAX_PIXELS = 25_000_000
_MAX_WIDTH = 10_000


def page_image(path: Path, page: int, width: int = 1200) -> bytes:
    """Return the PNG of a page of a PDF. page: its number from 1. width: of the picture in pixels; it is made
    narrower when the page is so high that the picture would be too large.

    Raises CorpusError when the file cannot be opened or drawn or has no such page.
    """
    if not 1 <= width <= _MAX_WIDTH:
        raise CorpusError(f"{path.name}: a picture {width} pixels wide; ask for 1 to {_MAX_WIDTH:,}")
    with open_pdf(path) as document:
        if not 1 <= page <= len(document):
            raise CorpusError(f"{path.name}: has no page {page}; ask for 1 to {len(document)}")
        try:
            drawn = document[page - 1]
            try:
                scale = scale_within_limits(drawn, width / max(drawn.get_width(), 1e-3))
                file = io.BytesIO()
                picture_of(drawn, scale).save(file, "PNG")
                return file.getvalue()
            finally:
                drawn.close()
        except pypdfium2.PdfiumError as error:
            raise CorpusError(f"{path.name}: page {page} is damaged and cannot be drawn; get the file again") from error


def scale_within_limits(page: Any, scale: float) -> float:
    """Return the wanted scale (pixels in a point) for a pypdfium2 page, less where its picture would be too large."""
    width, height = max(page.get_width(), 1e-3), max(page.get_height(), 1e-3)
    most: float = min(scale, math.sqrt(MAX_PIXELS / (width * height)), _MAX_WIDTH / width, _MAX_WIDTH / height)
    return most


def picture_of(page: Any, scale: float) -> Image.Image:
    """Return the picture of a pypdfium2 page. scale: pixels in a point."""
    bitmap = page.render(scale=scale)
    try:
        picture: Image.Image = bitmap.to_pil().copy()  # its memory ends with the bitmap
        return picture
    finally:
        bitmap.close()
