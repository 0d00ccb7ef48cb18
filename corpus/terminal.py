"""What every command does with its output streams."""

from __future__ import annotations

import io
import os
import sys
from typing import TextIO


def show_any_character(stream: TextIO, encoding: str | None = None) -> None:
    """Let a stream escape what its encoding cannot show, so that no city's name ends a command; or set the encoding."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def drop_output() -> None:
    """Send what standard output still holds nowhere: Python would fail once more to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
