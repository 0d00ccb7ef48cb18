"""HTML of what is known of an initiative, beside its text: department, indicators, progress.

Every value is a button that opens the place where the document prints it. All of it is document text: escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape

from corpus.model import Document, Initiative, Kpi, Progress
from search.citations import plain
from search.initiatives import indicators
from search.names import fiscal_year_name, role_name
from ui.buttons import open_button
from ui.texts import Language, status_meaning, text

_SHOWN_INDICATORS = 4
_SHOWN_VALUES = 6
_SHOWN_PROGRESS = 8
_ACTION_CHARACTERS = 12
_TONES = {
    "good": ("完了", "達成", "順調", "概ね順調"),
    "late": ("やや遅延", "遅延", "未達成", "中止"),
    "idle": ("未着手", "検討中"),
}
_TONE_OF = {status: tone for tone, statuses in _TONES.items() for status in statuses}


def facts_html(initiative: Initiative, document: Document, language: Language) -> str:
    """Return an initiative's department, indicators and progress; empty when the document prints none of them."""
    shared = [kpi for kpi in initiative.kpis if kpi.scope != "initiative"]
    parts = [
        _part("department", _departments(initiative, document) if initiative.departments else "", language),
        _part("kpis", _indicators(initiative.own_kpis, document, language), language),
        _part("progress", _progress(initiative.progress, document, language), language),
    ]
    if shared:
        rows = "".join(_rows(indicators(shared), document, language))
        title = text("section_kpis", language, count=len(indicators(shared)))
        parts.append(_folded(title, rows))
    content = "".join(parts)
    return f'<div class="k-facts">{content}</div>' if content else ""


def _part(key: str, content: str, language: Language) -> str:
    return f'<section><b class="k-fact">{escape(text(key, language))}</b>{content}</section>' if content else ""


def _folded(title: str, content: str) -> str:
    return f'<details class="k-rest"><summary>{escape(title)}</summary>{content}</details>'


def _departments(initiative: Initiative, document: Document) -> str:
    names, spans = initiative.departments, initiative.spans.get("departments", ())
    if len(spans) == len(names):
        return " ".join(
            open_button(document, span, escape(name), "k-value") for name, span in zip(names, spans, strict=True)
        )
    together = escape("・".join(names))
    return open_button(document, spans[0], together, "k-value") if spans else f"<span>{together}</span>"


def _indicators(kpis: Sequence[Kpi], document: Document, language: Language) -> str:
    named = indicators(kpis)
    shown: dict[str, list[Kpi]] = {}
    values = 0
    for name, own in named.items():
        values += len(own)
        if shown and (values > _SHOWN_VALUES or len(shown) == _SHOWN_INDICATORS):
            break
        shown[name] = own
    html = "".join(_rows(shown, document, language))
    rest = {name: own for name, own in named.items() if name not in shown}
    if rest:
        html += _folded(text("more_kpis", language, count=len(rest)), "".join(_rows(rest, document, language)))
    return html


def _rows(named: Mapping[str, Iterable[Kpi]], document: Document, language: Language) -> Iterator[str]:
    for name, kpis in named.items():
        role, words = "", []
        for kpi in kpis:
            if kpi.role != role:
                # An arrow leads to an aim, not to what was reached by another year.
                arrow = "→ " if role and kpi.role == "target" else ""
                words.append(f"{arrow}<i>{escape(role_name(kpi.role, language))}</i>")
                role = kpi.role
            year = "" if kpi.fiscal_year is None else f"<small>{fiscal_year_name(kpi.fiscal_year, language)}</small> "
            words.append(f'<span class="k-cell">{year}{_kpi(kpi, document, language)}</span>')
        yield f'<p class="k-kpi"><span lang="ja">{escape(plain(name))}</span> {" ".join(words)}</p>'


def _kpi(kpi: Kpi, document: Document, language: Language) -> str:
    label = f'<span lang="ja">{escape(plain(kpi.value))}</span>{_doubt(kpi.certain, language)}'
    return open_button(document, kpi.span, label, "k-value", kpi.reason or "")


def _progress(every: Sequence[Progress], document: Document, language: Language) -> str:
    shown = _badges(every[:_SHOWN_PROGRESS], document, language)
    if rest := every[_SHOWN_PROGRESS:]:
        shown += _folded(text("more_progress", language, count=len(rest)), _badges(rest, document, language))
    return shown


def _badges(every: Sequence[Progress], document: Document, language: Language) -> str:
    by_year: dict[int | None, list[str]] = {}
    for one in every:
        by_year.setdefault(one.fiscal_year, []).append(_badge(one, document, language))
    lines = []
    for year, badges in by_year.items():
        label = "" if year is None else f"<small>{fiscal_year_name(year, language)}</small> "
        lines.append(f'<p class="k-kpi">{label}{" ".join(badges)}</p>')
    return "".join(lines)


def _badge(one: Progress, document: Document, language: Language) -> str:
    action = one.action if len(one.action) <= _ACTION_CHARACTERS else f"{one.action[:_ACTION_CHARACTERS]}…"
    meaning = status_meaning(one.status, language)
    label = (
        f'<span lang="ja">{escape(action)} <b>{escape(plain(one.printed))}</b></span>'
        f"{f' ({escape(meaning)})' if meaning else ''}{_doubt(one.certain, language)}"
    )
    css_class = f"k-status k-{_TONE_OF.get(one.status, 'other')}"
    return open_button(document, one.span, label, css_class, one.reason or (one.action if action != one.action else ""))


def _doubt(certain: bool, language: Language) -> str:
    return "" if certain else f' <span class="k-doubt">{escape(text("doubt", language))}</span>'
