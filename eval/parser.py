"""The options of ``python -m eval``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from eval.cell_gold import DEFAULT_GOLD
from eval.questions import CALIBRATION, DEFAULT_QUESTIONS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "retrieval.md"
"""The page that shows the tables of ``ablate``, between its markers."""

_EXAMPLES = """\
examples:
  python -m eval run
  python -m eval compare before/run.jsonl after/run.jsonl
  python -m eval failures eval/report/run.jsonl
  python -m eval cells --failures
`python -m eval COMMAND --help` tells more.
"""
_RUN_EXAMPLES = """\
examples:
  python -m eval run
      ask the development questions of the default index; report in eval/report
  python -m eval run --peers
      the same, next to BM25, the encoder alone and both together over naive windows of text
  python -m eval run --run RUN.jsonl --out var/report
      measure a run that `python -m search batch` has written
  python -m eval run --questions MINE.jsonl --index var/other --json
"""
_COMPARE_EXAMPLES = """\
examples:
  python -m eval compare before/run.jsonl after/run.jsonl
  python -m eval compare before/run.jsonl after/run.jsonl --questions MINE.jsonl --json
"""
_FAILURES_EXAMPLES = """\
examples:
  python -m eval failures eval/report/run.jsonl
      every wrong answer of a run, with what was expected, what was given, and the cause
  python -m eval failures RUN.jsonl --questions MINE.jsonl --json
"""
_ABSTENTION_EXAMPLES = """\
examples:
  python -m eval abstention
      ask questions that no document answers, and as many that one does; report in eval/report
  python -m eval abstention --each 50 --index var/other --out var/report --json
"""
_CELLS_EXAMPLES = """\
examples:
  python -m eval cells
      initiatives, indicator values and progress of the documents, against eval/cells.jsonl
  python -m eval cells --failures
      the same, and each thing that is missing, spurious or wrong
  python -m eval cells --gold MINE.jsonl --json
"""
_ABLATE_EXAMPLES = """\
examples:
  python -m eval ablate
      on the development questions and on the calibration questions
  python -m eval ablate --write
      the same, and put the tables into docs/retrieval.md
  python -m eval ablate --questions MINE.jsonl --index var/other --json
"""


def parser_of_commands() -> argparse.ArgumentParser:
    """Return the parser of all commands; what it parses has the name of the command as ``command``."""
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
    run.add_argument(
        "--peers", action="store_true", help="measure generic searches over the same documents too (not with --run)"
    )
    run.set_defaults(wrong_usage=run.error)
    compare = _command(commands, questions, "compare", "compare two runs over the same questions", _COMPARE_EXAMPLES)
    compare.add_argument("run_a", type=Path, metavar="RUN_A", help="the run to compare with, such as the one before")
    compare.add_argument("run_b", type=Path, metavar="RUN_B", help="the run that should be better")
    failures = _command(
        commands, questions, "failures", "tell which answers of a run are wrong, and why", _FAILURES_EXAMPLES
    )
    failures.add_argument("run", type=Path, metavar="RUN", help="the run, such as eval/report/run.jsonl")
    abstention = commands.add_parser(
        "abstention",
        help="which questions without an answer are declined: risk and coverage",
        description="Exchange the city, the topic or the year of answerable questions, so that nothing answers them; "
        "measure what is declined.",
        epilog=_ABSTENTION_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    abstention.add_argument(
        "--out",
        type=Path,
        default=Path("eval/report"),
        metavar="DIR",
        help="folder for abstention.json and abstention.md (eval/report)",
    )
    abstention.add_argument("--index", type=Path, metavar="DIR", help="index to search (the default index)")
    abstention.add_argument(
        "--each", type=_positive, default=150, metavar="N", help="unanswerable questions of each kind, at most (150)"
    )
    abstention.add_argument("--json", action="store_true", help="write JSON to standard output instead of tables")
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
        help="fit the search's weights to questions made from the documents, and to the calibration questions",
        description="Fit the ranking to questions made from the documents, the rest to the calibration questions.",
    )
    tune.add_argument(
        "--questions", type=Path, default=CALIBRATION, metavar="FILE", help="questions (eval/calibration.jsonl)"
    )
    tune.add_argument("--index", type=Path, metavar="DIR", help="index to search (the default index)")
    tune.add_argument("--json", action="store_true", help="write JSON to standard output instead of TOML")
    tune.add_argument(
        "--generated", type=_positive, default=2500, metavar="N", help="questions made from the documents (2500)"
    )
    tune.add_argument(
        "--unseen", action="store_true", help="only show how weights fitted without a city rank questions about it"
    )
    tune.add_argument("--write", action="store_true", help="put the weights into the search room; else only show them")
    ablate = commands.add_parser(
        "ablate",
        help="what each part of the search is worth: each switched off, one at a time",
        description="Search without each part, one at a time, and measure what is lost.",
        epilog=_ABLATE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ablate.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        default=[DEFAULT_QUESTIONS, CALIBRATION],
        metavar="FILE",
        help="questions, a table for each file (eval/questions.jsonl eval/calibration.jsonl)",
    )
    ablate.add_argument("--index", type=Path, metavar="DIR", help="index to search (the default index)")
    ablate.add_argument("--json", action="store_true", help="write JSON to standard output instead of tables")
    ablate.add_argument(
        "--write",
        type=Path,
        nargs="?",
        const=PAGE,
        metavar="PAGE",
        help="put the tables between the markers of a page too (docs/retrieval.md)",
    )
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


def _positive(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return number
