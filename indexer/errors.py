"""Errors of this room. Each message is one line that says what was wrong and what to do."""

from __future__ import annotations


class IndexerError(Exception):
    """An index cannot be built, opened or trusted as it is."""


class IndexMissingError(IndexerError):
    """There is no index, or only a half-written one."""


class IndexMismatchError(IndexerError):
    """The index was made by another format, tokeniser or model."""
