"""The English dictionary: its file, its lookups, that only English questions load it, and the script that writes it."""

from __future__ import annotations

import importlib.util
import re
import sqlite3
import subprocess
import sys
import unicodedata
from pathlib import Path
from types import ModuleType

import pytest

import search
from search.dictionary import Dictionary, american, load_dictionary

DATA = Path(search.__file__).parent / "data"
TABLE = DATA / "dictionary.tsv"


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return load_dictionary()


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_dictionary", DATA / "make_dictionary.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


def test_file_names_source_and_licence() -> None:
    header = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    text = " ".join(line.removeprefix("# ") for line in header)
    for name in (
        "JMdict",
        "Electronic Dictionary Research and Development Group (EDRDG)",
        "https://www.edrdg.org/edrdg/licence.html",
        "CC BY-SA 4.0",
        "do not edit",
        f"{len(rows()):,} expressions",
    ):
        assert name in text, name
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert "JMdict" in readme and "EDRDG" in readme and "CC BY-SA 4.0" in readme


def test_rows_are_clean_sorted_and_unique() -> None:
    keys = [english for english, _ in rows()]
    assert keys == sorted(set(keys))
    assert 15_000 <= len(keys) <= 30_000
    for english, japanese in rows():
        assert re.fullmatch(r"[a-z0-9]+(?: [a-z0-9]+){0,2}", english), english
        assert not re.match(r"(?:to|a|an|the) ", english), english
        words = japanese.split("|")
        assert 1 <= len(words) <= 5 and len(set(words)) == len(words), english
        assert all(word and not re.search(r"\s", word) for word in words), english


def test_file_is_small_and_normalised() -> None:
    assert TABLE.stat().st_size < 1_250_000
    text = TABLE.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text and "\ufeff" not in text


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        *(("reduce", "削減"), ("introduce", "導入"), ("outsourcing", "外部委託"), ("fee", "手数料")),
        *(("waste", "廃棄物"), ("disaster", "災害"), ("school lunch", "学校給食"), ("evaluate", "評価")),
        *(("park", "公園"), ("library", "図書館"), ("tax", "税金"), ("arrears", "延滞"), ("housing", "住宅")),
        *(("counter", "窓口"), ("moving", "転居"), ("lease", "賃貸"), ("training", "研修"), ("overtime", "残業")),
        *(("audit", "監査"), ("participation", "参加"), ("survey", "アンケート"), ("target", "目標")),
        *(("delay", "遅延"), ("completed", "完了"), ("sewage", "下水"), ("repair", "修繕"), ("road", "道路")),
        *(("abolish", "廃止"), ("merger", "合併"), ("parking lot", "駐車場"), ("bereaved family", "遺族")),
        *(("local government", "自治体"), ("public relations", "広報"), ("vaccination", "予防接種")),
    ],
)
def test_words_of_administration_are_translated(dictionary: Dictionary, english: str, japanese: str) -> None:
    words = english.split()
    count, found = dictionary.longest(words, 0)
    assert count == len(words)
    assert japanese in found


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        *(("reduced", "reduce"), ("libraries", "library"), ("evaluating", "evaluate"), ("subsidies", "subsidy")),
        *(("houses", "house"), ("women", "woman"), ("children", "child"), ("paid", "pay"), ("built", "build")),
    ],
)
def test_other_forms_of_a_word_meet_it(dictionary: Dictionary, asked: str, known: str) -> None:
    assert set(dictionary.longest([asked], 0)[1]) & set(dictionary.longest([known], 0)[1])


def test_houses_are_not_housing(dictionary: Dictionary) -> None:
    assert dictionary.longest(["houses"], 0) == dictionary.longest(["house"], 0)
    assert dictionary.longest(["houses"], 0) != dictionary.longest(["housing"], 0)


@pytest.mark.parametrize(
    ("british", "spelled"),
    [
        *(("organisation", "organization"), ("organisations", "organization"), ("privatisation", "privatization")),
        *(("neighbourhood", "neighborhood"), ("labour", "labor"), ("centre", "center"), ("programmes", "program")),
        *(("theatre", "theater"), ("licences", "license"), ("defence", "defense"), ("analyse", "analyze")),
        ("catalogue", "catalog"),
    ],
)
def test_british_spelling_meets_american(dictionary: Dictionary, british: str, spelled: str) -> None:
    assert american(british).removesuffix("s") == spelled
    assert dictionary.longest([british], 0) == dictionary.longest([spelled], 0)
    assert dictionary.longest([british], 0)[0] == 1


@pytest.mark.parametrize(("word", "japanese"), [("exercise", "運動"), ("enterprise", "企業"), ("resource", "資源")])
def test_words_that_look_british_are_found_as_they_are(dictionary: Dictionary, word: str, japanese: str) -> None:
    assert japanese in dictionary.longest([word], 0)[1]


def test_longest_expression_wins(dictionary: Dictionary) -> None:
    words = ["which", "cities", "have", "a", "parking", "lot", "or", "a", "park"]
    start = words.index("parking")
    count, japanese = dictionary.longest(words, start)
    assert count == 2 and japanese[0] == "駐車場"
    assert [words[a:b] for a, b, _ in dictionary.find(words)][-2:] == [["parking", "lot"], ["park"]]
    assert dictionary.longest(["parking"], 0)[0] == 1


