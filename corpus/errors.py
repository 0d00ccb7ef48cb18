"""Errors of this room. Each message is one line that says what was wrong and what to do."""

from __future__ import annotations


class CorpusError(Exception):
    """A document or the catalogue cannot be used as it is."""
