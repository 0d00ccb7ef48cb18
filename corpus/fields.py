"""The alias table of field names (``data/fields.toml``) and the test whether a cell is such a name."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SPACE = re.compile(r"\s+")
_SQUEEZED_CHARACTERS = 200


def squeeze(text: str) -> str:
    """Return ``text`` after NFKC and without white space, the form in which labels are compared.

    Only the first 200 characters count: no label is longer, and NFKC of a long run of combining marks takes minutes.
    """
    text = text[:_SQUEEZED_CHARACTERS]
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Fields:
    """Field names, squeezed; ``title`` in order of preference."""

    title: tuple[str, ...]
    number: frozenset[str]
    department: frozenset[str]
    action: tuple[str, ...]
    body: frozenset[str]

    def is_label(self, cell: str) -> bool:
        """Return whether a cell is the name of a field and nothing else."""
        name = squeeze(cell)
        return name in self.title or name in self.number or name in self.department or name in self.body

    def action_number(self, cell: str) -> str | None:
        """Return the action that a cell opens (``取組内容1``), or None."""
        match = re.fullmatch(rf"({'|'.join(map(re.escape, self.action))})(\d{{1,2}})", squeeze(cell))
        return match.group(0) if match else None


@cache
def load_fields() -> Fields:
    """Return the alias table that ships with the package."""
    table = tomllib.loads((Path(__file__).parent / "data" / "fields.toml").read_text(encoding="utf-8"))
    names = {key: tuple(squeeze(name) for name in value) for key, value in table.items()}
    return Fields(
        title=names["title"],
        number=frozenset(names["number"]),
        department=frozenset(names["department"]),
        action=names["action"],
        body=frozenset(names["body"]),
    )
