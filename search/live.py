"""An engine that follows its index: what is added or removed while it runs is found, or not, from the next request."""

from __future__ import annotations

import threading
from pathlib import Path

from corpus.settings import Settings
from indexer.store import current_pointer
from search.engine import SearchEngine


class LiveEngine:
    """The engine over the current generation of an index. Safe to use from several threads."""

    def __init__(self, path: Path | str | None = None, *, model: str | None = None) -> None:
        """Open an index as ``SearchEngine.open`` does, with its errors."""
        self._index = Path(path) if path else Settings.from_environment().index
        self._model = model
        self._lock = threading.Lock()
        # Read before the index: should it change in between, the next request opens it again.
        pointer = current_pointer(self._index)
        self._opened = pointer, SearchEngine.open(self._index, model=model)

    def current(self) -> SearchEngine:
        """Return the engine for one request, which keeps it to its end, whatever is published meanwhile.

        Raises IndexMissingError, IndexMismatchError or EncoderError when a new generation cannot be opened: rather no
        answer than one from documents that were removed.
        """
        pointer = current_pointer(self._index)
        opened, engine = self._opened
        if pointer == opened:
            return engine
        with self._lock:
            pointer = current_pointer(self._index)
            opened, engine = self._opened
            if pointer != opened:
                engine = SearchEngine.open(self._index, model=self._model, encoder=engine.encoder)
                self._opened = pointer, engine
            return engine
