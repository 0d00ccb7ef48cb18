"""Command line of the index: ``python -m indexer``."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpus.candidates import Given, Planned, plan, read_candidate
from corpus.catalogue import FIRST_YEAR, ID, LAST_YEAR
from corpus.errors import CorpusError
from corpus.initiatives import extract
from corpus.library import load_documents, load_holdings
from corpus.model import DOCUMENT_KINDS
from corpus.settings import Settings
from corpus.terminal import plain, show_any_character
from indexer.adding import add, indexed_ids, published_source, rebuild_index, remove
from indexer.build import build, source_digest
from indexer.encoder import Encoder, EncoderError
from indexer.errors import IndexerError
from indexer.generation import damaged_files
from indexer.showing import planned_lines, planned_table
from indexer.store import open_generation, open_manifest


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status: 0, 1 for a failure, 2 for wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        show_any_character(stream)
    try:
        settings = Settings.from_environment()
        options.index = options.index or settings.index
        options.model = getattr(options, "model", None) or settings.model
        return _COMMANDS[options.command](options, replace(settings, index=options.index))
    except (CorpusError, IndexerError, EncoderError) as error:
        print(f"indexer: {plain(str(error))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("indexer: stopped; the index before is untouched", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indexer", description="The index over the documents.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    building = commands.add_parser("build", help="build the index from the catalogue and publish it in one step")
    building.add_argument("--if-stale", action="store_true", help="do nothing when a rebuild would change nothing")
    adding = commands.add_parser(
        "add",
        help="add documents of your own and rebuild the index",
        description="Read files (.txt, .md, .html, .pdf, .docx, .xlsx, .csv; text in UTF-8, Shift_JIS or EUC-JP), show "
        "what each says of itself, and add all of them or, when one cannot be used, none. On a terminal it asks before "
        "it adds; where standard input is no terminal it goes ahead, unless a field is not sure. The same file again "
        "changes nothing; a changed file replaces its document.",
    )
    adding.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file to add")
    adding.add_argument("--municipality", metavar="NAME", help="such as 結城市; where several bear it 広島県府中市")
    adding.add_argument("--title", metavar="TEXT", help="the document's title")
    adding.add_argument("--kind", choices=DOCUMENT_KINDS, help="the kind of document")
    adding.add_argument(
        "--fiscal-years", type=_fiscal_years, metavar="YEARS", help="the years it covers: 2021-2025, or 2024 alone"
    )
    adding.add_argument("--report-year", type=_year, metavar="YEAR", help="the fiscal year that a report reports on")
    adding.add_argument("--id", type=_id, metavar="ID", help="its id; one in use names the document to replace")
    adding.add_argument("--yes", action="store_true", help="do not ask, and take what is not sure as read")
    adding.set_defaults(parser=adding)
    removing = commands.add_parser("remove", help="remove documents and rebuild the index")
    removing.add_argument("ids", nargs="+", metavar="ID", help="id of a document")
    status = commands.add_parser("status", help="what the index holds, and whether it is stale (exit status 1)")
    verify = commands.add_parser("verify", help="read every file of the index and compare its sha256")
    for command in (building, adding, removing):
        command.add_argument("--quiet", action="store_true", help="no progress bar")
    for command in (building, adding, removing, status):
        command.add_argument(
            "--model", metavar="NAME", help="'embedded', or a sentence-transformers directory or hub name"
        )
    for command in (building, adding, removing, status, verify):
        command.add_argument("--index", type=Path, metavar="DIR", help="folder of the index")
        command.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _build(options: argparse.Namespace, settings: Settings) -> int:
    catalogue = load_documents(settings)
    encoder = Encoder.load(options.model)
    if options.if_stale and published_source(options.index) == source_digest(catalogue, encoder.fingerprint):
        _show(options.json, {"built": False}, "the index is up to date")
        return 0
    start = time.perf_counter()
    counts = build(catalogue, options.index, encoder, progress=not options.quiet)
    seconds = round(time.perf_counter() - start, 1)
    _show(
        options.json,
        {"built": True, "seconds": seconds, **counts},
        f"indexed {counts['documents']} documents, {counts['passages']} passages, {counts['sentences']} sentences "
        f"in {seconds} s",
    )
    return 0


def _add(options: argparse.Namespace, settings: Settings) -> int:
    given = Given(
        options.id, options.municipality, options.title, options.kind, options.fiscal_years, options.report_year
    )
    if len(options.files) > 1 and given != Given():
        options.parser.error("--id, --municipality, --title, --kind and the years are for one FILE; add it alone")
    candidates = []
    for path in options.files:
        if not options.quiet and sys.stderr.isatty():
            print(f"reading {plain(str(path))} ...", file=sys.stderr)  # scans take minutes
        candidates.append(read_candidate(path, given, settings))
    planned, _ = plan(load_holdings(settings), candidates)
    asks = not options.yes and sys.stdin is not None and sys.stdin.isatty()
    if asks or not options.json:
        for step in planned:
            print(planned_lines(step), file=sys.stderr if options.json else sys.stdout)
    if not options.yes and not _confirmed(planned, asks):
        return 1
    # Before anything changes: should a document break this, it is not added.
    counts = [len(extract(step.document, step.candidate.canonical)) for step in planned]
    encoder = Encoder.load(options.model)
    start = time.perf_counter()
    add(settings, candidates, planned, rebuild_index(options.index, encoder, not options.quiet))
    for step, count in zip(planned, counts, strict=True):
        if options.json:
            print(json.dumps(planned_table(step, count), ensure_ascii=False))
        else:
            print(f"{step.action}: {step.document.id}, {count} initiatives")
    if not options.json:
        print(f"the index is up to date ({time.perf_counter() - start:.1f} s)")
    return 0


def _confirmed(planned: Sequence[Planned], asks: bool) -> bool:
    """Return whether what was read may be used. Raises CorpusError when nobody can be asked about what is not sure."""
    changes = [step for step in planned if step.action in ("added", "replaced")]
    if not changes:
        return True
    if asks:
        print("Add this? [y/N] " if len(changes) == 1 else "Add these? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in ("y", "yes", "はい"):
            return True
        print("indexer: nothing was changed; give what was read wrong as an option", file=sys.stderr)
        return False
    for step in changes:
        for name, quote in step.candidate.unsure.items():
            raise CorpusError(
                f"{step.candidate.path}: its {name} is not sure ({quote}); give --{name.replace('_', '-')}, or --yes"
            )
    return True


def _remove(options: argparse.Namespace, settings: Settings) -> int:
    ids = list(dict.fromkeys(options.ids))
    encoder = Encoder.load(options.model)
    rebuild = rebuild_index(options.index, encoder, not options.quiet)
    remove(settings, ids, indexed_ids(options.index), rebuild)
    _show(options.json, {"removed": ids}, f"removed: {', '.join(ids)}; the index is up to date")
    return 0


def _status(options: argparse.Namespace, settings: Settings) -> int:
    _, manifest = open_generation(options.index)
    fingerprint = Encoder.load(options.model).fingerprint
    stale = manifest.source != source_digest(load_documents(settings), fingerprint)
    table = {
        "created": manifest.created,
        "model": manifest.model,
        "tokeniser": manifest.tokeniser,
        "counts": manifest.counts,
        "documents": [document.id for document in manifest.documents],
        "stale": stale,
    }
    lines = [f"{name}: {value}" for name, value in table.items()]
    if stale:
        lines.append("documents, program or model have changed since: run `python -m indexer build`")
    _show(options.json, table, "\n".join(lines))
    return int(stale)


def _verify(options: argparse.Namespace, _settings: Settings) -> int:
    layout, manifest = open_manifest(options.index)
    damaged = damaged_files(layout, manifest)
    if damaged:
        raise IndexerError(f"damaged: {', '.join(damaged)}; run `python -m indexer build`")
    _show(options.json, {"files": len(manifest.files), "damaged": []}, f"{len(manifest.files)} files, all whole")
    return 0


def _show(as_json: bool, table: dict[str, object], text: str) -> None:
    print(json.dumps(table, ensure_ascii=False) if as_json else text)


def _fiscal_years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{4})(?:[-~〜～](\d{4}))?", text.strip())
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is not a period; write 2021-2025, or 2024 alone")
    first, last = _year(match[1]), _year(match[2] or match[1])
    if first > last:
        raise argparse.ArgumentTypeError(f"{text!r} ends before it begins; write the first year first")
    return first, last


def _year(text: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text!r} is not a Western year; write for example 2024")
    return int(text)


def _id(text: str) -> str:
    if not ID.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an id; use up to 80 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit"
        )
    return text


_COMMANDS = {"build": _build, "add": _add, "remove": _remove, "status": _status, "verify": _verify}

if __name__ == "__main__":
    sys.exit(main())
