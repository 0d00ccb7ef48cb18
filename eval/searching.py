"""Making a run with the search room: the only module of this room that knows it."""

from __future__ import annotations

import dataclasses
import importlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from eval.jsonl import EvaluationError
from eval.questions import Question

RunLines = Callable[[Iterable[Mapping[str, str]]], Iterator[Mapping[str, Any]]]
"""Questions (``id`` and ``question`` only, never the gold) to run lines, one after the other."""

_ROOMS = ("corpus", "indexer", "search")
_INDEX_KEYS = ("format_version", "created", "source", "model", "tokeniser", "counts", "documents")
"""What a report tells of ``indexer.generation.Manifest``; its list of files is left out."""


@dataclass(frozen=True)
class OpenSearch:
    """An open index. run_lines: makes run lines with it. summary: what a report tells of it. engine: for peers.

    texts: the canonical texts of its documents by id.
    """

    run_lines: RunLines
    summary: Mapping[str, Any] | None
    engine: Any
    texts: Mapping[str, str] = field(default_factory=dict)


def open_engine(index: Path | None) -> Any:
    """Return the search engine over an index; None: the default one.

    Raises EvaluationError, with the message of the room concerned, when it cannot be opened.
    """
    # At run time, as the search room loads its model libraries.
    try:
        search = importlib.import_module("search")
    except ImportError as error:
        raise EvaluationError(f"the search cannot be loaded ({error}): run `make setup`, or give --run FILE") from None
    try:
        return search.SearchEngine.open(index)
    except Exception as error:
        if not _is_for_the_user(error):
            raise
        raise EvaluationError(" ".join(str(error).split())) from error


def open_search(index: Path | None, top_k: int) -> OpenSearch:
    """Return what makes run lines with the index (None: the default one), ``top_k`` passages per question.

    The lines hold how long the engine took in this process, one question after the other: ``seconds`` for ask and
    ``find_seconds`` for search, each by the clock around that one call; null for a question that it refused. For warm
    times make the lines twice and keep the second round: the first loads what is loaded once.

    Raises EvaluationError, with the message of the room concerned, when the index cannot be opened.
    """
    engine = open_engine(index)
    batch = importlib.import_module("search.batch")

    def run_lines(questions: Iterable[Mapping[str, str]]) -> Iterator[Mapping[str, Any]]:
        watch = _Stopwatch(engine)
        for line in batch.run_lines(watch, questions, top_k):
            yield {**line, "seconds": watch.taken.pop("ask", None), "find_seconds": watch.taken.pop("search", None)}

    texts = {document.id: engine.canonical_text(document.id) for document in engine.documents}
    return OpenSearch(run_lines, index_summary(getattr(engine, "manifest", None)), engine, texts)


class _Stopwatch:
    """An engine whose search and ask are timed. taken: the seconds of the last of each that came to an end."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.taken: dict[str, float] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, *arguments: Any, **named: Any) -> Any:
        return self._timed("search", *arguments, **named)

    def ask(self, *arguments: Any, **named: Any) -> Any:
        return self._timed("ask", *arguments, **named)

    def _timed(self, call: str, *arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        result = getattr(self._engine, call)(*arguments, **named)
        self.taken[call] = round(time.perf_counter() - started, 6)
        return result


def timed_lines(questions: Iterable[Question], run_lines: RunLines) -> Iterator[str]:
    """Yield each run line as JSON text without a line end, with ``seconds``, the time it took, where it has none.

    Raises EvaluationError for errors of the rooms that search.
    """
    lines = run_lines({"id": question.id, "question": question.question} for question in questions)
    while True:
        started = time.perf_counter()
        try:
            line = next(lines)
        except StopIteration:
            return
        except Exception as error:
            if not _is_for_the_user(error):
                raise
            raise EvaluationError(" ".join(str(error).split())) from error
        seconds = round(time.perf_counter() - started, 6)
        yield json.dumps({"seconds": seconds, **line}, ensure_ascii=False)


def index_summary(manifest: Any) -> dict[str, Any] | None:
    """Return what a report tells of an index: model, its fingerprint, counts; None when nothing of it is known.

    ``manifest`` is a mapping or a dataclass. Nested names are joined by a blank, lists are counted, and of an
    absolute path only the last name is kept: reports leave the machine.
    """
    if dataclasses.is_dataclass(manifest) and not isinstance(manifest, type):
        manifest = dataclasses.asdict(manifest)
    if not isinstance(manifest, Mapping):
        return None
    summary: dict[str, Any] = {}
    for key in _INDEX_KEYS:
        value = manifest.get(key)
        nested = value.items() if isinstance(value, Mapping) else [("", value)]
        for name, item in nested:
            told = len(item) if isinstance(item, list | tuple) else _without_path(item)
            if isinstance(told, str | int | float) and told != "":
                summary[f"{key} {name}".strip()] = told
    return summary or None


def _without_path(value: Any) -> Any:
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, str):
        for path in (PurePosixPath(value), PureWindowsPath(value)):
            if path.is_absolute() or value.startswith("~"):
                return path.name
    return value


def _is_for_the_user(error: Exception) -> bool:
    """Return whether ``error`` tells the user something; others are defects of the program and keep their traceback."""
    return isinstance(error, OSError) or type(error).__module__.split(".")[0] in _ROOMS
