"""Many questions at once: the lines of a run, as DESIGN defines them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from corpus.initiative_json import kpi_to_json, progress_to_json
from corpus.model import Citation, Initiative
from search.citations import citation_to_json
from search.engine import SearchEngine, check_top_k
from search.errors import SearchError
from search.model import Answer, Hit, Matrix, numbered, place
from search.query import Query


def run_lines(
    engine: SearchEngine, questions: Iterable[Mapping[str, Any]], top_k: int = 20
) -> Iterator[dict[str, Any]]:
    """Return one line per question, in order; a question that cannot be asked gives an abstaining line that says why.

    questions: tables with ``id`` and ``question``; other keys are ignored. Raises SearchError when ``top_k`` cannot be.
    """
    check_top_k(top_k)
    return _lines(engine, questions, top_k)


def _lines(engine: SearchEngine, questions: Iterable[Mapping[str, Any]], top_k: int) -> Iterator[dict[str, Any]]:
    for question in questions:
        try:
            hits = engine.search(question["question"], top_k)
            answer = answer_to_json(engine.ask(question["question"]))
        except SearchError as error:
            hits, answer = [], answer_to_json(Answer(question["question"], str(error), "ja", abstained=True))
        yield {"id": question["id"], "passages": [_passage_to_json(hit) for hit in hits], "answer": answer}


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as the command line and the HTTP interface give it: that of a run file, and what it belongs to.

    number, title, departments: of its initiative. initiative: the ``kpis`` of that initiative alone (name, role,
    fiscal_year, value, number, unit, span, certain, reason) and the ``progress`` of its actions (action, fiscal_year,
    status, printed, span, certain, reason); null for a passage outside of all initiatives.
    """
    return {
        **_passage_to_json(hit),
        "number": hit.passage.initiative_number,
        "title": hit.passage.initiative_title,
        "departments": list(hit.passage.departments),
        "initiative": _values_to_json(hit.initiative) if hit.initiative else None,
    }


def _values_to_json(initiative: Initiative) -> dict[str, Any]:
    kpis = (kpi_to_json(kpi) for kpi in initiative.own_kpis)
    return {
        "kpis": [{name: value for name, value in kpi.items() if name != "scope"} for kpi in kpis],
        "progress": [progress_to_json(progress) for progress in initiative.progress],
    }


def _passage_to_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as run files have it: an evaluation holds thousands of them, without the values of initiatives."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "doc": passage.document.id,
        "municipality": passage.document.municipality,
        "text": passage.text,
        "context": passage.context,
        "score": round(hit.score, 6),
        "span": list(passage.span),
        "page": passage.page,
    }


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as the command line, the run files and the HTTP interface give it.

    The citations of statements and rows are numbers, from 1, of ``citations``.
    """
    number = numbered(answer.citations)

    def numbers(citations: Iterable[Citation]) -> list[int]:
        return [number[place(one)] for one in citations]

    return {
        "text": answer.text,
        "kind": answer.kind,
        "statements": [{"text": one.text, "citations": numbers(one.citations)} for one in answer.statements],
        "table": {
            "columns": list(answer.table.columns),
            "rows": [{"cells": list(row.cells), "citations": numbers(row.citations)} for row in answer.table.rows],
        }
        if answer.table
        else None,
        "remarks": list(answer.remarks),
        "municipalities": list(answer.municipalities),
        "strengths": {finding.municipality: finding.strength for finding in answer.findings},
        "without_evidence": list(answer.without_evidence),
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "citations": [citation_to_json(citation) for citation in answer.citations],
    }


def query_to_json(query: Query) -> dict[str, Any]:
    """Return how a question was read, as the HTTP interface gives it.

    recognised: what was understood, each with the key that it is switched off by (``search.query.Recognised``).
    """
    return {
        "language": query.language,
        "municipalities": list(query.municipalities),
        "outside": list(query.outside),
        "fiscal_years": list(query.fiscal_years),
        "recognised": [
            {
                "key": one.key,
                "kind": one.kind,
                "name": one.name,
                "means": list(one.means),
                "effect": one.effect,
                "on": one.on,
            }
            for one in query.recognised
        ],
    }


def matrix_to_json(matrix: Matrix) -> dict[str, Any]:
    """Return a comparison as the command line and the HTTP interface give it."""
    return {
        "municipalities": list(matrix.municipalities),
        "themes": list(matrix.themes),
        "cells": [
            [
                {
                    "municipality": cell.municipality,
                    "theme": cell.theme,
                    "statement": cell.finding.statement if cell.finding else None,
                    "strength": cell.finding.strength if cell.finding else None,
                    "citations": [citation_to_json(citation) for citation in cell.finding.citations]
                    if cell.finding
                    else [],
                }
                for cell in row
            ]
            for row in matrix.cells
        ],
    }
