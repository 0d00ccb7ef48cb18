"""The commands ``python -m eval run``, ``compare``, ``cells``, ``tune`` and ``ablate``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.terminal import drop_output, show_any_character
from eval.cell_gold import read_gold
from eval.cell_report import cells_text
from eval.cells import measure
from eval.compare import compare_runs
from eval.failures import wrong_answers
from eval.jsonl import EvaluationError, read_bytes
from eval.parser import parser_of_commands
from eval.questions import CALIBRATION, QuestionSet, read_questions
from eval.render import comparison_text, failures_text, report_markdown, report_text
from eval.report import build_report
from eval.runs import Run, RunLine, parse_run, read_run
from eval.searching import OpenSearch, open_engine, open_search, timed_lines
from eval.texts import cited_texts


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, or 1 when it failed; argparse exits with 2 on wrong usage."""
    options = parser_of_commands().parse_args(arguments)
    show_any_character(sys.stdout)
    try:
        print(_COMMANDS[options.command](options), flush=True)
    except EvaluationError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("eval: interrupted: start the command again", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, head or less, has seen enough
        drop_output()
    return 0


def _tune(options: argparse.Namespace) -> str:
    from eval.generated import generate
    from eval.ranker import carry_over_text, rank_generated, rank_gold
    from eval.tuning import tune
    from search.weights import WEIGHTS_FILE

    questions = read_questions(options.questions)
    engine = open_engine(options.index)
    generated = rank_generated(engine, generate(engine, options.generated))
    if options.unseen:
        return carry_over_text(generated, rank_gold(engine, questions.questions))
    weights = tune(engine, questions.questions, generated)
    if options.write:
        _write(WEIGHTS_FILE, weights.to_toml())
    return _json(asdict(weights)) if options.json else weights.to_toml().rstrip()


def _run(options: argparse.Namespace) -> str:
    if options.peers and options.run is not None:
        # Which documents the run was made from is not known: the comparison would not be of like with like.
        options.wrong_usage("argument --peers: not allowed with argument --run: peers search the index, a run does not")
    questions = read_questions(options.questions)
    index: Mapping[str, Any] | None = None
    peers: Mapping[str, Mapping[str, RunLine]] = {}
    texts: Mapping[str, str]
    if options.run is None:
        _make_folder(options.out)
        search = open_search(options.index, options.top_k)
        run, index = _search(questions, search, options.out / "run.jsonl"), search.summary
        texts = search.texts
        if options.peers:
            from eval.peers import peer_lines

            peers = peer_lines(search.engine, questions.questions, options.top_k, progress=True)
    else:
        run = read_run(options.run, questions)
        texts = cited_texts([run])
        _make_folder(options.out)
    _warn_of_missing(questions, run)
    report = build_report(questions, run, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), index, peers, texts)
    json_text = _json(report.to_json())
    _write(options.out / "report.json", json_text + "\n")
    _write(options.out / "report.md", report_markdown(report))
    return json_text if options.json else report_text(report)


def _search(questions: QuestionSet, search: OpenSearch, path: Path) -> Run:
    """Return the run of the second of two rounds, written to ``path``, so that its times are those of a warm search."""
    from tqdm import tqdm

    text = ""
    for label in ("warming up", "asking"):
        lines = timed_lines(questions.questions, search.run_lines)
        bar = tqdm(lines, total=len(questions.questions), desc=label, unit="question", file=sys.stderr)
        text = "".join(f"{line}\n" for line in bar)
    _write(path, text)
    return parse_run(text.encode("utf-8"), path, questions)


def _compare(options: argparse.Namespace) -> str:
    questions = read_questions(options.questions)
    a, b = read_run(options.run_a, questions), read_run(options.run_b, questions)
    for run in (a, b):
        _warn_of_missing(questions, run)
    comparison = compare_runs(questions, a, b, cited_texts([a, b]))
    return _json(comparison.to_json()) if options.json else comparison_text(comparison)


def _failures(options: argparse.Namespace) -> str:
    questions = read_questions(options.questions)
    run = read_run(options.run, questions)
    _warn_of_missing(questions, run)
    wrong = wrong_answers(questions.questions, run.lines)
    if options.json:
        return _json({"wrong_answers": [asdict(one) for one in wrong]})
    return failures_text(wrong)


def _abstention(options: argparse.Namespace) -> str:
    from eval.abstention import measure_abstention
    from eval.abstention_report import abstention_markdown, abstention_text

    _make_folder(options.out)
    questions = read_questions(CALIBRATION).questions
    report = measure_abstention(open_engine(options.index), questions, options.each, progress=True)
    json_text = _json(report.to_json())
    _write(options.out / "abstention.json", json_text + "\n")
    _write(options.out / "abstention.md", abstention_markdown(report))
    return json_text if options.json else abstention_text(report)


def _cells(options: argparse.Namespace) -> str:
    report = measure(read_gold(options.gold))
    return _json(report.to_json()) if options.json else cells_text(report, options.failures)


def _ablate(options: argparse.Namespace) -> str:
    from eval.ablation import ablate, ablation_text, with_tables

    page = ""
    if options.write:
        page = _page(options.write)
        with_tables(page, "", str(options.write))  # a page without markers is refused before anything is searched
    tables = ablate(options.index, [read_questions(path) for path in options.questions], progress=True)
    text = ablation_text(tables)
    if options.write:
        _write(options.write, with_tables(page, text, str(options.write)))
    return _json({"tables": [table.to_json() for table in tables]}) if options.json else text


def _page(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        raise EvaluationError(f"{path}: the text is not UTF-8: save the page as UTF-8") from None


def _warn_of_missing(questions: QuestionSet, run: Run) -> None:
    missing = len(questions.questions) - len(run.lines)
    if missing:
        total = len(questions.questions)
        print(
            f"eval: warning: {run.name} has no line for {missing} of {total} questions: they count as 0",
            file=sys.stderr,
        )


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, indent=2)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvaluationError(f"{folder} cannot be made ({error.strerror}): name another folder with --out") from None


def _write(path: Path, text: str) -> None:
    """Write ``path`` so that a reader sees the old file or the new one, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            temporary.write_text(text, encoding="utf-8", newline="\n")
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        remedy = "make room, or name a place that you may write to"
        raise EvaluationError(f"{path} cannot be written ({error.strerror}): {remedy}") from None


_COMMANDS = {
    "run": _run,
    "compare": _compare,
    "failures": _failures,
    "abstention": _abstention,
    "cells": _cells,
    "tune": _tune,
    "ablate": _ablate,
}

if __name__ == "__main__":
    sys.exit(main())
