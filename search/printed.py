"""Values and progress as documents print them, with a mark on what may be misread."""

from __future__ import annotations

from corpus.model import Progress
from search.citations import plain


def status_printed(progress: Progress) -> str:
    """Return progress as printed, with the normalised word after it where that is another one: 着手済（実施中）."""
    printed = plain(progress.printed)
    return printed if printed == progress.status else f"{printed}（{progress.status}）"


def doubt(certain: bool, language: str) -> str:
    """Return the mark of what may be misread, nothing for what is certain."""
    return "" if certain else " (to be checked)" if language == "en" else "（要確認）"
