"""Adding documents to the library and removing them, with the index rebuilt at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from corpus.candidates import Candidate, Planned, plan
from corpus.catalogue import Catalogue
from corpus.errors import CorpusError
from corpus.library import Holdings, NewFile, catalogue_of, changing, load_holdings, sweep, writing
from corpus.settings import Settings
from indexer.build import build, source_digest
from indexer.encoder import Encoder
from indexer.errors import IndexerError
from indexer.store import open_generation, open_manifest

Rebuild = Callable[[Catalogue], None]


def add(settings: Settings, candidates: Sequence[Candidate], shown: Sequence[Planned], rebuild: Rebuild) -> None:
    """Do what was planned, all of it or nothing, and rebuild the index.

    Raises CorpusError when the catalogue cannot be written or has changed since ``shown`` was planned; errors of
    ``rebuild`` leave the catalogue as it was.
    """
    with writing(settings.library):
        before = load_holdings(settings)
        planned, after = plan(before, candidates)
        if [(step.document, step.action) for step in planned] != [(step.document, step.action) for step in shown]:
            raise CorpusError("the catalogue was changed meanwhile by another process; run it again")
        new = [
            NewFile(step.document, step.candidate.path, step.candidate.reading)
            for step in planned
            if step.action in ("added", "replaced")
        ]
        _change(settings, before, after, new, rebuild)


def remove(settings: Settings, ids: Sequence[str], indexed: Sequence[str], rebuild: Rebuild) -> None:
    """Remove documents, all of them or none, and rebuild the index.

    indexed: ids of documents in the index; one that only the index still has goes with the rebuild. Raises
    CorpusError when an id is unknown or no document would be left, and as ``add`` does.
    """
    with writing(settings.library):
        before = load_holdings(settings)
        known = [document.id for document in before.documents]
        unknown = [name for name in ids if name not in known and name not in indexed]
        if unknown:
            raise CorpusError(f"no document has the id {unknown[0]!r}; the catalogue has: {', '.join(known)}")
        after = before.without(ids)
        if not after.documents:
            raise CorpusError("these are all documents, and an index needs one; add another before you remove them")
        _change(settings, before, after, (), rebuild)


def _change(
    settings: Settings,
    before: Holdings,
    after: Holdings,
    new: Sequence[NewFile],
    rebuild: Rebuild,
) -> None:
    if after == before and not new:
        sweep(settings.library, before)
        rebuild(catalogue_of(settings, before))  # a process killed between catalogue and index left it to do
        return
    with changing(settings, after, new) as change:
        try:
            rebuild(change.catalogue)
        except BaseException:
            if _holds(settings.index, change.catalogue):  # stopped after the index was published
                change.keep()
            raise


def rebuild_index(index: Path, encoder: Encoder, progress: bool) -> Rebuild:
    """Return a function that makes the index hold a catalogue, and does nothing where it does already."""

    def rebuild(catalogue: Catalogue) -> None:
        if published_source(index) != source_digest(catalogue, encoder.fingerprint):
            build(catalogue, index, encoder, progress=progress)

    return rebuild


def published_source(index: Path) -> str | None:
    """Return the digest of what the index was made from, None when there is no whole index."""
    try:
        return open_generation(index)[1].source
    except IndexerError:
        return None


def indexed_ids(index: Path) -> list[str]:
    """Return the ids of the documents that an index has; none where there is no index."""
    try:
        return [document.id for document in open_manifest(index)[1].documents]
    except IndexerError:
        return []


def _holds(index: Path, catalogue: Catalogue) -> bool:
    try:
        return open_manifest(index)[1].documents == catalogue.documents
    except IndexerError:
        return False