def test_compounds_are_found_in_one_word_or_two(dictionary: Dictionary) -> None:
    assert dictionary.longest(["child", "care"], 0) == (2, dictionary.longest(["childcare"], 0)[1])
    assert dictionary.longest(["streetlight"], 0)[1] == dictionary.longest(["street", "light"], 0)[1]


@pytest.mark.parametrize("word", ["xyzzyx", "the", "with", "q", "7", "", "テレワーク", "。"])
def test_unknown_words_are_not_found(dictionary: Dictionary, word: str) -> None:
    assert dictionary.longest([word], 0) == (0, ())


def test_nothing_is_found_beyond_the_end(dictionary: Dictionary) -> None:
    assert dictionary.longest([], 0) == (0, ())
    assert dictionary.longest(["park"], 1) == (0, ())
    assert dictionary.find([]) == []


def test_importing_the_search_does_not_read_the_dictionary() -> None:
    program = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import search
from search.dictionary import load_dictionary
assert not [name for name in opened if name.endswith("dictionary.tsv")]
load_dictionary()
assert load_dictionary() is load_dictionary()
assert len([name for name in opened if name.endswith("dictionary.tsv")]) == 1
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


NOUN, SURU, VERB = (
    "noun (common) (futsuumeishi)",
    "noun or participle which takes the aux. verb suru",
    "Godan verb with 'su' ending",
)
# Word, priorities, part of speech, kind, field, glosses: as jamdict-data keeps them.
ENTRIES = [
    ("削減", ("news1", "nf01"), SURU, "", "", ("cut", "reduction", "curtailment")),
    ("減らす", ("ichi1", "news1", "nf10"), VERB, "", "", ("to abate", "to reduce (expenses (of a city))")),
    ("近所", ("news1", "nf20"), NOUN, "", "", ("neighbourhood", "neighborhood")),
    ("界隈", (), NOUN, "", "", ("neighborhood",)),
    ("賃金", ("news1", "nf02"), NOUN, "", "", ("wages",)),
    ("床", ("ichi1",), NOUN, "", "", ("floor",)),
    ("面積", ("news1", "nf05"), NOUN, "", "", ("area",)),
    ("床面積", (), NOUN, "", "", ("floor area",)),
    ("城代", ("news1", "nf30"), NOUN, "archaism", "", ("chamberlain",)),
    ("一本", ("ichi1",), NOUN, "", "martial arts", ("ippon",)),
    ("ＪＭｄｉｃｔ", (), NOUN, "", "", ("Japanese-Multilingual Dictionary Project - Creation Date: 2021-04-17",)),
]
SCHEMA = """
create table Entry (idseq integer); create table Kanji (ID integer primary key, idseq integer, text text);
create table Kana (ID integer primary key, idseq integer, text text, nokanji boolean);
create table KJI (kid integer, text text); create table KJP (kid integer, text text);
create table KNI (kid integer, text text); create table KNP (kid integer, text text);
create table Sense (ID integer primary key, idseq integer); create table stagk (sid integer, text text);
create table pos (sid integer, text text); create table field (sid integer, text text);
create table misc (sid integer, text text); create table dialect (sid integer, text text);
create table SenseGloss (sid integer, lang text, gend text, text text);
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "jamdict.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        for number, (word, priorities, part, kind, field, glosses) in enumerate(ENTRIES, 1):
            connection.execute("insert into Entry values (?)", (number,))
            connection.execute("insert into Kanji values (?, ?, ?)", (number, number, word))
            connection.execute("insert into Sense values (?, ?)", (number, number))
            connection.execute("insert into pos values (?, ?)", (number, part))
            for table, text in (("misc", kind), ("field", field)):
                if text:
                    connection.execute(f"insert into {table} values (?, ?)", (number, text))
            connection.executemany("insert into KJP values (?, ?)", [(number, tag) for tag in priorities])
            connection.executemany("insert into SenseGloss values (?, 'eng', '', ?)", [(number, g) for g in glosses])
    connection.close()
    return path


def test_maker_selects_and_ranks(maker: ModuleType, database: Path) -> None:
    text = maker.table(database)
    made = dict(line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    assert "State of 2021-04-17" in text
    assert made["reduction"] == "削減"
    assert made["reduce"] == "削減|減らす"  # the Sino-Japanese noun first, though no gloss says so; no remarks
    assert made["neighborhood"] == "近所|界隈" and "neighbourhood" not in made
    assert made["wages"] == "賃金"
    assert made["floor area"] == "床面積"  # not marked as common, but two common words
    assert not {"chamberlain", "ippon"} & set(made)


def test_maker_writes_the_same_twice(maker: ModuleType, database: Path) -> None:
    assert maker.table(database) == maker.table(database)


def test_tables_maker_matches_the_file(maker: ModuleType) -> None:
    english = [key for key, _ in rows()]
    date = re.search(r"State of (\d{4}-\d\d-\d\d)", TABLE.read_text(encoding="utf-8"))
    assert date
    header = maker.HEADER.format(rows=len(english), words=maker.MOST_WORDS, date=date[1])
    assert TABLE.read_text(encoding="utf-8").startswith(header + english[0])
