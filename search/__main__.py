"""Command line of the search: ``python -m search``."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CorpusError
from corpus.model import DOCUMENT_KINDS
from corpus.terminal import drop_output, show_any_character
from indexer.encoder import EncoderError
from indexer.errors import IndexerError
from search.errors import SearchError
from search.initiative_line import initiative_line
from search.model import Answer, Cell, Filters
from search.names import page_name

if TYPE_CHECKING:
    from search.language_model import LanguageModel


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status: 0, 1 for a failure, 2 for wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        show_any_character(stream, "utf-8")  # whatever the locale says
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "compare" and not options.themes and not options.categories:
        parser.error("no theme to compare: give a THEME or --categories")
    try:
        _COMMANDS[options.command](options)
        sys.stdout.flush()
    except (SearchError, IndexerError, EncoderError, CorpusError) as error:
        print(f"search: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, head or less, has seen enough
        drop_output()
    except KeyboardInterrupt:
        print("search: stopped", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m search", description="Search the documents and ask them.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    find = commands.add_parser("find", help="the passages nearest to a question")
    ask = commands.add_parser("ask", help="an answer per municipality, with citations")
    compare = commands.add_parser("compare", help="municipalities against themes")
    batch = commands.add_parser("batch", help="a run: one line of JSON for each question of a file")
    for command in (find, ask):
        command.add_argument("question", help="the question, in Japanese or English")
        command.add_argument("--fiscal-year", type=int, metavar="YEAR", help="only documents that cover this year")
        command.add_argument("--kind", action="append", choices=DOCUMENT_KINDS, help="only this kind of document")
        command.add_argument(
            "--department", action="append", metavar="NAME", help="only initiatives of this one; may be repeated"
        )
        command.add_argument(
            "--status", action="append", metavar="WORD", help="only initiatives with this progress; may be repeated"
        )
        command.add_argument("--numeric-target", action="store_true", help="only initiatives with a target in numbers")
        command.add_argument(
            "--ignore",
            action="append",
            default=[],
            metavar="KEY",
            help="what the question is not to be taken for, such as synonyms, year, or synonyms:残業; may be repeated",
        )
    compare.add_argument("themes", nargs="*", metavar="THEME", help="a theme, as a word or a phrase")
    compare.add_argument(
        "--categories", action="store_true", help="themes, too: what the documents order their initiatives under"
    )
    compare.add_argument(
        "--language", choices=("ja", "en"), default="ja", help="of headings and strengths (default: %(default)s)"
    )
    for command in (ask, compare):
        command.add_argument(
            "--out", type=_table_file, metavar="FILE", help="write the table and its citations: .csv or .xlsx"
        )
    for command in (find, ask, compare):
        command.add_argument("--municipality", action="append", metavar="NAME", help="only this one; may be repeated")
    batch.add_argument("questions", type=Path, help="JSON lines with id and question")
    batch.add_argument("--out", type=Path, required=True, metavar="RUN.jsonl", help="file to write")
    find.add_argument(
        "--explain", action="store_true", help="show how the question was read, and per passage its signals and words"
    )
    find.add_argument("--top-k", type=int, default=10, metavar="N", help="number of passages (default: 10)")
    batch.add_argument("--top-k", type=int, default=20, metavar="N", help="passages per question (default: 20)")
    for command in (find, ask, compare, batch):
        command.add_argument("--index", type=Path, metavar="DIR", help="folder of the index")
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _find(options: argparse.Namespace) -> None:
    from search.batch import hit_to_json
    from search.engine import SearchEngine
    from search.explain import explanation_lines
    from search.reading_line import reading_lines

    engine = SearchEngine.open(options.index)
    query = engine.understand(options.question, options.ignore, _filters(options))
    if options.explain and not options.json:
        print("\n".join([*reading_lines(query), ""]))
    hits = engine.search(options.question, options.top_k, _filters(options), options.ignore)
    if not hits:
        print("search: no passage found; use other words or fewer filters", file=sys.stderr)
    for hit in hits:
        if options.json:
            reasons = {"explain": engine.explain(query, hit).to_json()} if options.explain else {}
            print(json.dumps({**hit_to_json(hit), **reasons}, ensure_ascii=False))
            continue
        page = f" ｜ {page_name(hit.passage.page, 'ja')}" if hit.passage.page is not None else ""
        values = initiative_line(hit.initiative) if hit.initiative else ""
        print(f"{hit.rank}. {hit.passage.context}{page}")
        if values:
            print(f"［{values}］")
        if options.explain:
            print("\n".join(explanation_lines(engine.explain(query, hit))))
        print(f"{hit.passage.text}\n")


def _ask(options: argparse.Namespace) -> None:
    from corpus.settings import Settings
    from search.batch import answer_to_json
    from search.engine import SearchEngine
    from search.export import answer_sheets, write_sheets
    from search.language_model import LanguageModel

    model = LanguageModel.from_settings(Settings.from_environment())
    answer = SearchEngine.open(options.index).ask(options.question, _filters(options), options.ignore)
    if options.json:
        reworded = {"reworded": _reworded(answer, model)} if model else {}
        print(json.dumps({**answer_to_json(answer), **reworded}, ensure_ascii=False))
    else:
        if model and not answer.abstained:
            _print_reworded(answer, model)
        print(answer.text)
    if options.out:
        _tell_written(write_sheets(options.out, answer_sheets(answer)), options)


def _reworded(answer: Answer, model: LanguageModel) -> dict[str, Any]:
    from search.rewording import reword, rewording_to_json

    *_, last = reword(answer, model)
    return rewording_to_json(last, answer, model)


def _print_reworded(answer: Answer, model: LanguageModel) -> None:
    """Print the sentences of a rewording as they come."""
    from search.answer import marked
    from search.rewording import citation_numbers, reword, rewording_notice

    by = "言語モデルによる言い換え" if answer.language == "ja" else "Reworded by the language model"
    print(f"{by}: {model.name} ({model.host})", flush=True)
    printed = 0
    for step in reword(answer, model):
        for one in step.statements[printed:]:
            print(marked(one.text, citation_numbers(answer, one)), flush=True)
        printed = len(step.statements)
    if notice := rewording_notice(step, answer.language):
        print(notice)
    print()


def _compare(options: argparse.Namespace) -> None:
    from search.batch import matrix_to_json
    from search.engine import SearchEngine
    from search.export import matrix_sheets, write_sheets

    engine = SearchEngine.open(options.index)
    themes = list(options.themes)
    if options.categories:
        themes += (category.name for category in engine.categories(options.municipality))
    if not themes:
        raise SearchError("no document orders its initiatives under headings; give a THEME")
    matrix = engine.compare(list(dict.fromkeys(themes)), options.municipality)
    if options.json:
        print(json.dumps(matrix_to_json(matrix), ensure_ascii=False))
    else:
        print("\n".join(_cell_lines(cell, options.language) for row in matrix.cells for cell in row))
    if options.out:
        _tell_written(write_sheets(options.out, matrix_sheets(matrix, options.language)), options)


def _cell_lines(cell: Cell, language: str) -> str:
    from search.answer import source_line
    from search.export import cell_text

    sources = (f"    {source_line(one, language)}\n" for one in (cell.finding.citations if cell.finding else ()))
    return f"【{cell.municipality}｜{cell.theme}】\n{cell_text(cell, (), language)}\n{''.join(sources)}"


def _table_file(name: str) -> Path:
    from search.export import FORMATS

    path = Path(name)
    if path.suffix.lower().removeprefix(".") not in FORMATS:
        raise argparse.ArgumentTypeError(f"{name}: no table is written with this name; let it end in .csv or .xlsx")
    return path


def _tell_written(files: Iterable[Path], options: argparse.Namespace) -> None:
    if not options.json:
        print(f"written: {', '.join(map(str, files))}")


def _batch(options: argparse.Namespace) -> None:
    from search.batch import run_lines
    from search.engine import SearchEngine

    questions = _questions(options.questions)
    if options.out.exists() and options.out.samefile(options.questions):
        raise SearchError(f"{options.out}: has the questions; give another --out")
    lines = run_lines(SearchEngine.open(options.index), questions, options.top_k)
    unfinished = options.out.with_name(f"{options.out.name}.part")
    try:
        # A lone surrogate of an id is written as JSON escapes it, \ud800.
        with unfinished.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        os.replace(unfinished, options.out)
    except OSError as error:
        raise SearchError(f"{options.out}: cannot be written ({error.strerror}); give another --out") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()
    written = {"questions": len(questions), "out": str(options.out)}
    print(json.dumps(written, ensure_ascii=False) if options.json else f"{len(questions)} questions: {options.out}")


def _questions(path: Path) -> list[dict[str, Any]]:
    """Return the questions of a file, all of them checked. Raises SearchError that names the line."""
    questions: list[dict[str, Any]] = []
    lines_of: dict[str, int] = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SearchError(f"{path}: cannot be read as UTF-8 text ({error}); check the file") from error
    for number, line in enumerate(text.split("\n"), 1):  # splitlines would part a text at U+2028
        if not line.strip():
            continue
        try:
            question = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SearchError(f"{path}, line {number}: not JSON ({error}); mend that line") from error
        if not isinstance(question, dict) or not all(isinstance(question.get(key), str) for key in ("id", "question")):
            raise SearchError(f"{path}, line {number}: no texts id and question; add them")
        first = lines_of.setdefault(question["id"], number)
        if first != number:
            raise SearchError(
                f"{path}, line {number}: the id {question['id']!r} stands in line {first} too; change one"
            )
        questions.append(question)
    return questions


def _filters(options: argparse.Namespace) -> Filters:
    return Filters(
        municipalities=options.municipality,
        fiscal_year=options.fiscal_year,
        kinds=options.kind,
        departments=options.department,
        statuses=options.status,
        numeric_target=options.numeric_target,
    )


_COMMANDS = {"find": _find, "ask": _ask, "compare": _compare, "batch": _batch}

if __name__ == "__main__":
    sys.exit(main())
