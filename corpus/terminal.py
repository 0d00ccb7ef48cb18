"""What every command does with its output streams."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from typing import TextIO

_CONTROLS = ("Cc", "Cf", "Zl", "Zp")


def show_any_character(stream: TextIO, encoding: str | None = None) -> None:
    """Let a stream escape what its encoding cannot show, so that no city's name ends a command; or set the encoding."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def plain(text: str) -> str:
    """Return a line for people with line breaks and other control characters escaped, which names of files may have."""
    return "".join(
        character.encode("unicode_escape").decode() if unicodedata.category(character) in _CONTROLS else character
        for character in text
    )


def drop_output() -> None:
    """Send what standard output still holds nowhere: Python would fail once more to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
