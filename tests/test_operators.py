"""Operators: what a passage must hold and must not hold, and that no input in their syntax does harm."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from searching import ranked

from corpus.model import Passage
from indexer.build import indexed_text
from indexer.tokenise import words
from search import Filters, Hit, SearchEngine
from search.operators import MAX_OPERANDS, read_operators

MOST = 200


def printed(hit: Hit) -> str:
    """Return what a hit and the headings above it print, without blanks."""
    return "".join(f"{hit.passage.context}{hit.passage.text}".split())


def places(hits: list[Hit]) -> set[tuple[str, tuple[int, int]]]:
    return {(hit.passage.document.id, hit.passage.span) for hit in hits}


def required(text: str) -> str:
    return str(read_operators(text)[1])


@pytest.mark.parametrize(
    ("text", "requirement", "words"),
    [
        ("テレワーク AND 研修", "テレワーク AND 研修", "テレワーク 研修"),
        ("テレワーク OR 研修", "テレワーク OR 研修", "テレワーク 研修"),
        ("テレワーク NOT 研修", "NOT 研修", "テレワーク"),
        ("テレワーク AND NOT 研修", "テレワーク AND NOT 研修", "テレワーク"),
        ("テレワーク -研修", "NOT 研修", "テレワーク"),
        ("テレワーク　－研修", "NOT 研修", "テレワーク"),
        ("AI-OCR -研修", "NOT 研修", "AI-OCR"),
        ("RPA OR AI AND 窓口", "RPA OR (AI AND 窓口)", "RPA AI 窓口"),
        ("(RPA OR AI) AND 窓口", "(RPA OR AI) AND 窓口", "RPA AI 窓口"),
        ("（ＲＰＡ　ＯＲ　ＡＩ）　ＡＮＤ　窓口", "(RPA OR AI) AND 窓口", "RPA AI 窓口"),
        ("窓口 NOT (RPA OR AI)", "NOT (RPA OR AI)", "窓口"),
        ("窓口 AND NOT NOT 研修", "窓口 AND 研修", "窓口 研修"),
        ("窓口 AND NOT (NOT 研修)", "窓口 AND 研修", "窓口 研修"),
        ('窓口 -"研修"', 'NOT "研修"', "窓口"),
        ('"窓口"-研修', '"窓口" AND NOT 研修', "窓口"),
        ("窓口 －（研修 OR AI）", "NOT (研修 OR AI)", "窓口"),
        ("窓口 NOT（研修）", "NOT 研修", "窓口"),
        ("窓口 NOT (研修 AI)", "NOT (研修 OR AI)", "窓口"),
        ("窓口 NOT (研修 NOT 管理職)", "NOT (研修 AND NOT 管理職)", "窓口 管理職"),
        ("窓口 AND (研修 AI)", "窓口 AND 研修 AND AI", "窓口 研修 AI"),
        ("窓口 (予約 研修) -AI", "NOT AI", "窓口 予約 研修"),
        ("窓口 (予約 (研修 OR AI))", "研修 OR AI", "窓口 予約 研修 AI"),
        ('窓口 -"" 研修 NOT () AI', "None", "窓口 研修 AI"),
        ("窓口 AND 窓口 AND 窓口", "窓口", "窓口 窓口 窓口"),
        ("研\u00ad修 AND 窓\u200b口", "研修 AND 窓口", "研修 窓口"),
        ("(" * 99 + "研修 OR AI" + ")" * 99 + " AND 窓口", "(研修 OR AI) AND 窓口", "研修 AI 窓口"),
        ("NOT " * 99 + "研修", "NOT 研修", ""),
        ('"公共施設 の 再編"', '"公共施設 の 再編"', "公共施設 の 再編"),
        ("“公共施設の再編” 計画", '"公共施設の再編"', "公共施設の再編 計画"),
        ('＂公共施設の再編＂ NOT "学校"', '"公共施設の再編" AND NOT "学校"', "公共施設の再編"),
    ],
)
def test_operators_are_read(text: str, requirement: str, words: str) -> None:
    left, read = read_operators(text)
    assert (str(read), left) == (requirement, words)


def test_of_very_many_words_some_are_conditions_and_all_are_searched_for() -> None:
    names = [f"計画{number}" for number in range(MAX_OPERANDS + 9)]
    left, requirement = read_operators(" OR ".join(names))
    assert requirement is not None and list(requirement.words()) == names[:MAX_OPERANDS]
    assert left.split() == names


@pytest.mark.parametrize(
    "text",
    [
        "テレワークの導入（在宅勤務）",
        "research and development",
        "telework or overtime, not training",
        "WHICH CITIES OUTSOURCE AND AUTOMATE COUNTERS",
        "AI-OCR",
        "2019-2023",
        "- テレワーク",
        "テレワーク -5%",
        "ANDROID NOTE ORAL",
        "テレワークAND研修",
        "",
    ],
)
def test_a_question_without_operators_is_left_alone(text: str) -> None:
    assert read_operators(text) == (text, None)


@pytest.mark.parametrize(
    "text",
    [
        *("AND", "OR", "NOT", '""', "()", "OR AND NOT", "NOT NOT", "AND AND AND"),
        *(
            "テレワーク AND",
            "AND テレワーク",
            "テレワーク OR",
            "テレワーク NOT",
            "テレワーク AND AND",
            "テレワーク AND (",
        ),
        *(
            "テレワーク AND )",
            "テレワーク AND ()",
            "テレワーク NOT ()",
            "(テレワーク",
            "テレワーク)",
            '"テレワーク',
            'テレワーク"',
        ),
        *(
            "テレワーク ((((",
            '"" テレワーク ""',
            "-- テレワーク --",
            "テレワーク -",
            '"テレワーク AND (目標',
            "(テレワーク OR",
        ),
    ],
)
def test_hopeless_syntax_never_raises_and_never_loses_the_words(engine: SearchEngine, text: str) -> None:
    query = engine.understand(text)
    hits = engine.search(text, 3)
    engine.ask(text)
    if "テレワーク" in text:
        assert any("テレワーク" in concept.name for concept in query.concepts)
        assert "テレワーク" in printed(hits[0])


# What is found


def test_and_requires_both_and_finds_all_that_have_both(engine: SearchEngine) -> None:
    hits = engine.search("テレワーク AND 研修", MOST)
    assert hits and all("研修" in printed(hit) for hit in hits)
    texts = {hit.passage.text for hit in hits}
    both = [one for one in engine.passages if "テレワーク" in one.text and "研修" in one.text]
    assert both and all(passage.text in texts for passage in both)


def test_and_requires_by_synonyms_too(engine: SearchEngine) -> None:
    hits = engine.search("リモートワーク AND 残業", MOST)
    assert hits
    for hit in hits:
        assert any(name in printed(hit) for name in ("テレワーク", "リモートワーク", "在宅勤務")), hit.passage.text
        assert any(name in printed(hit) for name in ("時間外勤務", "残業", "超過勤務")), hit.passage.text
    assert not any("リモートワーク" in printed(hit) for hit in hits)


@pytest.mark.parametrize("question", ["職員 NOT 研修", "職員 -研修", "職員 AND NOT 研修", "NOT 研修 職員"])
def test_not_really_excludes(engine: SearchEngine, question: str) -> None:
    assert any("研修" in printed(hit) for hit in engine.search("職員", MOST))
    hits = engine.search(question, MOST)
    assert len(hits) > 50
    assert not [hit.passage.text for hit in hits if "研修" in printed(hit)]


def test_not_excludes_by_synonyms_too(engine: SearchEngine) -> None:
    hits = engine.search("ワークライフバランス NOT 残業", MOST)
    assert hits and not [hit for hit in hits if "時間外勤務" in printed(hit) or "残業" in printed(hit)]


def test_what_is_excluded_is_not_searched_for(engine: SearchEngine) -> None:
    query = engine.understand("職員 NOT 研修")
    assert query.body == "職員"
    assert not any("研修" in concept.name for concept in query.concepts)


def test_or_admits_either(engine: SearchEngine) -> None:
    hits = engine.search("RPA OR チャットボット", MOST)
    assert all("RPA" in printed(hit).upper() or "ボット" in printed(hit) for hit in hits)
    assert any("RPA" in printed(hit) and "ボット" not in printed(hit) for hit in hits)
    assert any("RPA" not in printed(hit) and "ボット" in printed(hit) for hit in hits)


def test_parentheses_part_what_belongs_together(engine: SearchEngine) -> None:
    whole = places(engine.search("(RPA OR 研修) AND 窓口", MOST))
    parted = places(engine.search("RPA OR (研修 AND 窓口)", MOST))
    assert whole and whole < parted
    assert places(engine.search("RPA OR 研修 AND 窓口", MOST)) == parted


@pytest.mark.parametrize(
    "question",
    [
        '"テレワークの活用"',
        '"テレワーク の 活用"',
        '"テレワーク　の　活用"',
        '"ﾃﾚﾜｰｸの活用"',
        "“テレワークの活用”",
        "＂テレワークの活用＂",
    ],
)
def test_a_phrase_is_found_as_it_stands_in_whatever_blanks_and_widths(engine: SearchEngine, question: str) -> None:
    hits = engine.search(question, MOST)
    assert hits and all("テレワークの活用" in printed(hit) for hit in hits)
    assert {hit.passage.text for hit in hits} == {
        passage.text for passage in engine.passages if "テレワークの活用" in "".join(passage.text.split())
    }


def test_a_phrase_is_found_without_its_synonyms(engine: SearchEngine) -> None:
    assert any("残業" not in printed(hit) for hit in engine.search("残業 AND 残業", MOST))
    hits = engine.search('"残業"', MOST)
    assert hits and all("残業" in printed(hit) for hit in hits)


def test_a_phrase_in_latin_letters_is_found_in_any_case(engine: SearchEngine) -> None:
    assert places(engine.search('"rpa"', MOST)) == places(engine.search('"ＲＰＡ"', MOST)) != set()


def test_a_phrase_that_no_document_prints_finds_nothing(engine: SearchEngine) -> None:
    assert engine.search('"核融合発電所の建設"') == []
    assert engine.ask('"核融合発電所の建設" テレワーク').abstained


def test_a_phrase_does_not_go_on_from_a_heading_into_the_text(engine: SearchEngine) -> None:
    def lines(passage: Passage) -> list[str]:
        names = [*passage.section, passage.initiative_title or "", *passage.departments, passage.text]
        return ["".join(name.split()) for name in names]

    bordering = [(*lines(one)[-2:], one) for one in engine.passages if one.departments]
    phrase = next(above + text[:2] for above, text, one in bordering if above not in text and text[:2].isalpha())
    assert not [
        hit for hit in engine.search(f'"{phrase}"', MOST) if not any(phrase in one for one in lines(hit.passage))
    ]


@pytest.mark.parametrize("question", ['職員 -"研修"', '職員 NOT "研修"', "職員 -(研修)", "職員 -（研修 OR 人事評価）"])
def test_phrases_and_parentheses_can_be_excluded(engine: SearchEngine, question: str) -> None:
    hits = engine.search(question, MOST)
    assert hits and not [hit.passage.text for hit in hits if "研修" in printed(hit)]


def test_words_without_an_operator_in_parentheses_are_excluded_together(engine: SearchEngine) -> None:
    question = "職員 NOT (人事評価 研修)"
    query = engine.understand(question)
    assert "研修" not in query.body and "人事評価" not in query.body
    hits = engine.search(question, MOST)
    assert hits and not [hit for hit in hits if "研修" in printed(hit) or "人事評価" in printed(hit)]


def test_municipalities_can_be_excluded_and_required(engine: SearchEngine) -> None:
    def cities(question: str) -> set[str]:
        return {hit.passage.document.municipality for hit in engine.search(question, MOST)}

    everywhere = set(engine.municipalities)
    assert cities("職員 NOT 結城市") == cities("職員 -結城市") == cities("staff NOT Yuki") == everywhere - {"結城市"}
    assert cities("職員 AND (結城市 OR 石岡市)") == {"結城市", "石岡市"}
    assert engine.understand("職員 NOT 結城市").municipalities == ()


@pytest.mark.parametrize(
    ("question", "municipalities", "excluded"),
    [
        ("テレワーク AND 結城市", {"結城市"}, {"つくばみらい市", "小美玉市", "石岡市"}),
        ("結城市 OR 石岡市", {"結城市", "石岡市"}, {"つくばみらい市", "小美玉市"}),
        ("テレワーク AND NOT (結城市 OR 石岡市)", set(), {"結城市", "石岡市"}),
        ("テレワーク OR 結城市", set(), set()),
        ("テレワーク OR NOT 結城市", set(), set()),
        ("テレワーク NOT 結城市の研修", set(), set()),
        ("結城市の (テレワーク OR 石岡市)", {"結城市"}, set()),
    ],
)
def test_a_municipality_among_operators_restricts_what_they_restrict(
    engine: SearchEngine, question: str, municipalities: set[str], excluded: set[str]
) -> None:
    query = engine.understand(question)
    assert (set(query.municipalities), set(query.excluded)) == (municipalities, excluded)
    found = {hit.passage.document.municipality for hit in engine.search(question, MOST)}
    assert found and not found & excluded


def test_or_with_a_municipality_admits_others(engine: SearchEngine) -> None:
    hits = engine.search("テレワーク OR 結城市", MOST)
    assert {hit.passage.document.municipality for hit in hits} > {"結城市"}
    assert not engine.ask("テレワーク OR 札幌市").abstained
    assert engine.ask("テレワーク AND 札幌市").outside == ("札幌市",)


def test_an_excluded_municipality_is_not_said_to_have_no_evidence(engine: SearchEngine) -> None:
    answer = engine.ask("テレワークを進める市は？ NOT 結城市")
    assert "結城市" not in answer.municipalities
    assert "結城市" not in answer.without_evidence and "結城市" not in answer.text


@pytest.mark.parametrize("year", ["R7", "令和7年度", "２０２５年度", "FY2025"])
def test_a_required_year_is_the_same_in_any_notation(engine: SearchEngine, year: str) -> None:
    hits = engine.search(f"テレワーク AND {year}", MOST)
    assert hits
    assert places(hits) == places(engine.search("テレワーク AND 2025年度", MOST))
    assert all("fy2025" in words(indexed_text(hit.passage)) for hit in hits)
    assert not places(hits) & places(engine.search(f"テレワーク NOT {year}", MOST))


@pytest.mark.parametrize(
    "question", ["テレ\u200bワーク AND 研修", "テレワーク AND 研\u00ad修", "\x07テレワーク AND 研修", "ﾃﾚﾜｰｸ AND 研修"]
)
def test_invisible_characters_and_widths_change_nothing(engine: SearchEngine, question: str) -> None:
    assert places(engine.search(question, MOST)) == places(engine.search("テレワーク AND 研修", MOST))


def test_operators_go_with_filters(engine: SearchEngine) -> None:
    hits = engine.search("職員 -研修", MOST, Filters(["石岡市"]))
    assert {hit.passage.document.municipality for hit in hits} == {"石岡市"}
    assert not [hit for hit in hits if "研修" in printed(hit)]


def test_operators_hold_for_answers_and_comparisons(engine: SearchEngine) -> None:
    for citation in engine.ask("テレワーク AND 研修").citations:
        passage = next(
            one
            for one in engine.passages
            if one.span[0] <= citation.span[0] < one.span[1] and one.document.id == citation.document.id
        )
        assert "テレワーク" in passage.text and "研修" in passage.text
    row = engine.compare(["テレワーク", "テレワーク NOT 結城市"], ["結城市"]).cells[0]
    assert row[0].finding is not None and row[1].finding is None


def test_operators_can_be_ignored(engine: SearchEngine) -> None:
    question = "職員 NOT 研修"
    (key,) = [one.key for one in engine.understand(question).recognised if one.kind == "operators"]
    for ignore in ([key], ["operators"]):
        query = engine.understand(question, ignore)
        assert query.requirement is None and "研修" in query.body
        assert any("研修" in printed(hit) for hit in engine.search(question, MOST, ignore=ignore))


# Harm

HOSTILE = {
    "open brackets": '"改革" ' + "(" * 1990,
    "closing brackets": '"改革" ' + ")" * 1990,
    "brackets in each other": "(" * 500 + "改 OR 革" + ")" * 500,
    "brackets with words": "(市 AND " * 250,
    "excluded brackets": "NOT (" * 390 + "市",
    "AND": "AND " * 500,
    "words and AND": "改 AND " * 280,
    "words and OR": "改 OR " * 330,
    "NOT": "NOT " * 490 + "市",
    "minus": "-改 " * 600,
    "hyphens": "-" * 1999 + "改",
    "brackets side by side": "(改) " * 480,
    "minus and brackets": "-(" * 900,
    "minus and quotes": '-"' * 900,
    "phrases": '"改革" ' * 400,
    "phrases of one letter": '"a"' * 600,
    "different phrases of one letter": " ".join(
        f'"{letter}"' for letter in "市改革計画推進行政職員研修会議方針公共施設" * 20
    ),
    "quotes": '"' * 1999,
    "control characters": "\x00 AND \x01 OR \x1b",
    "emoji": "😀 AND 🎉 NOT 👨\u200d👩\u200d👧 " * 50,
    "empty phrases": '"" ' * 600,
    "long words": " AND ".join(f"改革の推進に関する計画{number}" for number in range(100)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_syntax_is_answered_in_less_than_a_second(engine: SearchEngine, name: str) -> None:
    question = HOSTILE[name][:2000]
    for use in (engine.search, engine.ask):
        begun = time.thread_time()
        use(question)
        assert time.thread_time() - begun < 1


def test_threads_that_ask_at_once_get_what_one_alone_gets(engine: SearchEngine) -> None:
    questions = [
        "テレワーク AND 研修",
        "職員 NOT 研修",
        '"テレワークの活用"',
        "RPA OR チャットボット",
        "職員 -結城市",
    ] * 3
    alone = [ranked(engine.search(question)) for question in questions]
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda question: ranked(engine.search(question)), questions)) == alone
