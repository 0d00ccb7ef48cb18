"""Command line of the index: ``python -m indexer``."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from corpus.catalogue import load_catalogue
from corpus.errors import CorpusError
from corpus.settings import Settings
from indexer.build import build, source_digest
from indexer.encoder import Encoder, EncoderError
from indexer.errors import IndexerError
from indexer.generation import damaged_files
from indexer.store import open_generation, open_manifest


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status: 0, 1 for a failure, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m indexer", description="The index over the documents.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    building = commands.add_parser("build", help="build the index from the catalogue and publish it in one step")
    building.add_argument("--if-stale", action="store_true", help="do nothing when a rebuild would change nothing")
    building.add_argument("--quiet", action="store_true", help="no progress bar")
    status = commands.add_parser("status", help="what the index holds, and whether it is stale (exit status 1)")
    verify = commands.add_parser("verify", help="read every file of the index and compare its sha256")
    for command in (building, status):
        command.add_argument(
            "--model", metavar="NAME", help="'embedded', or a sentence-transformers directory or hub name"
        )
    for command in (building, status, verify):
        command.add_argument("--index", type=Path, metavar="DIR", help="folder of the index")
        command.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    settings = Settings.from_environment()
    options.index = options.index or settings.index
    options.model = getattr(options, "model", None) or settings.model
    try:
        return _COMMANDS[options.command](options, settings)
    except (CorpusError, IndexerError, EncoderError) as error:
        print(f"indexer: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("indexer: stopped; the index before is untouched", file=sys.stderr)
        return 1


def _build(options: argparse.Namespace, settings: Settings) -> int:
    catalogue = load_catalogue(settings.documents)
    encoder = Encoder.load(options.model)
    if options.if_stale and _published_source(options.index) == source_digest(catalogue, encoder.fingerprint):
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


def _published_source(index: Path) -> str | None:
    try:
        return open_generation(index)[1].source
    except IndexerError:
        return None


def _status(options: argparse.Namespace, settings: Settings) -> int:
    _, manifest = open_generation(options.index)
    fingerprint = Encoder.load(options.model).fingerprint
    stale = manifest.source != source_digest(load_catalogue(settings.documents), fingerprint)
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


_COMMANDS = {"build": _build, "status": _status, "verify": _verify}

if __name__ == "__main__":
    sys.exit(main())
