"""Office files for tests: the committed ones, and damaged or hostile ones made from them."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import Path

FILES = Path(__file__).parent / "files"
OFFICE = FILES / "office"


def rewritten(source: Path, target: Path, replaced: dict[str, str | bytes | None]) -> Path:
    """Write ``source`` to ``target`` with some of its parts replaced, added or, where None, left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *replaced]):
            data = replaced.get(name, old.read(name) if name not in replaced else None)
            if data is not None:
                new.writestr(name, data)
    return target


def part(source: Path, name: str) -> str:
    with zipfile.ZipFile(source) as archive:
        return archive.read(name).decode("utf-8")


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def lines_found(source: str, text: str) -> float:
    """Return the share of a source's lines that a read text has, heading marks aside."""
    wanted = [squeezed(line).lstrip("#") for line in source.split("\n")]
    wanted = [line for line in wanted if line]
    whole = squeezed(text)
    return sum(line in whole for line in wanted) / len(wanted)
