"""Writing files so that a crash, a kill or a full disk leaves either the file before or the new one, whole."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

UNFINISHED = ".part"
"""How the name of a file ends that is being written."""


def write_durably(path: Path, data: bytes) -> None:
    """Write a file in one step that survives a crash. Raises OSError; the file before is then untouched."""
    unfinished = path.with_name(f".{uuid.uuid4().hex}{UNFINISHED}")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder survive the loss of power, where the system can."""
    if os.name == "nt":  # Windows has no handle on a folder to sync
        return
    with suppress(OSError):  # what was renamed is visible, whatever comes
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
