"""HTML of what was understood of a question: chips above its results, each of which can be switched off.

A chip is a toggle button; ``chips.js`` asks the question again without those that are off. What stands on a chip comes
from the question or from lists of words: all of it is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from search.names import fiscal_year_name, municipality_name, role_name
from search.query import Query, Recognised
from ui.texts import TEXTS, Language, status_name, text
from ui.texts import fiscal_year_name as long_year_name

_SHOWN_CHIPS = 8
_SHOWN_WORDS = 4
_SHOWN_CHARACTERS = 40
_SEPARATORS: dict[Language, tuple[str, str, str]] = {"ja": ("＝", "・", "："), "en": (" = ", ", ", ": ")}
"""Between a wording and what it was taken for, between words, and after what a chip is."""


def chips_html(query: Query, language: Language) -> str:
    """Return the line of chips of a question, with the question itself for asking again; empty without chips."""
    chips = [_chip(one, query.text, language) for one in query.recognised]
    if not chips:
        return ""
    label = escape(text("reading", language))
    return (
        f'<div class="k-reading" role="group" aria-label="{label}" data-question="{escape(query.text)}">'
        f'<span class="k-label"><b>{label}</b> <small>{escape(text("reading_hint", language))}</small></span>'
        f"{''.join(chips[:_SHOWN_CHIPS])}{_rest(query.recognised[_SHOWN_CHIPS:], chips[_SHOWN_CHIPS:], language)}</div>"
    )


def _rest(recognised: Sequence[Recognised], chips: Sequence[str], language: Language) -> str:
    """Return the chips beyond the first few, folded unless one of them is off: what is off stays in sight."""
    if not chips:
        return ""
    is_open = "" if all(one.on for one in recognised) else " open"
    summary = escape(text("reading_more", language, count=len(chips)))
    return f"<details{is_open}><summary>{summary}</summary><div>{''.join(chips)}</div></details>"


def _chip(one: Recognised, question: str, language: Language) -> str:
    _, _, colon = _SEPARATORS[language]
    name = _as_written(one.name, question)
    about = text(f"effect_{one.effect}" if one.on else "effect_off", language)
    # "Not pressed" already says to a screen reader that it is off.
    hidden = "" if one.on else ' aria-hidden="true"'
    effect = f"<small{hidden}>{escape(about)}</small>"
    # The space keeps the words apart where a screen reader joins them.
    return (
        f'<button type="button" class="k-chip k-{one.effect}" aria-pressed="{"true" if one.on else "false"}" '
        f'data-key="{escape(one.key)}" title="{escape(_title(one, name, language))}">'
        f'<span class="k-tick" aria-hidden="true"></span>'
        f'<span class="k-what"><b>{escape(_kind(one, language))}{colon}</b>{_what(one, name, language)}</span> '
        f"{effect}</button>"
    )


def _kind(one: Recognised, language: Language) -> str:
    # A kind that the search learns before the page has a word for it is shown, too.
    return text(f"read_{one.kind}" if f"read_{one.kind}" in TEXTS else "read_other", language)


def _as_written(name: str, question: str) -> str:
    """Return a wording as the question has it (RPA): the search reads all in lower case."""
    at = question.lower().find(name)
    written = question[at : at + len(name)] if at >= 0 else name
    return written if written.lower() == name else name


def _what(one: Recognised, name: str, language: Language) -> str:
    """Return what a chip says was understood, as HTML, shortened."""
    equals, comma, _ = _SEPARATORS[language]
    if one.effect != "expand":
        return f"<span>{escape(_shortened(_meaning(one, name, language)))}</span>"
    shown = comma.join(map(_shortened, one.means[:_SHOWN_WORDS]))
    more = len(one.means) - _SHOWN_WORDS
    others = f" {escape(text('more_words', language, count=more))}" if more > 0 else ""
    return f'<span>{escape(_shortened(name))}</span>{equals}<span lang="ja">{escape(shown)}</span>{others}'


def _title(one: Recognised, name: str, language: Language) -> str:
    """Return all that a chip stands for, what it does to the search, and what a press does; plain text."""
    equals, comma, _ = _SEPARATORS[language]
    if one.effect == "expand" or one.kind == "document":
        whole = f"{name}{equals}{comma.join(one.means)}"
    elif one.kind == "year":
        whole = f"{name}{equals}{comma.join(long_year_name(int(year), language) for year in one.means)}"
    else:
        whole = _meaning(one, name, language)
    does = text(f"effect_{one.effect}_means", language)
    press = text("press_off" if one.on else "press_on", language)
    return f"{whole}\n{f'{does} ' if one.on else ''}{press}"


def _meaning(one: Recognised, name: str, language: Language) -> str:
    """Return what a restriction or a preference was taken for, in the words of ``language``."""
    meant = one.means[0] if one.means else name
    match one.kind:
        case "municipality" | "outside":
            return municipality_name(meant, language)
        case "year":
            years = (fiscal_year_name(int(year), language) for year in one.means)
            return ("～" if language == "ja" else "–").join(years)
        case "document_kind":
            return text(f"kind_{meant}", language)
        case "department":
            return meant
        case "status":
            return status_name(meant, language)
        case "role":
            return role_name(meant, language)
        case "numeric_target":
            return text("read_any", language)
        case _:
            return name


def _shortened(words: str) -> str:
    return words if len(words) <= _SHOWN_CHARACTERS else f"{words[:_SHOWN_CHARACTERS]}…"
