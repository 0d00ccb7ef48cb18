"""Pairs of texts that answer each other or mean the same, to fine-tune the embedded model on.

Two sources: questions with the passages that answer them (a gzipped file of JSON lines), and the thesaurus (expressions
of one concept). The indexed documents are none: what is learned holds for the documents of any city alike.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from corpus.model import Span
from corpus.passages import MAX_CHARACTERS
from indexer.sentences import sentence_spans

# An expression alone, or in a question: both languages of a line get the same.
_ENGLISH = ("{}", "Which cities work on {}?", "What are the plans for {}?")
_JAPANESE = ("{}", "{}に取り組んでいる市はどこですか", "{}の計画を教えてください")


class Pair(NamedTuple):
    """Two texts whose vectors shall be close: a question or an expression, and what answers or renders it."""

    left: str
    right: str


class TrainingError(Exception):
    """Training data that cannot be used; the message is one sentence that says what to do."""


def question_pairs(file: Path) -> tuple[list[Pair], list[Pair]]:
    """Return pairs of question and passage, and of question and the sentence that holds the answer.

    file: gzipped JSON lines `{"passage", "questions": [{"question", "answers"}]}`. A long passage is cut to what stands
    around the answer, as long as the passages of an index are. Raises TrainingError when it cannot be read.
    """
    passages: list[Pair] = []
    sentences: list[Pair] = []
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                text, spans = record["passage"], sentence_spans(record["passage"])
                for question in record["questions"]:
                    at = text.find(question["answers"][0])
                    holding = next((row for row, span in enumerate(spans) if span[0] <= at < span[1]), None)
                    if holding is None:
                        passages.append(Pair(question["question"], text[:MAX_CHARACTERS]))
                        continue
                    start, end = spans[holding]
                    sentences.append(Pair(question["question"], text[start:end]))
                    start, end = _around(spans, holding)
                    passages.append(Pair(question["question"], text[start:end]))
    except (OSError, EOFError, ValueError, KeyError, IndexError, TypeError) as error:
        raise TrainingError(f"{file} cannot be read ({error}): give --qa a folder that holds the file whole") from error
    if not passages:
        raise TrainingError(f"{file} holds no questions: give --qa a folder that holds the file whole")
    return passages, sentences


def _around(spans: Sequence[Span], at: int) -> Span:
    """Return the stretch of whole sentences around one of them that is as long as a passage may be."""
    first = last = at
    grown = True
    while grown:
        grown = False
        for before, after in ((0, 1), (1, 0)):
            start, end = first - before, last + after
            if start >= 0 and end < len(spans) and spans[end][1] - spans[start][0] <= MAX_CHARACTERS:
                first, last, grown = start, end, True
    return spans[first][0], spans[last][1]


def thesaurus_pairs(file: Path) -> list[Pair]:
    """Return pairs of expressions of one concept, Japanese among each other and English with Japanese.

    file: lines of Japanese expressions parted by `|`, a tab, English expressions parted by `|`; `#` begins a comment.
    Those of two lines in three stand in a question. Raises TrainingError when the file cannot be read.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingError(f"{file} cannot be read ({error}): give --thesaurus the vocabulary's file") from error
    pairs: list[Pair] = []
    for number, line in enumerate(line for line in lines if line and not line.startswith("#")):
        japanese, english = ([word for word in part.split("|") if word] for part in f"{line}\t".split("\t")[:2])
        frame, question = _JAPANESE[number % len(_JAPANESE)], _ENGLISH[number % len(_ENGLISH)]
        pairs.extend(Pair(frame.format(word), japanese[0]) for word in japanese[1:])
        pairs.extend(Pair(question.format(word), frame.format(japanese[0])) for word in english if japanese)
    return pairs
