"""The optional rewording of an answer by a language model, sentence by sentence, none of them unchecked."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from corpus.model import Citation
from search.citations import plain
from search.faithful import FAULTS, Fault, Grounds
from search.language_model import LanguageModel, ModelError, Trouble
from search.model import Answer, Statement, numbered, place
from search.wording import wordings

SENT_CITATIONS, SENT_CHARACTERS = 20, 12_000
"""The most that is sent with a question: citations, and characters of their quotes and places."""

LONGEST_REPLY = 4_000
_MOST_SENTENCES = 12
_OPENING, _CLOSING = "「『（(【《“", "」』）)】》”"
_MARK = re.compile(r"\s*[\[［][\d０-９\s,，、]*(?:[\]］]|$)")
_BULLET = re.compile(r"\A\s*(?:[-・*•●]|\d{1,2}[.)．）](?=\s))\s*")
_NUMBERED = re.compile(r"\s*\d{1,2}[.．]")
_THOUGHTS = "<think>", "</think>"

_FAULTS: dict[Fault, tuple[str, str]] = {
    "citation": ("出典がない", "no source"),
    "form": ("書式や記号が不正", "markup or foreign signs"),
    "city": ("出典と異なる自治体", "another municipality than its source"),
    "name": ("出典にない名称", "a name that is not in its source"),
    "number": ("出典にない数値・年度", "a figure or year that is not in its source"),
    "sense": ("出典と逆の内容", "the opposite of its source"),
    "words": ("出典にない内容", "content that is not in its source"),
}
_TROUBLES: dict[Trouble, tuple[str, str]] = {
    "unreachable": ("言語モデルに接続できませんでした", "The language model cannot be reached"),
    "slow": ("言語モデルの応答が時間内に終わりませんでした", "The language model did not reply in time"),
    "refused": ("言語モデルがエラーを返しました", "The language model returned an error"),
    "unreadable": ("言語モデルの応答を読み取れませんでした", "The reply of the language model cannot be read"),
    "cut": ("言語モデルの応答が途中で終わりました", "The reply of the language model ended early"),
    "long": ("言語モデルの応答が長すぎました", "The reply of the language model was too long"),
    "empty": ("言語モデルの応答が空でした", "The language model gave an empty reply"),
    "withheld": ("言語モデルに送れる出典がありません", "No source can be sent to the language model"),
}


@dataclass(frozen=True, slots=True)
class Rewording:
    """What a language model has made of an answer so far.

    statements: the sentences that passed every check. dropped: why each of the others is not shown. trouble: what
    ended the reply before its end; detail: a few words on it. is_done: nothing more comes.
    """

    statements: tuple[Statement, ...] = ()
    dropped: tuple[Fault, ...] = ()
    trouble: Trouble | None = None
    detail: str = ""
    is_done: bool = False


def reword(answer: Answer, model: LanguageModel) -> Generator[Rewording, None, None]:
    """Return the growing rewording of an answer, the last of them done. Closing the iterator ends the request.

    Only the question, the answer's statements and table and the first of its citations are sent; of an answer that
    abstains, nothing.
    """
    rewording = Rewording()
    if answer.abstained:
        yield replace(rewording, is_done=True)
        return
    sent = _sent(answer)
    if not sent:
        yield replace(rewording, trouble="withheld", is_done=True)
        return
    yield rewording
    grounds = Grounds(answer, sent)
    try:
        with closing(_sentences(model.reply(_messages(answer, sent)))) as sentences:
            for sentence in sentences:
                checked = grounds.check(sentence)
                if not isinstance(checked, Statement):
                    rewording = replace(rewording, dropped=(*rewording.dropped, checked))
                elif checked not in rewording.statements:
                    rewording = replace(rewording, statements=(*rewording.statements, checked))
                yield rewording
                if len(rewording.statements) + len(rewording.dropped) >= _MOST_SENTENCES:
                    raise ModelError("long")
    except ModelError as error:
        rewording = replace(rewording, trouble=error.trouble, detail=error.detail)
    if not (rewording.statements or rewording.dropped or rewording.trouble):
        rewording = replace(rewording, trouble="empty")
    yield replace(rewording, is_done=True)


def rewording_notice(rewording: Rewording, language: str) -> str:
    """Return what a reader must know of a rewording: sentences left out and why, and what ended it; often nothing."""
    at = 0 if language == "ja" else 1
    lines = []
    if rewording.trouble:
        detail = f" ({rewording.detail})" if rewording.detail else ""
        trouble = f"{_TROUBLES[rewording.trouble][at]}{detail}"
        if rewording.statements:
            lines.append(f"{trouble}。" if at == 0 else f"{trouble}.")
        else:
            lines.append(
                f"{trouble}。文書からの回答を示します。" if at == 0 else f"{trouble}; the answer stands alone."
            )
    if rewording.dropped:
        counts = Counter(rewording.dropped)
        reasons = [f"{_FAULTS[fault][at]} {counts[fault]}" for fault in FAULTS if counts[fault]]
        count = len(rewording.dropped)
        if at == 0:
            lines.append(f"確認できない{count}文を除きました（{'、'.join(reasons)}）。")
        else:
            sentences = "1 sentence" if count == 1 else f"{count} sentences"
            lines.append(f"{sentences} left out that could not be verified ({', '.join(reasons)}).")
    return "\n".join(lines)


def citation_numbers(answer: Answer, statement: Statement) -> list[int]:
    """Return the numbers of a statement's citations among those of the answer."""
    numbers = numbered(answer.citations)
    return [numbers[place(one)] for one in statement.citations]


