"""Files that a user wants to add: what is known of each, and what is to be done with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corpus.errors import CorpusError
from corpus.fields import squeeze
from corpus.isolation import Reading
from corpus.library import Holdings, file_for
from corpus.metadata import Found, Metadata, Value, municipality_named, read_metadata
from corpus.model import CanonicalText, Document
from corpus.municipalities import Municipality, all_municipalities
from corpus.reading import check_file
from corpus.readings import canonical_of, digest_of, read_better
from corpus.settings import Settings

_SUFFIXES = "bcdefghijklmnopqrstuvwxyz"
_OPTIONS = {
    "municipality": "--municipality 結城市",
    "title": '--title "行政改革大綱"',
    "kind": "--kind outline|plan|report|plan-and-report",
    "fiscal_years": "--fiscal-years 2021-2025",
}


@dataclass(frozen=True)
class Given:
    """What the user says of a document; None where it is to be read."""

    id: str | None = None
    municipality: str | None = None
    title: str | None = None
    kind: str | None = None
    fiscal_years: tuple[int, int] | None = None
    report_fiscal_year: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A file that was read, and what is known of it. missing: what must be given, by the option's name, and why.

    better: more of its pages were read than when it was added.
    """

    path: Path
    sha256: str
    reading: Reading
    canonical: CanonicalText
    municipality: Municipality | None
    title: str | None
    kind: str | None
    fiscal_years: tuple[int, int] | None
    report_fiscal_year: int | None
    metadata: Metadata
    given: Given
    missing: dict[str, str]
    unsure: dict[str, str]
    better: bool


@dataclass(frozen=True)
class Planned:
    """What is to be done with a file: ``added``, ``replaced``, ``restored`` or ``unchanged``.

    note: what the user should know of the id; empty when nothing.
    """

    candidate: Candidate
    document: Document
    action: str
    note: str = ""


def read_candidate(path: Path, given: Given, settings: Settings) -> Candidate:
    """Return a file with what could be read of it. Raises CorpusError when it cannot be read or ``given`` is wrong."""
    if given.title and any("\ud800" <= character <= "\udfff" for character in given.title):
        raise CorpusError(f"{path}: the title is not whole Unicode text (it has surrogates); give it as UTF-8")
    named = municipality_named(given.municipality) if given.municipality else None
    check_file(path)
    sha256 = digest_of(path)
    reading, better = read_better(path, sha256, settings.library / "readings", settings.read_seconds)
    canonical = canonical_of(reading, path)
    metadata = read_metadata(canonical, path.name)
    missing, unsure = {}, {}
    own = {"municipality": named, "title": given.title, "kind": given.kind, "fiscal_years": given.fiscal_years}
    for name, value in own.items():
        found = getattr(metadata, name)
        if value is None and found is None:
            missing[name] = metadata.notes.get(name, "not found")
        elif value is None and not found.sure:
            unsure[name] = found.quote
    kind = given.kind or _value(metadata.kind)
    reports = kind in ("report", "plan-and-report")
    return Candidate(
        path=path,
        sha256=sha256,
        reading=reading,
        canonical=canonical,
        municipality=named or _value(metadata.municipality),
        title=" ".join(given.title.split()) if given.title else _value(metadata.title),
        kind=kind,
        fiscal_years=given.fiscal_years or _value(metadata.fiscal_years),
        report_fiscal_year=given.report_fiscal_year or (_value(metadata.report_fiscal_year) if reports else None),
        metadata=metadata,
        given=given,
        missing=missing,
        unsure=unsure,
        better=better,
    )


def plan(holdings: Holdings, candidates: Sequence[Candidate]) -> tuple[list[Planned], Holdings]:
    """Return what is to be done with each file, and the holdings after it.

    Raises CorpusError when a field is missing that neither the file nor the catalogue gives, or two files are one
    document.
    """
    planned: list[Planned] = []
    for candidate in candidates:
        step = _planned(holdings, candidate)
        before = next((each for each in planned if each.document.id == step.document.id), None)
        if before and step.action != "unchanged":
            raise CorpusError(
                f"{candidate.path}: the same document as {before.candidate.path} by its title page "
                f"({step.document.id}); add one of them, or give --id"
            )
        planned.append(step)
        if step.action != "unchanged":
            holdings = holdings.with_document(step.document)
    return planned, holdings


def loose_document(candidate: Candidate) -> Document:
    """Return the document of a file that is in no catalogue, with what could be read of it; the id is its name."""
    place = candidate.municipality
    return Document(
        id=candidate.path.name,
        municipality=place.name if place else "",
        municipality_code=place.code if place else "",
        prefecture=place.prefecture if place else "",
        title=candidate.title or candidate.path.stem,
        kind=candidate.kind or "plan",
        fiscal_years=candidate.fiscal_years or (0, 0),
        report_fiscal_year=candidate.report_fiscal_year,
        file=candidate.path.name,
        sha256=candidate.sha256,
    )


