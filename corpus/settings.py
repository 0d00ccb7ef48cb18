"""The one place where configuration is read: the environment, variables ``KAIKAKU_*``."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import CorpusError
from corpus.isolation import READ_SECONDS

_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the documents and the index are, which model makes the vectors, and which, if any, rewords answers.

    documents: folder with ``catalog.toml`` (``KAIKAKU_DOCUMENTS``).
    library: folder of the documents that users add (``KAIKAKU_LIBRARY``); it need not be there.
    index: folder of the index (``KAIKAKU_INDEX``).
    model: ``"embedded"``, or a sentence-transformers directory or hub name (``KAIKAKU_MODEL``).
    vocabulary: file of the user's own synonyms (``KAIKAKU_VOCABULARY``); it need not be there.
    read_seconds: how long the reading of one file may take (``KAIKAKU_READ_SECONDS``).
    llm_url: address of an OpenAI-compatible endpoint (``KAIKAKU_LLM_URL``); empty: answers are not reworded.
    llm_model: the language model's name there (``KAIKAKU_LLM_MODEL``). llm_key: its key (``KAIKAKU_LLM_KEY``).
    llm_seconds: how long a rewording may take (``KAIKAKU_LLM_SECONDS``). llm_first_seconds: how long until it begins
    (``KAIKAKU_LLM_FIRST_SECONDS``).
    """

    documents: Path = _ROOT / "corpus" / "documents"
    library: Path = _ROOT / "var" / "library"
    index: Path = _ROOT / "var" / "index"
    model: str = "embedded"
    vocabulary: Path = _ROOT / "var" / "vocabulary.tsv"
    read_seconds: float = READ_SECONDS
    llm_url: str = ""
    llm_model: str = ""
    llm_key: str = field(default="", repr=False)
    llm_seconds: float = 60.0
    llm_first_seconds: float = 20.0

    @classmethod
    def from_environment(cls) -> Settings:
        """Return the settings with every ``KAIKAKU_*`` variable that is set (and not empty) applied.

        Raises CorpusError when one cannot be used.
        """
        names = ("DOCUMENTS", "LIBRARY", "INDEX", "MODEL", "VOCABULARY", "READ_SECONDS")
        documents, library, index, model, vocabulary, seconds = (os.environ.get(f"KAIKAKU_{name}") for name in names)
        total, first = (os.environ.get(f"KAIKAKU_{name}") for name in ("LLM_SECONDS", "LLM_FIRST_SECONDS"))
        return cls(
            documents=Path(documents) if documents else cls.documents,
            library=Path(library) if library else cls.library,
            index=Path(index) if index else cls.index,
            model=model or cls.model,
            vocabulary=Path(vocabulary) if vocabulary else cls.vocabulary,
            read_seconds=_seconds("READ_SECONDS", seconds) if seconds else cls.read_seconds,
            llm_url=os.environ.get("KAIKAKU_LLM_URL", "").strip(),
            llm_model=os.environ.get("KAIKAKU_LLM_MODEL", "").strip(),
            llm_key=os.environ.get("KAIKAKU_LLM_KEY", "").strip(),
            llm_seconds=_seconds("LLM_SECONDS", total) if total else cls.llm_seconds,
            llm_first_seconds=_seconds("LLM_FIRST_SECONDS", first) if first else cls.llm_first_seconds,
        )


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= 86_400:
        raise CorpusError(f"KAIKAKU_{name} is {text!r}; set it to a number of seconds, up to 86400")
    return seconds