def rewording_to_json(rewording: Rewording, answer: Answer, model: LanguageModel) -> dict[str, Any]:
    """Return a rewording as the command line prints it: model, host, sentences, dropped, notice."""
    return {
        "model": model.name,
        "host": model.host,
        "sentences": [{"text": one.text, "citations": citation_numbers(answer, one)} for one in rewording.statements],
        "dropped": dict(Counter(rewording.dropped)),
        "notice": rewording_notice(rewording, answer.language),
    }


def _sent(answer: Answer) -> dict[int, Citation]:
    """Return the citations that are sent, by their numbers: the first ones, none that speaks to a language model."""
    sent: dict[int, Citation] = {}
    size = 0
    for number, one in enumerate(answer.citations, 1):
        if wordings().is_addressed(f"{one.quote}\n{one.context}"):
            continue
        size += len(one.quote) + len(one.context)
        if len(sent) == SENT_CITATIONS or size > SENT_CHARACTERS:
            break
        sent[number] = one
    return sent


def _messages(answer: Answer, sent: Mapping[int, Citation]) -> list[dict[str, str]]:
    """Return what is sent: the rules, and everything that comes from elsewhere as one JSON text, where it is data."""
    numbers = {place(one): number for number, one in sent.items()}

    def told(text: str, citations: Sequence[Citation]) -> Iterator[dict[str, Any]]:
        places = [place(one) for one in citations]
        if all(at in numbers for at in places) and len(text) <= SENT_CHARACTERS // SENT_CITATIONS:
            yield {"text": plain(text), "citations": [numbers[at] for at in places]}

    said = [entry for one in answer.statements for entry in told(one.text, one.citations)]
    if answer.table:
        columns = answer.table.columns
        for row in answer.table.rows[:SENT_CITATIONS]:
            cells = "、".join(f"{name}: {cell}" for name, cell in zip(columns, row.cells, strict=True))
            said += told(cells, row.citations)
    data = {
        "question": answer.question,
        "passages": [
            {"number": number, "municipality": one.document.municipality, "place": one.context, "quote": one.quote}
            for number, one in sent.items()
        ],
        "answer": said,
    }
    language = "ja" if answer.language == "ja" else "en"
    return [
        {"role": "system", "content": wordings().prompt[language]},
        {"role": "user", "content": json.dumps(data, ensure_ascii=False)},
    ]


def _sentences(pieces: Generator[str, None, None]) -> Generator[str, None, None]:
    """Return the sentences of a reply, without the thoughts before it, as soon as each is whole.

    Raises ModelError ``long`` when it does not end.
    """
    text, size = "", 0
    with closing(pieces):
        for piece in pieces:
            text += piece
            if text.lstrip().startswith(_THOUGHTS[0]):
                text = text.partition(_THOUGHTS[1])[2] or text
                continue
            size += len(piece)
            if size > LONGEST_REPLY:
                raise ModelError("long")
            found, text = cut_sentences(text)
            yield from found
    if not text.lstrip().startswith(_THOUGHTS[0]):
        yield from cut_sentences(f"{text}\n")[0]


def cut_sentences(text: str) -> tuple[list[str], str]:
    """Return the whole sentences that a text begins with, and the rest of it.

    A sentence ends with 。, with a full stop, ! or ? before a blank and a capital or a Japanese letter, or with its
    line; not inside brackets of that line. Marks such as [1] after its end belong to it.
    """
    found: list[str] = []
    start = at = depth = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "\n":
            end: int | None = at
            depth = 0
        else:
            depth += (character in _OPENING) - (character in _CLOSING and depth > 0)
            end = None if depth or _NUMBERED.fullmatch(text, start, at) else _end(text, at)
        if end is None:
            continue
        if end < 0:  # what follows decides, and has not come yet
            break
        if sentence := _BULLET.sub("", text[start:end], count=1).strip():
            found.append(sentence)
        start = at = end
    return found, text[start:]


def _end(text: str, at: int) -> int | None:
    """Return where the sentence ends of which a character, the one before ``at``, may be the last.

    None when it is not; -1 when more of the text is needed to tell.
    """
    character = unicodedata.normalize("NFKC", text[at - 1])
    if character not in "。.!?":
        return None
    end = at
    while mark := _MARK.match(text, end):
        if mark.end() == len(text) and text[-1] not in "]］":
            return -1
        end = mark.end()
    rest = text[end:]
    if not rest.strip() and "\n" not in rest:
        return -1
    if text[at - 1] in "。！？":
        return end
    return end if end > at or re.match(r"\s+[\"“'(A-Z「『ぁ-ヿ一-鿿]|\n", rest) else None
