"""Plans and reports of cities that nobody wrote code for are read, whatever the layout, the words and the file format.

The documents and what stands in them are made by ``files/make_city.py``, ``make_city2.py`` and ``make_city3.py``; each
was written without sight of the extractor, which was mended afterwards.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from corpus.formats import read_file
from corpus.initiatives import extract
from corpus.model import CanonicalText, Document, Initiative
from corpus.reading import canonical_reading, read_text

FOLDER = Path(__file__).parent / "files"
EXPECTED: dict[str, list[dict[str, Any]]] = {
    stem: initiatives
    for folder in ("city", "city2", "city3")
    for stem, initiatives in json.loads((FOLDER / folder / "expected.json").read_text(encoding="utf-8")).items()
}

CITIES: dict[str, tuple[str, str, str, tuple[int, int], int | None]] = {
    "sheets": ("みどり野市", "第４次みどり野市行財政改革実施計画", "plan-and-report", (2025, 2029), 2025),
    "wide": ("海風町", "海風町第５次行政改革アクションプラン", "plan-and-report", (2025, 2027), 2025),
    "years": ("潮見崎町", "潮見崎町行財政改革推進プラン　進捗状況報告書", "report", (2025, 2027), 2025),
    "prose": ("星見市", "星見市行財政運営改善プラン　令和７年度実績報告", "report", (2025, 2029), 2025),
    "pairs": ("霧ヶ丘市", "霧ヶ丘市行財政改革プラン2023　進捗状況報告書", "report", (2023, 2025), 2024),
    "indicator_rows": ("白鷺市", "白鷺市第３次行財政改革推進計画", "plan-and-report", (2024, 2026), 2025),
    "letters": ("磯部町", "磯部町行政改革大綱（第６次）実施計画", "plan-and-report", (2023, 2025), 2024),
    "listing": ("鶴見原市", "鶴見原市行政改革実施計画", "plan", (2025, 2027), None),
    "chapters": ("花山市", "花山市行財政改革アクションプラン2025", "plan", (2025, 2028), None),
    "marked_lines": ("北浜市", "北浜市第４次行政経営改革プラン", "report", (2023, 2026), 2024),
    "effects": ("湯ノ原町", "湯ノ原町財政健全化プラン　効果額報告書", "report", (2023, 2025), 2024),
    "stacked": ("若葉台市", "若葉台市行財政改革実施計画", "plan-and-report", (2025, 2027), 2025),
    "arrows": ("雪ノ沢町", "雪ノ沢町集中改革プラン", "plan-and-report", (2018, 2022), 2021),
    "midterm": ("桜堤区", "桜堤区行財政改革推進プラン", "plan-and-report", (2023, 2028), 2025),
    "policies": ("青葉原市", "第７次青葉原市行政改革大綱実施計画", "report", (2021, 2025), 2023),
    "goals_of_dx": ("霧岳町", "霧岳町ＤＸ推進計画", "plan", (2024, 2026), None),
    "upright": ("茜川市", "茜川市行財政健全化計画", "plan", (2024, 2026), None),
    "bureaus": ("美波市", "美波市行財政改革推進計画2023", "report", (2023, 2025), 2024),
    "year_rows": ("木ノ実村", "木ノ実村第５次行政改革実施計画", "plan-and-report", (2023, 2025), 2024),
    "half_years": ("堀留区", "堀留区役所業務改革推進プラン", "report", (2024, 2026), 2024),
}
FILES = sorted(
    path.relative_to(FOLDER).as_posix()
    for folder in ("city", "city2", "city3")
    for path in (FOLDER / folder).iterdir()
    if path.suffix != ".json"
)
# The share of printed KPI values that must be read with their role and year. A PDF has no cells: lines and gaps tell.
SHARE = {".txt": 1.0, ".html": 1.0, ".docx": 1.0, ".xlsx": 1.0, ".pdf": 0.9}


@cache
def read(file: str) -> tuple[CanonicalText, tuple[Initiative, ...]]:
    path = FOLDER / file
    if path.suffix == ".txt":
        canonical = read_text(path)
    else:
        extracted = read_file(path)
        assert not extracted.unread
        assert not extracted.scanned
        canonical = canonical_reading(extracted)
    municipality, title, kind, fiscal_years, report_year = CITIES[path.stem]
    digest = sha256(path.read_bytes()).hexdigest()
    document = Document(
        path.stem, municipality, "99999", "架空県", title, kind, fiscal_years, report_year, path.name, digest
    )
    return canonical, extract(document, canonical)


def expected_of(file: str) -> list[dict[str, Any]]:
    return EXPECTED[Path(file).stem]


def plain(words: str | None) -> str:
    """Return words without what a program may change: width and white space."""
    return "".join(unicodedata.normalize("NFKC", words or "").split())


def initiatives(file: str) -> list[tuple[dict[str, Any], Initiative]]:
    """Return what is expected of each initiative with what was read of it."""
    found = {plain(item.title): item for item in read(file)[1]}
    return [(item, found[plain(item["title"])]) for item in expected_of(file) if plain(item["title"]) in found]


def report(file: str, kind: str, missing: list[Any], spurious: list[Any]) -> str:
    lines = [f"{file}: {len(missing)} {kind} missing, {len(spurious)} spurious"]
    return "\n".join([*lines, *(f"- {item}" for item in missing), *(f"+ {item}" for item in spurious)])


def kpi_cells(file: str) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """Return the cells expected, those read with certainty and those read with doubt: title, role, year, value."""
    expected: set[tuple[Any, ...]] = set()
    for item in expected_of(file):
        for kpi in item["kpis"]:
            expected.add((plain(item["title"]), kpi["role"], kpi["fiscal_year"], plain(kpi["value"])))
    sure: set[tuple[Any, ...]] = set()
    unsure: set[tuple[Any, ...]] = set()
    for found in read(file)[1]:
        for value in (value for value in found.kpis if value.scope == "initiative"):
            cell = (plain(found.title), value.role, value.fiscal_year, plain(value.value))
            (sure if value.certain else unsure).add(cell)
    return expected, sure, unsure - sure


@pytest.mark.parametrize("file", FILES)
def test_every_initiative_is_found_once_and_nothing_else(file: str) -> None:
    expected = Counter((plain(item["number"]), plain(item["title"])) for item in expected_of(file))
    found = Counter((plain(item.number), plain(item.title)) for item in read(file)[1])
    missing, spurious = list((expected - found).elements()), list((found - expected).elements())
    assert expected == found, report(file, "initiatives", missing, spurious)


@pytest.mark.parametrize("file", FILES)
def test_the_departments_of_every_initiative(file: str) -> None:
    pairs = initiatives(file)
    assert len(pairs) == len(expected_of(file))
    wrong = [
        f"{found.title}: {item['departments']} read as {found.departments}"
        for item, found in pairs
        if {plain(name) for name in item["departments"]} != {plain(name) for name in found.departments}
    ]
    assert not wrong, "\n".join([file, *wrong])


@pytest.mark.parametrize("file", FILES)
def test_the_period_of_an_initiative(file: str) -> None:
    pairs = [(item, found) for item, found in initiatives(file) if item["period"]]
    assert len(pairs) == sum(bool(item["period"]) for item in expected_of(file))
    wrong = [
        f"{found.title}: {item['period']} read as {found.period}"
        for item, found in pairs
        if found.period != tuple(item["period"])
    ]
    assert not wrong, "\n".join([file, *wrong])


@pytest.mark.parametrize("file", FILES)
def test_the_printed_values_with_their_role_and_year(file: str) -> None:
    expected, sure, unsure = kpi_cells(file)
    right = expected & (sure | unsure)
    message = report(file, "values", sorted(expected - right, key=str), sorted(sure - expected, key=str))
    assert len(right) >= SHARE[Path(file).suffix] * len(expected), message


@pytest.mark.parametrize("file", FILES)
def test_no_value_is_read_with_certainty_that_is_not_printed_so(file: str) -> None:
    """Blank cells, 「—」, 「調整中」 and figures in prose are no values; a wrong figure is worse than none."""
    expected, sure, _ = kpi_cells(file)
    assert sure <= expected, report(file, "values", [], sorted(sure - expected, key=str))
    assert sure, f"{file}: no value was read with certainty"


@pytest.mark.parametrize("file", FILES)
def test_the_name_the_number_and_the_unit_of_each_value_read(file: str) -> None:
    wrong = []
    for item, found in initiatives(file):
        read_values = {
            (value.role, value.fiscal_year, plain(value.value), plain(value.name)): value for value in found.kpis
        }
        for kpi in item["kpis"]:
            key = (kpi["role"], kpi["fiscal_year"], plain(kpi["value"]))
            named = [value for (*cell, name), value in read_values.items() if tuple(cell) == key]
            if not named:
                continue  # not read at all: counted by the test of the values
            # A name may come with its mark in the sheet, 「①…」, and with its unit, 「…（人）」.
            same = [value for value in named if plain(kpi["name"]) in plain(value.name)]
            if not same:
                wrong.append(f"{found.title}: {kpi['name']} {key} named {[value.name for value in named]}")
            elif not any(value.number == kpi["number"] and plain(value.unit) == plain(kpi["unit"]) for value in same):
                wrong.append(f"{found.title}: {key} read as {[(value.number, value.unit) for value in same]}")
    assert not wrong, "\n".join([file, *wrong])
    assert any(found.kpis for _, found in initiatives(file)), f"{file}: no value was read"


@pytest.mark.parametrize("file", FILES)
def test_the_progress_of_every_action(file: str) -> None:
    expected: Counter[tuple[Any, ...]] = Counter()
    found: Counter[tuple[Any, ...]] = Counter()
    for item in expected_of(file):
        for step in item["progress"]:
            cell = (step["fiscal_year"], step["status"], plain(step["printed"]))
            expected[plain(item["title"]), plain(step["action"]), *cell] += 1
    for initiative in read(file)[1]:
        for progress in initiative.progress:
            status = (progress.fiscal_year, progress.status, plain(progress.printed))
            found[plain(initiative.title), plain(progress.action), *status] += 1
    missing, spurious = list((expected - found).elements()), list((found - expected).elements())
    assert expected == found, report(file, "states of progress", missing, spurious)


@pytest.mark.parametrize("file", FILES)
def test_each_field_stands_where_its_span_says(file: str) -> None:
    canonical, found = read(file)
    assert found
    for initiative in found:
        start, end = initiative.span
        assert 0 <= start < end <= len(canonical.text)
        for value in initiative.kpis:
            assert canonical.text[slice(*value.span)] == value.value
            assert value.scope == "section" or start <= value.span[0] < value.span[1] <= end
        for progress in initiative.progress:
            assert canonical.text[slice(*progress.span)] == progress.printed
        for span in initiative.spans.get("title", ()):
            assert plain(canonical.text[slice(*span)]) in plain(initiative.title)
