"""HTML of an answer's rewording by a language model. What the model wrote is escaped, like all that is not ours."""

from __future__ import annotations

from html import escape

from search import Answer
from search.language_model import LanguageModel
from search.model import numbered
from search.rewording import Rewording, rewording_notice
from ui.answer_html import citation_marks
from ui.texts import Language, text


def reworded_html(rewording: Rewording, answer: Answer, model: LanguageModel, language: Language) -> str:
    """Return a rewording as far as it has come: its sentences with their sources, and what was left out of it.

    Nothing for an answer of which there is nothing to reword.
    """
    notice = rewording_notice(rewording, language)
    if rewording.is_done and not rewording.statements and not notice:
        return ""
    numbers = numbered(answer.citations)
    by = escape(text("reworded_by", language, model=model.name, host=model.host))
    sentences = "".join(
        f'<p class="k-statement">{escape(one.text)}<sup>{citation_marks(one.citations, numbers, language)}</sup></p>'
        for one in rewording.statements
    )
    waiting = "" if rewording.is_done else f'<p class="k-remark">{escape(text("rewording", language))}</p>'
    remarks = "".join(f'<p class="k-remark">{escape(line)}</p>' for line in notice.splitlines())
    return (
        f'<section class="k-card k-answer k-reworded" lang="{escape(answer.language)}" aria-live="polite" '
        f'aria-busy="{"false" if rewording.is_done else "true"}"><p class="k-remark">{by}</p>{sentences}{waiting}'
        f"{remarks}</section>"
    )


def model_notice_html(notice: str, model: LanguageModel) -> str:
    """Return what the page says as long as a language model is set. notice: HTML, translated by the browser."""
    return f'<p class="k-model">{notice} <b>{escape(model.name)}</b> ({escape(model.host)})</p>'
