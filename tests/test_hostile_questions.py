"""Hostile input gives an answer or an error that says why."""

from __future__ import annotations

import pytest

from search import SearchEngine, SearchError

CITIES = ("つくばみらい市", "小美玉市", "結城市", "石岡市")

HOSTILE = {
    "empty": "",
    "white space": " \t\n\u3000\u00a0 ",
    "10,000 characters": "テレワーク" * 2000,
    "NUL": "\x00",
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x85\x9f",
    "escape sequences": "\x1b[31mテレワーク\x1b]0;title\x07",
    "lone surrogate": "テレワーク\ud800",
    "low surrogate alone": "\udfff",
    "undecoded bytes of a command line": "\udcff\udcfe",
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE passages; -- テレワーク",
    "emoji": "😀" * 500,
    "joined emoji": "👨\u200d👩\u200d👧\u200d👦" * 200,
    "punctuation": "？！。、・「」（）…",
    "ASCII punctuation": "!?.,;:'\"()[]{}",
    "Arabic": "ما هي المدن التي تعمل عن بعد؟",
    "bidirectional marks": "\u202eテレワーク\u202c\u2066市\u2069",
    "one kanji": "採" * 2000,
    "one kana": "あ" * 2000,
    "voicing marks": "ﾞ" * 2000,
    "combining marks": "テ" + "\u0301" * 1999,
    "characters that grow": "ﷺ" * 2000,
    "letters that change length in lower case": "İ" * 2000,
    "one municipality": "結城市" * 600,
    "lists": "RPA、" * 500,
    "eras": "令和元年〜令和99年" * 150,
    "of of of": "city of " * 250,
    "digits": "1" * 2000,
    "regular expression": r"(.*)+[^a]{9999}\d$(?P<x>a|a)*",
    "open brackets": "([{" * 600,
    "backslashes": "\\" * 2000,
    "format": "%s%n{0}{question.__class__}",
    "path": "../../../etc/passwd",
    "JSON": '{"question": "テレワーク"}',
    "noncharacter": "\uffff\ufffe",
    "private use": "\ue000\U0010fffd",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_gives_an_answer_or_an_error_that_says_why(engine: SearchEngine, name: str) -> None:
    for use in (engine.ask, engine.search):
        try:
            use(HOSTILE[name])
        except SearchError as error:
            assert str(error) and "\n" not in str(error)


def test_hostile_themes_can_be_compared(engine: SearchEngine) -> None:
    themes = [HOSTILE[name] for name in ("NUL", "script", "emoji", "regular expression", "bidirectional marks", "path")]
    matrix = engine.compare(themes)
    assert [len(row) for row in matrix.cells] == [len(themes)] * len(CITIES)


@pytest.mark.parametrize(
    "name",
    ["empty", "white space", "10,000 characters", "lone surrogate", "characters that grow", "low surrogate alone"],
)
def test_what_cannot_be_asked_is_an_error(engine: SearchEngine, name: str) -> None:
    for use in (engine.ask, engine.search, lambda text: engine.compare([text])):
        with pytest.raises(SearchError):
            use(HOSTILE[name])


def test_the_longest_question_can_be_asked(engine: SearchEngine) -> None:
    question = "テレワーク" * 400
    assert engine.ask(question).question == question
    with pytest.raises(SearchError, match="2,001 characters; use at most 2,000"):
        engine.ask(question + "の")
