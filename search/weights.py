"""The tuned numbers of ranking and of the decision whether a passage is evidence (``data/weights.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

WEIGHTS_FILE = Path(__file__).parent / "data" / "weights.toml"


@dataclass(frozen=True)
class Weights:
    """Weights of the signals (``search.signals``), and of the evidence model (``search.evidence``).

    spread: by what share of the best score every further passage of a document is set back (``search.spread``).
    evidence_threshold: least probability of a municipality that has to be found; answer_threshold: of one that the
    question names; term_margin: how much more probable either must be when its documents do not say a technical
    term of the question.
    """

    words: float = 0.0
    bigrams: float = 0.0
    passage: float = 0.0
    sentence: float = 0.0
    title: float = 0.0
    passage_alone: float = 0.0
    coverage: float = 0.0
    closeness: float = 0.0
    context: float = 0.0
    initiative: float = 0.0
    years: float = 0.0
    places: float = 0.0
    figures: float = 0.0
    spread: float = 0.0
    evidence_bias: float = 0.0
    evidence_coverage: float = 0.0
    evidence_in_city: float = 0.0
    evidence_cosine: float = 0.0
    evidence_relative: float = 0.0
    evidence_threshold: float = 0.5
    answer_threshold: float = 0.5
    term_margin: float = 0.25

    def to_toml(self) -> str:
        """Return the weights as the text of ``data/weights.toml``."""
        head = "# The tuned numbers of ranking and of the evidence decision. Written by `python -m eval tune`."
        return "\n".join([head, *(f"{name} = {value}" for name, value in asdict(self).items()), ""])


@cache
def load_weights() -> Weights:
    """Return the weights that ship with the package."""
    return Weights(**tomllib.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))
