"""How texts are compared by the measures."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_SPACE_OR_ASTERISK = re.compile(r"[\s*]+")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Return ``text`` for the comparison of quotes: NFKC, without HTML-like tags, white space and asterisks.

    Tags go first, so that ``< 3`` of a table, which is no tag, does not become one. NFKC is Unicode Standard Annex #15.
    """
    return _SPACE_OR_ASTERISK.sub("", _TAG.sub("", unicodedata.normalize("NFKC", text)))


def squeeze(text: str) -> str:
    """Return ``text`` for the comparison of answer keys and names: NFKC, without white space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))
