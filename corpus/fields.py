"""The names of fields and the words for progress (``data/fields.toml``), and whether a cell is such a name."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from corpus.fiscal_years import find_fiscal_years

_SPACE = re.compile(r"\s+")
_SQUEEZED_CHARACTERS = 200
_LABEL_CHARACTERS = 40
_BRACKETED = re.compile(r"[(（〔［\[].*?[)）〕］\]]")
_SIGNS = "【】〔〕〈〉<>《》「」『』≪≫→⇒■□●○◎◆◇★☆※▼▽・.:：;,、*＊-‐–—－~〜"
_AFTER_YEAR = re.compile(r"^(?:末|時点|の|における)+")
_ENCLOSED = re.compile("[①-⑳]")
_REMEMBERED = 32_768
_ROLES = ("baseline", "target", "actual")
# Names that make a row the head of a table of initiatives; the others also stand at the side of a sheet.
_STRUCTURAL = frozenset(("title", "number", "department", "overview", "action"))


def squeeze(text: str) -> str:
    """Return ``text`` after NFKC and without white space, the form in which labels are compared.

    Only the first 200 characters count: no label is longer, and NFKC of a long run of combining marks takes minutes.
    """
    return _squeeze(text[:_SQUEEZED_CHARACTERS])


@lru_cache(maxsize=32_768)  # the cells of a table are compared with every label, and most stand there many times
def _squeeze(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a field in a cell, ``text``. fields: what it may stand for; year: the fiscal year printed with it.

    since: the first year where two are printed, R5→R7. over: what stands over it in the head of a table.
    """

    fields: frozenset[str]
    year: int | None = None
    text: str = ""
    since: int | None = None
    over: str = ""

    @property
    def role(self) -> str | None:
        """Return the role of the values that stand under the name, None for another field."""
        return next((role for role in _ROLES if role in self.fields), None)


@dataclass(frozen=True)
class Fields:
    """Field names, squeezed; ``title`` in order of preference. statuses: normalised word by printed word."""

    title: tuple[str, ...]
    names: dict[str, frozenset[str]]
    statuses: dict[str, str]
    _numbered: re.Pattern[str]
    _names_of: dict[str, tuple[str, ...]]
    _labels: dict[str, Label | None] = field(default_factory=dict, repr=False, compare=False)

    def is_label(self, cell: str) -> bool:
        """Return whether a cell is a name that heads a column of a table of initiatives, and nothing else."""
        return bool(self.names.get(squeeze(cell), frozenset()) & _STRUCTURAL)

    def is_a(self, cell: str, name: str) -> bool:
        """Return whether a cell is a name of the field ``name`` and nothing else."""
        label = self.label(cell)
        return label is not None and name in label.fields

    def label(self, cell: str) -> Label | None:
        """Return the field name that a cell is, read without signs, brackets and year; None for any other cell."""
        if not cell or len(cell) > _LABEL_CHARACTERS:
            return None
        if cell not in self._labels:
            if len(self._labels) >= _REMEMBERED:
                self._labels.clear()
            self._labels[cell] = self._read_label(cell)
        return self._labels[cell]

    def _read_label(self, cell: str) -> Label | None:
        plain = squeeze(cell)
        if plain in self.names:
            return Label(self.names[plain], None, cell)
        plain = squeeze(_ENCLOSED.sub("", cell)).strip(_SIGNS)
        years = find_fiscal_years(plain) if re.search(r"\d|元", plain) else []
        core = plain
        for mention in reversed(years):
            core = core[: mention.span[0]] + core[mention.span[1] :]
        core = _BRACKETED.sub("", core).strip(_SIGNS).strip(_SIGNS)
        core = _AFTER_YEAR.sub("", core).strip(_SIGNS)
        numbered = core.rstrip("0123456789")
        if core not in self.names and "indicator" in self.names.get(numbered, ()):
            core = numbered  # 指標1, 指標2
        if core not in self.names:
            return None
        if len(years) == 2 and re.search("[→⇒]", plain):
            return Label(self.names[core], years[1].first, cell, years[0].first)
        return Label(self.names[core], years[0].first if len(years) == 1 else None, cell)

    def named(self, name: str) -> tuple[str, ...]:
        """Return the names of the field ``name``, longest first."""
        return self._names_of.get(name, ())

    def action_number(self, cell: str) -> str | None:
        """Return the action that a cell opens, with its number in ASCII (``取組内容1``), or None."""
        if len(cell) > _LABEL_CHARACTERS:
            return None
        match = self._numbered.fullmatch(squeeze(cell))
        return match.group(1) + match.group(2) if match else None


@cache
def load_fields() -> Fields:
    """Return the alias table that ships with the package."""
    table = tomllib.loads((Path(__file__).parent / "data" / "fields.toml").read_text(encoding="utf-8"))
    statuses = {squeeze(word): status for status, words in table.pop("status").items() for word in words}
    squeezed = {key: tuple(squeeze(name) for name in aliases) for key, aliases in table.items()}
    names: dict[str, set[str]] = {}
    for key, aliases in squeezed.items():
        for name in aliases:
            names.setdefault(name, set()).add(key)
    longest = {key: tuple(sorted(aliases, key=len, reverse=True)) for key, aliases in squeezed.items()}
    return Fields(
        title=squeezed["title"],
        names={name: frozenset(keys) for name, keys in names.items()},
        statuses=statuses,
        _numbered=re.compile(rf"({'|'.join(map(re.escape, longest['action']))})[(]?(\d{{1,2}})[)]?"),
        _names_of=longest,
    )
