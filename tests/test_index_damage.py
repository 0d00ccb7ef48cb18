"""An index that is damaged or was made by another program: found, told apart and said in one line."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from small_index import BUILD, flip, only_line

from indexer.__main__ import main
from indexer.errors import IndexerError, IndexMismatchError, IndexMissingError
from indexer.generation import FORMAT_VERSION
from indexer.store import open_generation, open_manifest
from indexer.tokenise import tokeniser_versions
from search import SearchEngine

pytest_plugins = ["small_index"]


def tampered(index: Path, **changes: Any) -> None:
    """Publish the current manifest with some of its values changed."""
    path = open_generation(index)[0].manifest
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (index / "CURRENT").write_text(f"{path.parent.name} {digest}\n", encoding="utf-8")


@pytest.fixture
def index_copy(tmp_path: Path, index: Path) -> Path:
    """A copy of the index over the bundled documents, to damage."""
    return Path(shutil.copytree(index, tmp_path / "copy"))


def test_verify_finds_one_flipped_byte_in_any_file(index_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verify = ["verify", "--index", str(index_copy)]
    assert main(verify) == 0
    assert "all whole" in capsys.readouterr().out
    folder = open_generation(index_copy)[0].folder
    for path in [index_copy / "CURRENT", *(path for path in folder.rglob("*") if path.is_file())]:
        size = path.stat().st_size
        for at in (0, size // 2, size - 1):
            flip(path, at)
            assert main(verify) == 1, (path, at)
            output, errors = capsys.readouterr()
            assert output == ""
            assert BUILD in only_line(errors)
            if path.parent != index_copy:
                assert path.relative_to(folder).as_posix().removesuffix(".json") in errors
            flip(path, at)
    assert main(verify) == 0


def test_an_index_with_a_flipped_byte_does_not_open(index_copy: Path) -> None:
    folder = open_generation(index_copy)[0].folder
    for path in (path for path in folder.rglob("*") if path.is_file()):
        flip(path, path.stat().st_size // 2)
        with pytest.raises(IndexMissingError, match=rf"damaged \(.*\): run `{BUILD}`"):
            SearchEngine.open(index_copy)
        flip(path, path.stat().st_size // 2)
    assert SearchEngine.open(index_copy).search("テレワーク")


def test_any_flipped_byte_of_manifest_or_pointer_is_a_clear_error(small_index: Path) -> None:
    for path, stride in ((open_generation(small_index)[0].manifest, 7), (small_index / "CURRENT", 1)):
        for at in range(0, path.stat().st_size, stride):
            flip(path, at)
            with pytest.raises(IndexerError, match=BUILD):
                open_manifest(small_index)
            flip(path, at)
    open_generation(small_index)


def test_no_index_is_an_error_that_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    for folder in ("missing", "empty", "file", "file/below"):
        with pytest.raises(IndexMissingError, match=rf"{folder}: no index there yet: run `{BUILD}`") as caught:
            SearchEngine.open(tmp_path / folder)
        only_line(str(caught.value))


@pytest.mark.parametrize(
    "pointer",
    [
        b"",
        b"\n",
        b"20260101T000000-00000000",
        b"20260101T000000-00000000 " + b"0" * 64 + b"\n",
        b"../..",
        b"../.. " + b"0" * 64 + b"\n",
        b"/etc",
        b"\x00\x01",
        b"\xff\xfe\x80",
        "世代".encode(),
        b"x" * 100_000,
    ],
)
def test_a_pointer_to_nowhere_is_an_error_that_names_the_command(small_index: Path, pointer: bytes) -> None:
    (small_index / "CURRENT").write_bytes(pointer)
    with pytest.raises(IndexMissingError, match=rf"the index is damaged \(.*\): run `{BUILD}`") as caught:
        SearchEngine.open(small_index)
    only_line(str(caught.value))


def test_a_pointer_out_of_the_index_is_not_followed(tmp_path: Path, small_index: Path) -> None:
    outside = Path(shutil.copytree(open_generation(small_index)[0].folder, tmp_path / "outside"))
    digest = hashlib.sha256((outside / "manifest.json").read_bytes()).hexdigest()
    for name in ("../../outside", str(outside)):
        (small_index / "CURRENT").write_text(f"{name} {digest}\n", encoding="utf-8")
        with pytest.raises(IndexMissingError, match="CURRENT"):
            open_generation(small_index)


def test_a_pointer_that_is_a_folder_is_no_index(small_index: Path) -> None:
    (small_index / "CURRENT").unlink()
    (small_index / "CURRENT").mkdir()
    with pytest.raises(IndexMissingError, match=BUILD):
        open_generation(small_index)


def test_a_truncated_or_missing_file_is_named(small_index: Path) -> None:
    folder = open_generation(small_index)[0].folder
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        name = "its manifest" if path.name == "manifest.json" else path.relative_to(folder).as_posix()
        damages = [path.unlink, lambda path=path, data=data: path.write_bytes(data[: len(data) // 2])]
        for damage in damages if data else damages[:1]:  # of nothing there is no half
            damage()
            with pytest.raises(IndexMissingError, match=rf"damaged \({re.escape(name)}\): run `{BUILD}`") as caught:
                SearchEngine.open(small_index)
            only_line(str(caught.value))
            path.write_bytes(data)
    open_generation(small_index)


@pytest.mark.parametrize(
    "text",
    ["", "not JSON", "null", "[]", "7", '"format_version"', "{}", f'{{"format_version": {FORMAT_VERSION}}}'],
)
def test_a_manifest_that_is_none_is_damage(small_index: Path, text: str) -> None:
    open_generation(small_index)[0].manifest.write_text(text, encoding="utf-8")
    with pytest.raises(IndexMissingError, match=rf"damaged \(its manifest\): run `{BUILD}`"):
        SearchEngine.open(small_index)


@pytest.mark.parametrize("changes", [{"documents": 7}, {"documents": [{}]}, {"new": 1}])
def test_a_manifest_of_another_shape_is_damage(small_index: Path, changes: dict[str, Any]) -> None:
    tampered(small_index, **changes)
    with pytest.raises(IndexMissingError, match=rf"run `{BUILD}`"):
        SearchEngine.open(small_index)


def test_a_manifest_that_somebody_edited_does_not_open(small_index: Path) -> None:
    manifest = open_generation(small_index)[0].manifest
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("結城市", "石岡市"), encoding="utf-8")
    with pytest.raises(IndexMissingError, match=rf"damaged \(its manifest\): run `{BUILD}`"):
        SearchEngine.open(small_index)


@pytest.mark.parametrize("version", [0, FORMAT_VERSION + 1, "1", None])
def test_another_format_is_told_from_damage(small_index: Path, version: object) -> None:
    tampered(small_index, format_version=version, keys_of_the_future={})
    message = rf"has format {version}, this program reads {FORMAT_VERSION}: run `{BUILD}`"
    with pytest.raises(IndexMismatchError, match=message) as caught:
        SearchEngine.open(small_index)
    only_line(str(caught.value))


@pytest.mark.parametrize("name", ["version", "fugashi", "unidic-lite"])
def test_another_tokeniser_is_told_from_damage(small_index: Path, name: str) -> None:
    tampered(small_index, tokeniser={**tokeniser_versions(), name: "0.0.1"})
    with pytest.raises(IndexMismatchError, match=rf"tokeniser .*0\.0\.1.*this program has .*run `{BUILD}`") as caught:
        SearchEngine.open(small_index)
    only_line(str(caught.value))


def test_another_model_is_named_with_both_dimensions_and_the_command(small_index: Path, tiny_model: Path) -> None:
    message = rf"model embedded \(512 dimensions\), this is {tiny_model} \(8\): run `{BUILD} --model {tiny_model}`"
    with pytest.raises(IndexMismatchError, match=message) as caught:
        SearchEngine.open(small_index, model=str(tiny_model))
    only_line(str(caught.value))
