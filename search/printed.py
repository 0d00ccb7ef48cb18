"""Values and progress as documents print them, with a mark on what may be misread."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.model import Progress
from search.citations import plain

_LABEL_END = re.compile(r"[\s0-9０-９①-⑳]+$")


def actions_name(actions: Iterable[Progress]) -> str:
    """Return what documents call some actions, 取組項目 of 取組項目1 and 2; 取組内容 where they disagree."""
    labels = {_LABEL_END.sub("", one.action) for one in actions}
    return (labels.pop() if len(labels) == 1 else "") or "取組内容"


def status_printed(progress: Progress) -> str:
    """Return progress as printed, with the normalised word after it where that is another one: 着手済（実施中）."""
    printed = plain(progress.printed)
    return printed if printed == progress.status else f"{printed}（{progress.status}）"


def doubt(certain: bool, language: str) -> str:
    """Return the mark of what may be misread, nothing for what is certain."""
    return "" if certain else " (to be checked)" if language == "en" else "（要確認）"
