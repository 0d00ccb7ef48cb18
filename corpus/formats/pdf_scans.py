"""Character recognition of the scanned pages of a PDF, several at a time, for as long as there is time."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pypdfium2

from corpus.formats import ocr
from corpus.formats.page_image import picture_of, scale_within_limits

_SCALE = 300 / 72
_MAX_WORKERS = 4  # each holds pictures of a page


@dataclass(frozen=True, slots=True)
class Scan:
    """What was recognised on a page; words: None when nothing was. late: because the time was over. width: in points.

    damaged: the page cannot be drawn.
    """

    number: int
    words: ocr.Recognised | None
    width: float = 0
    late: bool = False
    damaged: bool = False


def recognise_pages(document: Any, numbers: Sequence[int], ends: float) -> Iterator[Scan]:
    """Yield what is on the pages of these numbers of a pypdfium2 document, in their order.

    ends: when the time is over, by ``time.monotonic``. Nothing is recognised where Tesseract is not installed.
    """
    if not ocr.is_installed():
        yield from (Scan(number, None) for number in numbers)
        return
    workers = min(_processors(), _MAX_WORKERS)
    waiting: deque[Future[Scan] | Scan] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for number in numbers:
            waiting.append(_begun(pool, document, number, ends))
            if len(waiting) > workers:
                yield _ended(waiting.popleft())
        while waiting:
            yield _ended(waiting.popleft())


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begun(pool: ThreadPoolExecutor, document: Any, number: int, ends: float) -> Future[Scan] | Scan:
    # Pages are drawn here: pdfium is not safe to use from two threads at once.
    if time.monotonic() >= ends:
        return Scan(number, None, late=True)
    try:
        page = document[number - 1]
        try:
            width = max(page.get_width(), 1.0)
            scale = scale_within_limits(page, _SCALE)
            picture = picture_of(page, scale)
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return Scan(number, None, damaged=True)

    def recognised() -> Scan:
        words = ocr.recognise(picture, 1 / scale, min(ocr.PAGE_SECONDS, ends - time.monotonic()))
        return Scan(number, words, width, late=words is None and time.monotonic() >= ends)

    return pool.submit(recognised)


def _ended(scan: Future[Scan] | Scan) -> Scan:
    return scan if isinstance(scan, Scan) else scan.result()
