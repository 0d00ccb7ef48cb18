"""Files of values: any delimiter and encoding, quotes that match or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import one_line

from corpus.errors import CorpusError
from corpus.formats.csv_file import read_csv
from corpus.settings import Settings

DOCUMENTS = sorted(Settings().documents.glob("*.txt"))
ROWS = [["番号", "取組名", "目標"], ["1", "窓口、受付の改善", "50%"], ["2", "書類の削減", "1,000枚"]]


def read(data: str | bytes, folder: Path, name: str = "表.csv") -> str:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_csv(path).text


def quoted(delimiter: str) -> str:
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in ROWS)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp"])
def test_delimiters_and_encodings(delimiter: str, encoding: str, tmp_path: Path) -> None:
    text = read(quoted(delimiter).encode(encoding), tmp_path)
    assert text == "".join("\t".join(row) + "\n" for row in ROWS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_rows_of_the_bundled_texts_stay_as_they_are(path: Path, tmp_path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    text = read(source, tmp_path, "plan.tsv")
    words = ["".join(line.split()) for line in source.split("\n")]
    assert ["".join(line.split()) for line in text.split("\n") if line] == [line for line in words if line]


def test_quotes_hold_delimiters_and_line_breaks(tmp_path: Path) -> None:
    assert read('項目,値\n"窓口,受付","一行\n二行"\n"「""改善""」",2\n', tmp_path) == (
        '項目\t値\n窓口,受付\t一行 二行\n「"改善"」\t2\n'
    )


def test_an_open_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text('品,値\n"21型,1\n机,2\n椅子,3\n', encoding="utf-8")
    extracted = read_csv(path)
    assert extracted.text == "品\t値\n21型\t1\n机\t2\n椅子\t3\n"
    assert "quotes" in extracted.remarks[0]
    assert read('品,値\n21"型,1\n', tmp_path) == '品\t値\n21"型\t1\n'


def test_titles_blank_rows_and_trailing_delimiters(tmp_path: Path) -> None:
    data = "架空市の取組,,\n,,\n番号,取組,備考\n1,窓口,\n2,書類,済\n3,,\n,,\n以上,,\n"
    assert read(data, tmp_path) == "架空市の取組\n\n番号\t取組\t備考\n1\t窓口\n2\t書類\t済\n3\n\n以上\n"


def test_one_column_is_text_and_commas_in_prose_part_no_cells(tmp_path: Path) -> None:
    assert read("取組\n窓口\n", tmp_path) == "取組\n窓口\n"
    assert read("名\t値\n甲\t1,000\n乙\t2,000\n丙\t30\n", tmp_path) == "名\t値\n甲\t1,000\n乙\t2,000\n丙\t30\n"


def test_formulas_are_text(tmp_path: Path) -> None:
    assert read("名,値\n=cmd|' /C calc'!A0,@SUM(A1)\n", tmp_path) == "名\t値\n=cmd|' /C calc'!A0\t@SUM(A1)\n"


def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path) -> None:
    for data in (b"", b"  \n", b",,,\n,,\n", b"a\x00b,c", b"\x89PNG\r\n\x1a\n\x00\x00"):
        with pytest.raises(CorpusError) as error:
            read(data, tmp_path)
        assert ".csv: " in one_line(error)
    with pytest.raises(CorpusError) as error:
        read_csv(tmp_path / "none.csv")
    assert "no such file" in one_line(error)
