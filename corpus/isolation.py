"""Reading a file in a process of its own, so that one that hangs, crashes or eats memory ends only that process."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.model import Extracted

READ_SECONDS = 120.0
MEMORY_BYTES = 4 << 30
MAX_CHARACTERS = 20_000_000

_ROOT = Path(__file__).resolve().parent.parent
_SURROGATE = re.compile("[\ud800-\udfff]")
_LISTS = ("pages", "scanned", "unread")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from a file, and the format that it has (as ``corpus.formats.format_of`` names it)."""

    format: str
    extracted: Extracted


def read_isolated(path: Path, seconds: float = READ_SECONDS) -> Reading:
    """Return the reading of a file of any known format, made by a process that lives at most ``seconds``.

    Raises CorpusError when the file cannot be read, or reading it takes too long, too much memory, or crashes.
    """
    # Names of files, even those of users, are nothing to Python's own options; -P: no module of the working folder.
    file = path.absolute()
    command = [sys.executable, "-P", "-m", "corpus.formats", str(file), str(math.ceil(seconds))]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise CorpusError(
            f"{path}: reading it took more than {seconds:g} seconds; split the file, or set KAIKAKU_READ_SECONDS higher"
        ) from None
    finally:
        _end(process)
    try:
        table = json.loads(output)
        if "error" in table:
            raise CorpusError(" ".join(str(table["error"]).replace(str(file), str(path)).split()))
        return reading_from_json(table)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CorpusError(
            f"{path}: reading it ended the reader ({_ending(process.returncode)}); the file is damaged or too large: "
            "save it again or split it"
        ) from None


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """Return a reading as a table that JSON can hold."""
    return {"format": reading.format, **asdict(reading.extracted)}


def reading_from_json(table: dict[str, Any]) -> Reading:
    """Return the reading that ``reading_to_json`` made a table of. Raises ValueError, KeyError or TypeError."""
    text, lists, remarks = table["text"], [tuple(table[name]) for name in _LISTS], tuple(table["remarks"])
    is_right = (
        isinstance(table["format"], str)
        and isinstance(text, str)
        and all(type(number) is int and number >= 0 for numbers in lists for number in numbers)
        and all(isinstance(remark, str) for remark in remarks)
        and all(before <= after for before, after in pairwise(lists[0]))
    )
    if not is_right:
        raise ValueError("not a reading")
    # Half of a character cannot be written, searched or shown.
    return Reading(table["format"], Extracted(_SURROGATE.sub("\ufffd", text), lists[0], lists[1], lists[2], remarks))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, and wait for it."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


def _ending(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
