"""In which form questions ask for their answers."""

from __future__ import annotations

import pytest

from search import SearchEngine
from search.asked import Asked, asked


def read(engine: SearchEngine, question: str) -> Asked:
    return asked(engine.understand(question))


@pytest.mark.parametrize(
    ("kind", "questions"),
    [
        (
            "cities",
            [
                "ノーコードツールを使っている市はどこですか",
                "防災アプリを導入した自治体を教えて",
                "ごみの有料化に取り組む市町村はありますか",
                "Which municipalities outsource their counters?",
                "towns that share one fire service",
            ],
        ),
        (
            "compare",
            [
                "小美玉市と結城市の職員研修を比較してください",
                "下水道使用料を市ごとに並べて",
                "公共施設の削減目標は市によってどう違いますか",
                "Compare the cities on digital procedures",
            ],
        ),
        (
            "precedent",
            ["窓口の民間委託の先行事例を探しています", "参考にしたい学校統合の例はありますか", "examples of shared IT"],
        ),
        (
            "progress",
            [
                "結城市の下水道の計画はどこまで進んでいますか",
                "小美玉市の目標は達成できた？",
                "How far is Yuki with its plan?",
            ],
        ),
        (
            "fact",
            ["石岡市の研修は年に何回ですか", "結城市の市税の収納率はいくつ", "When was the plan of Ishioka made?"],
        ),
        (
            "passages",
            ["石岡市はなぜ組織を見直すのですか", "小美玉市の窓口改革について", "How does Yuki train its staff?"],
        ),
    ],
)
def test_kinds_of_questions(engine: SearchEngine, kind: str, questions: list[str]) -> None:
    assert [read(engine, question).kind for question in questions] == [kind] * len(questions)


def test_a_question_about_one_city_asks_for_no_other(engine: SearchEngine) -> None:
    assert read(engine, "モデル校はどこですか").kind == "cities"
    assert read(engine, "石岡市のモデル校はどこですか").kind == "passages"
    assert read(engine, "石岡市の収納率は2020年と2025年でどう違いますか").kind == "progress"


@pytest.mark.parametrize(
    ("wants", "question"),
    [
        ("done", "AIチャットボットをすでに導入している市は？"),
        ("done", "Which cities have already introduced chatbots?"),
        ("target", "ペーパーレス化の数値目標を持つ市はどこ"),
        ("target", "which cities have numerical targets for paper?"),
        (None, "ペーパーレス化を進めている市はどこ"),
        (None, "Which cities plan to go paperless?"),
    ],
)
def test_what_a_municipality_must_have(engine: SearchEngine, wants: str | None, question: str) -> None:
    assert read(engine, question).wants == wants


@pytest.mark.parametrize(
    ("negative", "question"),
    [
        (True, "テレワークに取り組んでいない市はどこですか"),
        (True, "RPAの記載がない自治体は？"),
        (True, "目標を設定していないのはどの市ですか"),
        (True, "Which cities do not mention telework?"),
        (False, "テレワークに取り組んでいる市はありませんか"),
        (False, "書かない窓口に取り組む市はどこですか"),
        (False, "石岡市で設定していない目標はありますか"),
        (False, "Which cities mention telework?"),
    ],
)
def test_questions_for_those_who_do_not(engine: SearchEngine, negative: bool, question: str) -> None:
    assert read(engine, question).negative == negative


@pytest.mark.parametrize(
    ("question", "printed", "other"),
    [
        ("小美玉市の応募は何人でしたか", "応募者は1,234人", "応募は12件"),
        ("結城市の効果額はいくらですか", "23億1千万円", "23億人"),
        ("結城市の寄附額は？", "300,000千円", "300件"),
        ("石岡市の申請率は何％ですか", "申請率 40.2%", "40件"),
        ("石岡市の計画はいつ始まりましたか", "令和3年4月", "3件"),
        ("石岡市のアプリはいくつですか", "14", "なし"),
    ],
)
def test_how_the_figure_asked_for_is_printed(engine: SearchEngine, question: str, printed: str, other: str) -> None:
    answer = read(engine, question).answer
    assert answer and answer.search(printed) and not answer.search(other)
    assert read(engine, "石岡市の人材育成").answer is None


@pytest.mark.parametrize(
    ("every", "question"),
    [
        (True, "石岡市の審議会の名称を一覧で知りたい"),
        (True, "結城市が見直す手数料をすべて挙げてください"),
        (True, "小美玉市の3つの基金は何ですか"),
        (True, "List all facilities that Yuki closes"),
        (False, "テレワークをしている市をすべて教えて"),  # of municipalities there is a table
        (False, "石岡市の審議会はいつ開かれますか"),
    ],
)
def test_questions_for_everything_that_a_text_names(engine: SearchEngine, every: bool, question: str) -> None:
    assert read(engine, question).every == every
