"""What the citations of a sentence say together: their words, figures and years, and the cells that they stand in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property

from corpus.model import Citation, Initiative
from corpus.municipalities import all_municipalities
from search.figures import Figure, read_figures
from search.wording import Said, wordings

_PIECES = re.compile(r"[\n。]")


class Source:
    """What citations say: their quotes, where they stand, what the answer says by them, and the cells there."""

    def __init__(self, citations: Sequence[Citation], told: Sequence[str], initiatives: Sequence[Initiative]) -> None:
        """told: what an answer says by these citations. initiatives: those that the citations stand in."""
        self.citations = citations
        self._quotes = [unicodedata.normalize("NFKC", one.quote) for one in citations]
        self._quotes += [unicodedata.normalize("NFKC", text) for text in told]
        self._contexts = [unicodedata.normalize("NFKC", one.context) for one in citations]
        cities = {one.document.municipality for one in citations}
        self.said = Said([*self._quotes, *self._contexts, *cities])
        self.romaji = {
            part.lower()
            for row in all_municipalities()
            if row.name in cities
            for part in (row.romaji, "city", "town", "village")
        }
        self._kpis = [(kpi, _cell_figures(kpi.value)) for one in initiatives for kpi in one.kpis]

    @cached_property
    def _read(self) -> tuple[list[Figure], list[Figure], set[int]]:
        quoted = [read_figures(text, wordings().no_numbers) for text in self._quotes]
        around = [read_figures(text, wordings().no_numbers) for text in self._contexts]
        years = {year.year for _, found in (*quoted, *around) for year in found}
        return [one for found, _ in quoted for one in found], [one for found, _ in around for one in found], years

    @property
    def years(self) -> set[int]:
        """The years that are named here."""
        return self._read[2]

    def bears(self, figure: Figure, is_english: bool) -> bool:
        """Return whether a figure stands here with its unit; or alone, as in a cell, and its unit elsewhere here."""
        quoted, around, _ = self._read
        unit = wordings().units.get(figure.unit, figure.unit) if is_english else figure.unit
        same = [one for one in quoted if one.value == figure.value]
        if any(one.unit == unit for one in (*same, *(one for one in around if one.unit and one.value == figure.value))):
            return True
        if is_english and unit.isascii() and unit != "%":
            return bool(same)
        is_alone = any(not one.unit and not one.is_written for one in same)
        return bool(unit) and is_alone and any(unit in quote for quote in self._quotes)

    def pairs(self, year: int, figure: Figure, between: str) -> bool:
        """Return whether something says that a figure is of a year, and no cell says that it is of another.

        between: the words that join them, which may stand here so; none when the question names the year and the
        sentence does not: what names other years is no witness then.
        """
        if in_cells := [fiscal_year for fiscal_year, _ in self._cells(figure) if fiscal_year is not None]:
            return year in in_cells
        if (not between and year not in self.years) or (between and self.said.has(between)):
            return True
        pieces = [piece for quote in self._quotes for piece in (*_PIECES.split(quote), quote)]
        return any(_together(piece, year, figure) for piece in (*pieces, *self._whole))

    @property
    def _whole(self) -> Iterable[str]:
        return (f"{quote} {context}" for quote in self._quotes for context in self._contexts)

    def roles(self, figure: Figure) -> set[str]:
        """Return the roles that the cells with a figure have; none when no cell has it."""
        return {role for _, role in self._cells(figure)}

    def _cells(self, figure: Figure) -> list[tuple[int | None, str]]:
        return [
            (kpi.fiscal_year, kpi.role)
            for kpi, figures in self._kpis
            if any(found.value == figure.value for found in figures)
        ]


def _together(text: str, year: int, figure: Figure) -> bool:
    """Return whether a text names a year and a figure, and one of the two alone."""
    figures, years = read_figures(text, wordings().no_numbers)
    named = {one.year for one in years}
    values = {one.value for one in figures if not one.is_written}
    if year not in named or all(one.value != figure.value for one in figures):
        return False
    return len(named) == 1 or values == {figure.value}


def _cell_figures(value: str) -> list[Figure]:
    return read_figures(unicodedata.normalize("NFKC", value), wordings().no_numbers)[0]
