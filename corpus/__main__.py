"""Command line of the documents: ``python -m corpus``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path

from corpus.candidates import Given, loose_document, read_candidate
from corpus.errors import CorpusError
from corpus.initiative_json import initiative_lines, initiative_to_json
from corpus.initiatives import extract
from corpus.library import load_documents
from corpus.model import CanonicalText, Document, Passage
from corpus.passages import cut
from corpus.report import report_lines, report_on, report_to_json
from corpus.settings import Settings
from corpus.terminal import drop_output, plain, show_any_character


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status: 0, 1 for a failure, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m corpus", description="The documents, as they are read and cut.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="the documents of the catalogue")
    passages = commands.add_parser("passages", help="the passages of a document, or of all")
    passages.add_argument("document", nargs="?", metavar="ID", help="a document's id; all documents when left out")
    text = commands.add_parser("text", help="a document's canonical text, which all spans refer to")
    text.add_argument("document", metavar="ID", help="a document's id")
    report = commands.add_parser("report", help="how well a document was read: pages, passages, cells, odd characters")
    report.add_argument("document", metavar="ID", help="a document's id")
    initiatives = commands.add_parser("initiatives", help="the initiatives of documents, or of files in no catalogue")
    initiatives.add_argument("names", nargs="*", metavar="ID|FILE", help="all documents when left out")
    initiatives.add_argument("--document", action="append", default=[], metavar="ID", help="a document's id")
    for command in (listing, passages, text, report, initiatives):
        command.add_argument("--json", action="store_true", help="print JSON, one object a line")
    options = parser.parse_args(arguments)
    show_any_character(sys.stdout)
    try:
        _COMMANDS[options.command](options)
        sys.stdout.flush()
    except CorpusError as error:
        print(f"corpus: {plain(str(error))}", file=sys.stderr)
        return 1
    except OSError as error:
        drop_output()
        if isinstance(error, BrokenPipeError):  # the reader, head or less, has seen enough
            return 0
        print(f"corpus: the output cannot be written ({error.strerror}); free some space", file=sys.stderr)
        return 1
    return 0


def _list(options: argparse.Namespace) -> None:
    for document in load_documents(Settings.from_environment()).documents:
        if options.json:
            print(json.dumps(asdict(document), ensure_ascii=False))
        else:
            print(f"{document.id}\t{document.municipality}\t{document.kind}\t{document.title}")


def _passages(options: argparse.Namespace) -> None:
    catalogue = load_documents(Settings.from_environment())
    documents = [catalogue.document(options.document)] if options.document else catalogue.documents
    for document in documents:
        for passage in cut(document, catalogue.read(document)).passages:
            print(json.dumps(_passage_json(passage), ensure_ascii=False) if options.json else _passage_text(passage))


def _passage_json(passage: Passage) -> dict[str, object]:
    return {"doc": passage.document.id} | {
        name: getattr(passage, name) for name in Passage.__slots__ if name != "document"
    }


def _passage_text(passage: Passage) -> str:
    return f"[{passage.span[0]}-{passage.span[1]}] {passage.context}\n{passage.text}\n"


def _text(options: argparse.Namespace) -> None:
    catalogue = load_documents(Settings.from_environment())
    canonical = catalogue.read(catalogue.document(options.document))
    if options.json:
        print(json.dumps({"doc": options.document, "text": canonical.text}, ensure_ascii=False))
    else:
        sys.stdout.write(canonical.text)


def _report(options: argparse.Namespace) -> None:
    catalogue = load_documents(Settings.from_environment())
    document = catalogue.document(options.document)
    report = report_on(catalogue, document)
    if options.json:
        print(json.dumps(report_to_json(report), ensure_ascii=False))
    else:
        print(report_lines(report, catalogue.read(document)))


def _initiatives(options: argparse.Namespace) -> None:
    settings = Settings.from_environment()
    catalogue = load_documents(settings)
    known = {document.id for document in catalogue.documents}
    texts: Iterator[tuple[Document, CanonicalText]]
    if options.names or options.document:
        files = [name for name in options.names if name not in known and Path(name).exists()]
        ids = [*options.document, *(name for name in options.names if name not in files)]
        documents = [catalogue.document(name) for name in ids]
        loose = [read_candidate(Path(name), Given(), settings) for name in files]
        for candidate in loose:
            for remark in candidate.reading.extracted.remarks:
                print(f"corpus: {plain(str(candidate.path))}: {remark}", file=sys.stderr)
        texts = chain(
            ((document, catalogue.read(document)) for document in documents),
            ((loose_document(candidate), candidate.canonical) for candidate in loose),
        )
    else:
        texts = ((document, catalogue.read(document)) for document in catalogue.documents)
    for document, canonical in texts:
        for initiative in extract(document, canonical):
            table = initiative_to_json(initiative)
            print(json.dumps(table, ensure_ascii=False) if options.json else initiative_lines(initiative))


_COMMANDS = {
    "list": _list,
    "passages": _passages,
    "text": _text,
    "report": _report,
    "initiatives": _initiatives,
}

if __name__ == "__main__":
    sys.exit(main())
