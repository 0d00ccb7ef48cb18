"""What a user or a client of the HTTP interface gives, checked before the search sees it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from corpus.model import DOCUMENT_KINDS
from search import Filters, SearchEngine
from search.engine import MAX_TOP_K
from search.initiatives import nearest
from search.query import MAX_CHARACTERS
from ui.texts import Language, text

MAX_THEMES = 20
_SHOWN_CHARACTERS = 60

_BETWEEN_THEMES = re.compile(r"[\n、，,;；]")


class InputError(Exception):
    """An input cannot be used; ``message`` says why and what to do."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def message(self, language: Language) -> str:
        """Return the message for the user, as plain text."""
        return text(self.key, language, **self.values)


def checked_question(value: object) -> str:
    """Return the question. Raises InputError when it is empty, too long or no text."""
    if not isinstance(value, str):
        raise InputError("error_question_not_text" if value is not None else "error_empty_question")
    question = value.strip()
    if not question:
        raise InputError("error_empty_question")
    if len(question) > MAX_CHARACTERS:
        raise InputError("error_long_question", count=f"{len(question):,}", limit=f"{MAX_CHARACTERS:,}")
    return question


def checked_themes(value: object, whole: Collection[str] = ()) -> list[str]:
    """Return the themes without repetitions, from a list or from text with one on each line or between commas.

    whole: lines that are one theme although they may have commas.
    """
    if isinstance(value, str):
        lines = value.split("\n")
        value = [theme for line in lines for theme in ([line] if line in whole else _BETWEEN_THEMES.split(line))]
    if value is None:
        value = []
    if not isinstance(value, list) or not all(isinstance(theme, str) for theme in value):
        raise InputError("error_themes_not_texts")
    themes = list(dict.fromkeys(theme.strip() for theme in value if theme.strip()))
    if not themes:
        raise InputError("error_empty_themes")
    if len(themes) > MAX_THEMES:
        raise InputError("error_many_themes", count=len(themes), limit=MAX_THEMES)
    return [checked_question(theme) for theme in themes]


def checked_filters(
    engine: SearchEngine,
    municipalities: object = None,
    fiscal_year: object = None,
    kinds: object = None,
    departments: object = None,
    statuses: object = None,
    numeric_target: object = None,
) -> Filters:
    """Return the filters. Raises InputError when one names what the index does not have.

    fiscal_year: None and 0 mean any year. numeric_target: None and False mean any initiative, or none.
    """
    # A boolean is an int for Python, not for a user.
    if fiscal_year is not None and type(fiscal_year) is not int:
        raise InputError("error_fiscal_year", value=_shown(fiscal_year))
    if numeric_target is not None and not isinstance(numeric_target, bool):
        raise InputError("error_numeric_target", value=_shown(numeric_target))
    return Filters(
        municipalities=_known("error_unknown_municipality", "municipalities", municipalities, engine.municipalities),
        fiscal_year=fiscal_year or None,
        kinds=_known("error_unknown_kind", "kinds", kinds, DOCUMENT_KINDS),
        departments=_departments(departments, engine.departments),
        statuses=_known(
            "error_unknown_status" if engine.statuses else "error_no_statuses", "statuses", statuses, engine.statuses
        ),
        numeric_target=bool(numeric_target),
    )


def checked_top_k(value: object) -> int:
    """Return the number of results. Raises InputError when the search does not give that many."""
    if type(value) is not int or not 1 <= value <= MAX_TOP_K:
        raise InputError("error_top_k", value=_shown(value), limit=MAX_TOP_K)
    return value


def checked_ignore(value: object) -> tuple[str, ...]:
    """Return the keys of what a question must not be taken for. Raises InputError when they are no list of texts."""
    return tuple(_texts("ignore", value) or ())


def _departments(values: object, known: Sequence[str]) -> list[str] | None:
    names = _texts("departments", values)
    for name in names or ():
        if name not in known:
            near = "、".join(nearest(name, known))
            key = "error_unknown_department" if near else "error_no_departments"
            raise InputError(key, name=_shown(name), count=len(known), known=near)
    return names


def _known(key: str, field: str, values: object, known: Sequence[str]) -> list[str] | None:
    names = _texts(field, values)
    for name in names or ():
        if name not in known:
            raise InputError(key, name=_shown(name), known="、".join(known))
    return names


def _texts(field: str, values: object) -> list[str] | None:
    if not values:
        return None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError("error_list", name=field)
    return list(dict.fromkeys(values))


def _shown(value: object) -> str:
    shown = str(value)
    return shown if len(shown) <= _SHOWN_CHARACTERS else f"{shown[:_SHOWN_CHARACTERS]}…"