def _value(found: Found[Value] | None) -> Value | None:
    return found.value if found else None


def _planned(holdings: Holdings, candidate: Candidate) -> Planned:
    given = candidate.given
    used = {document.id: document for document in holdings.documents}
    same_file = next((each for each in holdings.documents if each.sha256 == candidate.sha256), None)
    if same_file and given.id not in (None, same_file.id):
        raise CorpusError(
            f"{candidate.path}: this file is the document {same_file.id} already; remove that first, or leave out --id"
        )
    hidden = next((each for each in holdings.hidden if each.sha256 == candidate.sha256), None)
    if not same_file and hidden and hidden.id not in used and given.id in (None, hidden.id):
        document = _with_given(hidden, candidate)
        if document == hidden:
            return Planned(candidate, hidden, "restored")
        return Planned(
            candidate, replace(document, file=file_for(hidden.id, candidate.sha256, candidate.path)), "added"
        )
    if same_file:
        document = _with_given(same_file, candidate)
        if document == same_file and not candidate.better:
            return Planned(candidate, same_file, "unchanged")
        note = "more of its pages were read" if candidate.better else ""
        return Planned(candidate, _with_id(document, document.id, candidate), "replaced", note)
    if candidate.missing:
        raise CorpusError(_what_is_missing(candidate))
    document = _document(candidate)
    if given.id:
        return Planned(candidate, _with_id(document, given.id, candidate), "replaced" if given.id in used else "added")
    same = next((each for each in holdings.documents if _identity(each) == _identity(document)), None)
    if same:
        return Planned(candidate, _with_id(document, same.id, candidate), "replaced")
    generated, note = _generated_id(document, candidate, used)
    return Planned(candidate, _with_id(document, generated, candidate), "added", note)


def _what_is_missing(candidate: Candidate) -> str:
    reasons = "; ".join(f"{name.replace('_', ' ')} ({reason})" for name, reason in candidate.missing.items())
    options = " ".join(f"{_OPTIONS[name]}" for name in candidate.missing)
    return f"{candidate.path}: cannot read its {reasons}; give {options}"


def _document(candidate: Candidate) -> Document:
    municipality = candidate.municipality
    assert municipality and candidate.title and candidate.kind and candidate.fiscal_years
    return Document(
        id="",
        municipality=municipality.name,
        municipality_code=municipality.code,
        prefecture=municipality.prefecture,
        title=candidate.title,
        kind=candidate.kind,
        fiscal_years=candidate.fiscal_years,
        report_fiscal_year=candidate.report_fiscal_year,
        file="",
        sha256=candidate.sha256,
    )


def _with_id(document: Document, document_id: str, candidate: Candidate) -> Document:
    return replace(document, id=document_id, file=file_for(document_id, candidate.sha256, candidate.path))


def _with_given(document: Document, candidate: Candidate) -> Document:
    """Return a document of the catalogue with what the user says of it now."""
    given = candidate.given
    if given.municipality and candidate.municipality:
        row = candidate.municipality
        document = replace(document, municipality=row.name, municipality_code=row.code, prefecture=row.prefecture)
    return replace(
        document,
        title=candidate.title if given.title and candidate.title else document.title,
        kind=given.kind or document.kind,
        fiscal_years=given.fiscal_years or document.fiscal_years,
        report_fiscal_year=given.report_fiscal_year or document.report_fiscal_year,
    )


def _identity(document: Document) -> tuple[object, ...]:
    """Return what makes a file another state of the same document."""
    years = document.fiscal_years, document.report_fiscal_year
    return document.prefecture, document.municipality, squeeze(document.title), document.kind, *years


def _generated_id(document: Document, candidate: Candidate, used: dict[str, Document]) -> tuple[str, str]:
    row = next((each for each in all_municipalities() if each.code == document.municipality_code), None)
    name = re.sub(r"[^a-z0-9]", "", row.romaji) if row else ""
    # Every year has its report, all of them for the years of one plan.
    year = document.report_fiscal_year or document.fiscal_years[0]
    wanted = f"{name or 'document'}-{year}-{document.kind}"
    if wanted not in used:
        return wanted, ""
    holder = used[wanted]
    for suffix in _SUFFIXES:
        if f"{wanted}-{suffix}" not in used:
            return f"{wanted}-{suffix}", f"{wanted} is {holder.municipality}「{holder.title}」"
    raise CorpusError(f"{candidate.path}: many documents have ids like {wanted}; give --id")
