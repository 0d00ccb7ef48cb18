"""Command line of the documents: ``python -m corpus``."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from corpus.catalogue import load_catalogue
from corpus.errors import CorpusError
from corpus.model import Passage
from corpus.passages import cut
from corpus.settings import Settings
from corpus.terminal import drop_output, show_any_character


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status: 0, 1 for a failure, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m corpus", description="The documents, as they are read and cut.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help="the documents of the catalogue")
    passages = commands.add_parser("passages", help="the passages of a document, or of all")
    passages.add_argument("document", nargs="?", metavar="ID", help="a document's id; all documents when left out")
    text = commands.add_parser("text", help="a document's canonical text, which all spans refer to")
    text.add_argument("document", metavar="ID", help="a document's id")
    for command in (listing, passages, text):
        command.add_argument("--json", action="store_true", help="print JSON, one object a line")
    options = parser.parse_args(arguments)
    show_any_character(sys.stdout)
    try:
        _COMMANDS[options.command](options)
        sys.stdout.flush()
    except CorpusError as error:
        print(f"corpus: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        drop_output()
        if isinstance(error, BrokenPipeError):  # the reader, head or less, has seen enough
            return 0
        print(f"corpus: the output cannot be written ({error.strerror}); free some space", file=sys.stderr)
        return 1
    return 0


def _list(options: argparse.Namespace) -> None:
    for document in load_catalogue(Settings.from_environment().documents).documents:
        if options.json:
            print(json.dumps(asdict(document), ensure_ascii=False))
        else:
            print(f"{document.id}\t{document.municipality}\t{document.kind}\t{document.title}")


def _passages(options: argparse.Namespace) -> None:
    catalogue = load_catalogue(Settings.from_environment().documents)
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
    catalogue = load_catalogue(Settings.from_environment().documents)
    canonical = catalogue.read(catalogue.document(options.document))
    if options.json:
        print(json.dumps({"doc": options.document, "text": canonical.text}, ensure_ascii=False))
    else:
        sys.stdout.write(canonical.text)


_COMMANDS = {"list": _list, "passages": _passages, "text": _text}

if __name__ == "__main__":
    sys.exit(main())
