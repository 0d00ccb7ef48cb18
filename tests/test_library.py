"""The users' own documents beside the bundled ones, as the catalogue of both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from corpus_files import one_line
from library_files import OTHER_PLAN, PLAN, Place
from small_index import TEXT, catalogue_of

from corpus.candidates import Given, Planned, plan, read_candidate
from corpus.catalogue import Catalogue
from corpus.errors import CorpusError
from corpus.library import Holdings, NewFile, changing, load_documents, load_holdings, writing
from corpus.model import Document
from corpus.settings import Settings

pytest_plugins = ["library_files", "small_index"]


@pytest.fixture
def settings(place: Place) -> Settings:
    return place.settings


def planned(settings: Settings, path: Path, **given: str) -> tuple[Planned, Holdings]:
    candidate = read_candidate(path, Given(**given), settings)
    steps, after = plan(load_holdings(settings), [candidate])
    return steps[0], after


def put(settings: Settings, path: Path, **given: str) -> Document:
    """Add a file to the catalogue alone."""
    step, after = planned(settings, path, **given)
    with writing(settings.library):
        new = [NewFile(step.document, step.candidate.path, step.candidate.reading)]
        with changing(settings, after, new):
            pass
    return step.document


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"writer.lock"}


def test_without_a_library_there_are_the_bundled_documents(settings: Settings, catalogue: Catalogue) -> None:
    assert [document.id for document in load_documents(settings).documents] == ["bundled"]
    assert not settings.library.exists()
    everything = load_documents(Settings(library=settings.library))
    assert everything.documents == catalogue.documents
    assert [everything.read(each).text for each in everything.documents] == [
        catalogue.read(each).text for each in catalogue.documents
    ]


def test_any_title_comes_back_as_it_was_given(place: Place, settings: Settings) -> None:
    title = 'a "b" \\ \x7f \u2028 {{x}} \'\'\' """ # [[document]] 㐂\U00020bb7'
    document = put(settings, place.file("計画 'x'.txt", PLAN), title=title)
    assert document.title == " ".join(title.split())
    with pytest.raises(CorpusError, match=r"not whole Unicode text \(it has surrogates\)"):
        put(settings, place.file("plan.txt", PLAN), title="a\udcff")
    catalogue = load_documents(settings)
    assert catalogue.document(document.id) == document
    assert catalogue.read(document).text == PLAN
    assert names(settings.library) == {"catalog.toml", document.file}


def test_an_added_document_stands_in_the_place_of_a_bundled_one(place: Place, settings: Settings) -> None:
    document = put(settings, place.file("plan.txt", PLAN), id="bundled")
    assert load_documents(settings).documents == (document,)
    holdings = load_holdings(settings)
    assert [hidden.title for hidden in holdings.hidden] == ["行政改革大綱"]
    assert holdings.without(["bundled"]).documents == ()
    back = holdings.with_document(holdings.bundled[0])
    assert (back.documents, back.added, back.removed) == (holdings.bundled, (), frozenset())


def test_an_error_inside_takes_the_change_back(place: Place, settings: Settings) -> None:
    put(settings, place.file("plan.txt", PLAN))
    before = {name: (settings.library / name).read_bytes() for name in names(settings.library)}
    step, after = planned(settings, place.file("plan.txt", OTHER_PLAN))
    new = [NewFile(step.document, step.candidate.path, step.candidate.reading)]
    with pytest.raises(KeyboardInterrupt), writing(settings.library), changing(settings, after, new) as change:
        assert change.catalogue.document("mito-2024-plan") == step.document
        assert load_documents(settings).read(step.document).text == OTHER_PLAN
        raise KeyboardInterrupt
    assert {name: (settings.library / name).read_bytes() for name in names(settings.library)} == before
    with pytest.raises(KeyboardInterrupt), writing(settings.library), changing(settings, after, new) as change:
        change.keep()
        raise KeyboardInterrupt
    assert load_documents(settings).read(step.document).text == OTHER_PLAN


def test_a_file_that_changes_while_it_is_added_is_refused(place: Place, settings: Settings) -> None:
    path = place.file("plan.txt", PLAN)
    step, after = planned(settings, path)
    path.write_text(OTHER_PLAN, encoding="utf-8")
    new = [NewFile(step.document, path, step.candidate.reading)]
    refused = pytest.raises(CorpusError, match="the file changed while it was being added; run it again")
    with refused, writing(settings.library), changing(settings, after, new):
        pass
    assert names(settings.library) == set()


def test_what_killed_processes_left_is_swept_and_nothing_else(place: Place, settings: Settings) -> None:
    document = put(settings, place.file("plan.txt", PLAN))
    left = (
        "files/mito-2024-plan-000000000000.txt",
        "readings/0.json",
        "files/.0.part",
        "catalog.toml.before",
        ".1.part",
    )
    for name in (*left, "notes of the user.txt"):
        (settings.library / name).write_text("left", encoding="utf-8")
    (settings.library / "files" / "folder").mkdir()
    other = put(settings, place.file("dx.txt", PLAN.replace("水戸", "結城")))
    assert names(settings.library) == {"catalog.toml", document.file, other.file, "notes of the user.txt"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("removed = 1", "removed is not a list of ids; write for example"),
        ("removed = [1]", "removed is not a list of ids"),
        ('removed = ["bundled"]', "it removes every document; take some out of removed"),
        ("document = 1", r"no \[\[document\]\]"),
        ("[[document]", "not valid TOML"),
        ('[[document]]\nid = "x"', "document 'x': file is missing"),
        ("", "the file is empty"),
    ],
)
def test_a_wrong_catalogue_of_a_library_is_one_clear_line(settings: Settings, content: str, reason: str) -> None:
    settings.library.mkdir()
    (settings.library / "catalog.toml").write_text(content, encoding="utf-8")
    with pytest.raises(CorpusError, match=reason) as error:
        load_documents(settings)
    assert one_line(error).startswith(str(settings.library / "catalog.toml"))


def test_a_removed_id_that_the_tool_no_longer_has_does_no_harm(settings: Settings) -> None:
    settings.library.mkdir()
    (settings.library / "catalog.toml").write_text('removed = ["long gone"]\n', encoding="utf-8")
    assert [document.id for document in load_documents(settings).documents] == ["bundled"]


def test_a_file_gone_from_the_library_is_named(place: Place, settings: Settings) -> None:
    document = put(settings, place.file("plan.txt", PLAN))
    (settings.library / document.file).unlink()
    with pytest.raises(CorpusError, match=f"document 'mito-2024-plan': the file '{document.file}' cannot be read"):
        load_documents(settings)


def test_a_plan_made_over_another_catalogue_is_another(place: Place, settings: Settings, tmp_path: Path) -> None:
    path = place.file("plan.txt", PLAN)
    step, _ = planned(settings, path)
    assert step.action == "added"
    document = put(settings, path)
    assert planned(settings, path)[0] == replace(
        step, candidate=planned(settings, path)[0].candidate, action="unchanged"
    )
    assert document == step.document
    other = replace(settings, documents=catalogue_of(tmp_path / "other", outline=TEXT).folder)
    assert [each.id for each in load_documents(other).documents] == ["outline", "mito-2024-plan"]
