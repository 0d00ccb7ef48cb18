"""The one place where configuration is read: the environment, variables ``KAIKAKU_*``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the documents and the index are, and which model makes the vectors.

    documents: folder with ``catalog.toml`` (``KAIKAKU_DOCUMENTS``).
    index: folder of the index (``KAIKAKU_INDEX``).
    model: ``"embedded"``, or a sentence-transformers directory or hub name (``KAIKAKU_MODEL``).
    """

    documents: Path = _ROOT / "corpus" / "documents"
    index: Path = _ROOT / "var" / "index"
    model: str = "embedded"

    @classmethod
    def from_environment(cls) -> Settings:
        """Return the settings with every ``KAIKAKU_*`` variable that is set (and not empty) applied."""
        documents, index, model = (os.environ.get(f"KAIKAKU_{name}") for name in ("DOCUMENTS", "INDEX", "MODEL"))
        return cls(
            documents=Path(documents) if documents else cls.documents,
            index=Path(index) if index else cls.index,
            model=model or cls.model,
        )
