"""Municipalities without documents, named without their suffix."""

from __future__ import annotations

import pytest

from search import SearchEngine
from search.bare_names import bare_names


def names(text: str, printed: str = "") -> list[str]:
    return [one.name for one in bare_names(text, [], lambda word: word in printed)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("稲敷は窓口をどう変えましたか", ["稲敷市"]),
        ("土浦のBPRの削減時間", ["土浦市"]),
        ("牛久 職員提案", ["牛久市"]),
        ("What is the plan of Ushiku for telework?", ["牛久市"]),
        ("What is Kasama's target?", ["笠間市"]),
        ("茨城の自治体の窓口", []),  # the prefecture
        ("日光浴の習慣", []),
        ("土浦駅前の再開発", []),  # a part of another name
        ("テレワークの目標", []),
        ("What is the target of telework?", []),
        ("The Date of the plan", []),
    ],
)
def test_bare_names(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_what_documents_print_or_is_named_already_is_no_stranger() -> None:
    assert names("小山は窓口をどうしていますか", printed="小山") == []
    assert [one.name for one in bare_names("土浦の窓口", [(0, 2)], lambda word: False)] == []


def test_a_stranger_is_named_as_not_collected_and_may_be_switched_off(engine: SearchEngine) -> None:
    answer = engine.ask("稲敷の窓口改革はどこまで進みましたか")
    assert answer.abstained and answer.outside == ("稲敷市",)
    assert "稲敷市の文書は収録されていません" in answer.text
    assert engine.understand("稲敷の窓口改革", ["outside:稲敷市"]).outside == ()
