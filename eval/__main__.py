"""The commands ``python -m eval run``, ``compare``, ``cells`` and ``tune``."""

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
from eval.cell_gold import DEFAULT_GOLD, read_gold
from eval.cell_report import cells_text
from eval.cells import measure
from eval.compare import compare_runs
from eval.jsonl import EvaluationError
from eval.questions import CALIBRATION, DEFAULT_QUESTIONS, QuestionSet, read_questions
from eval.render import comparison_text, report_markdown, report_text
from eval.report import build_report
from eval.runs import Run, parse_run, read_run
from eval.searching import open_engine, open_search, timed_lines

_EXAMPLES = """\
examples:
  python -m eval run
  python -m eval compare before/run.jsonl after/run.jsonl
  python -m eval cells --failures
`python -m eval COMMAND --help` tells more.
"""
_RUN_EXAMPLES = """\
examples:
  python -m eval run
      ask the development questions of the default index; report in eval/report
  python -m eval run --run RUN.jsonl --out var/report
      measure a run that `python -m search batch` has written
  python -m eval run --questions MINE.jsonl --index var/other --json
"""
_COMPARE_EXAMPLES = """\
examples:
  python -m eval compare before/run.jsonl after/run.jsonl
  python -m eval compare before/run.jsonl after/run.jsonl --questions MINE.jsonl --json
"""
_CELLS_EXAMPLES = """\
examples:
  python -m eval cells
      initiatives, indicator values and progress of the documents, against eval/cells.jsonl
  python -m eval cells --failures
      the same, and each thing that is missing, spurious or wrong
  python -m eval cells --gold MINE.jsonl --json
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, or 1 when it failed; argparse exits with 2 on wrong usage."""
    options = _parser().parse_args(arguments)
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m eval",
        description="Measure the search on questions with gold evidence, and compare runs.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    questions = argparse.ArgumentParser(add_help=False)
    questions.add_argument(
        "--questions", type=Path, default=DEFAULT_QUESTIONS, metavar="FILE", help="questions (eval/questions.jsonl)"
    )
    questions.add_argument("--json", action="store_true", help="write JSON to standard output instead of a table")
    run = _command(
        commands, questions, "run", "measure a run, or make one with the index and measure it", _RUN_EXAMPLES
    )
    run.add_argument(
        "--out",
        type=Path,
        default=Path("eval/report"),
        metavar="DIR",
        help="folder for report.json and report.md, and for run.jsonl unless --run is given (eval/report)",
    )
    source = run.add_mutually_exclusive_group()
    source.add_argument("--index", type=Path, metavar="DIR", help="index to search (the default index)")
    source.add_argument("--run", type=Path, metavar="RUN.jsonl", help="measure this run; nothing is searched")
    run.add_argument("--top-k", type=_positive, default=20, metavar="N", help="passages per question (20)")
    compare = _command(commands, questions, "compare", "compare two runs over the same questions", _COMPARE_EXAMPLES)
    compare.add_argument("run_a", type=Path, metavar="RUN_A", help="the run to compare with, such as the one before")
    compare.add_argument("run_b", type=Path, metavar="RUN_B", help="the run that should be better")
    cells = commands.add_parser(
        "cells",
        help="measure what is extracted of the documents: initiatives, indicator values, progress",
        description="Measure what is extracted of the documents against a hand-made gold.",
        epilog=_CELLS_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    cells.add_argument(
        "--gold", type=Path, default=DEFAULT_GOLD, metavar="FILE", help="the right cells (eval/cells.jsonl)"
    )
    cells.add_argument("--failures", action="store_true", help="list everything that is missing, spurious or wrong")
    cells.add_argument("--json", action="store_true", help="write JSON, failures included, instead of tables")
    tune = commands.add_parser(
        "tune",
        help="fit the search's weights to the calibration questions",
        description="Fit the search's weights to the calibration questions; the development questions stay unseen.",
    )
    tune.add_argument(
        "--questions", type=Path, default=CALIBRATION, metavar="FILE", help="questions (eval/calibration.jsonl)"
    )
    tune.add_argument("--index", type=Path, metavar="DIR", help="index to search (the default index)")
    tune.add_argument("--json", action="store_true", help="write JSON to standard output instead of TOML")
    tune.add_argument("--write", action="store_true", help="put the weights into the search room; else only show them")
    return parser


def _command(
    commands: Any, parent: argparse.ArgumentParser, name: str, summary: str, examples: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        parents=[parent],
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def _tune(options: argparse.Namespace) -> str:
    from eval.tuning import tune
    from search.weights import WEIGHTS_FILE

    questions = read_questions(options.questions)
    weights = tune(open_engine(options.index), questions.questions)
    if options.write:
        _write(WEIGHTS_FILE, weights.to_toml())
    return _json(asdict(weights)) if options.json else weights.to_toml().rstrip()


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return number


def _run(options: argparse.Namespace) -> str:
    questions = read_questions(options.questions)
    index: Mapping[str, Any] | None = None
    if options.run is None:
        _make_folder(options.out)
        run, index = _search(questions, options.index, options.top_k, options.out / "run.jsonl")
    else:
        run = read_run(options.run, questions)
        _make_folder(options.out)
    _warn_of_missing(questions, run)
    report = build_report(questions, run, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), index)
    json_text = _json(report.to_json())
    _write(options.out / "report.json", json_text + "\n")
    _write(options.out / "report.md", report_markdown(report))
    return json_text if options.json else report_text(report)


def _search(questions: QuestionSet, index: Path | None, top_k: int, path: Path) -> tuple[Run, Mapping[str, Any] | None]:
    from tqdm import tqdm

    run_lines, summary = open_search(index, top_k)
    lines = timed_lines(questions.questions, run_lines)
    bar = tqdm(lines, total=len(questions.questions), desc="asking", unit="question", file=sys.stderr)
    text = "".join(f"{line}\n" for line in bar)
    _write(path, text)
    return parse_run(text.encode("utf-8"), path, questions), summary


def _compare(options: argparse.Namespace) -> str:
    questions = read_questions(options.questions)
    a, b = read_run(options.run_a, questions), read_run(options.run_b, questions)
    for run in (a, b):
        _warn_of_missing(questions, run)
    comparison = compare_runs(questions, a, b)
    return _json(comparison.to_json()) if options.json else comparison_text(comparison)


def _cells(options: argparse.Namespace) -> str:
    report = measure(read_gold(options.gold))
    return _json(report.to_json()) if options.json else cells_text(report, options.failures)


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
        remedy = "make room or name another folder with --out"
        raise EvaluationError(f"{path} cannot be written ({error.strerror}): {remedy}") from None


_COMMANDS = {"run": _run, "compare": _compare, "cells": _cells, "tune": _tune}

if __name__ == "__main__":
    sys.exit(main())
