"""Passages hold every word of a document once, never mix two initiatives, and say where they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue, load_catalogue
from corpus.lines import Kind
from corpus.model import CanonicalText, Document
from corpus.passages import LONGEST_CHARACTERS, MAX_CHARACTERS, Cutting, cut
from corpus.reading import canonical_text
from corpus.settings import Settings

DOCUMENTS = [document.id for document in load_catalogue(Settings().documents).documents]
# The row that names an initiative, its words captured. Recognition of characters has spoilt two labels.
TITLE_ROWS = {
    "tsukubamirai-2024-report": r"^(?:実施項目|美施項目|美施垻目)\t+([^\t\n]+)",
    "tsukubamirai-2019-plan": r"^実施項目\t+([^\t\n]+)",
    "omitama-2026-plan": r"^\d{1,2}\t([^\t\n]+)\t〈取組概要〉",
    "yuki-2021-plan": r"^取組内容\t+([^\t\n②]+)",
}
INITIATIVES = {
    "tsukubamirai-2024-report": 23,
    "tsukubamirai-2019-plan": 29,
    "omitama-2026-plan": 27,
    "yuki-2021-plan": 39,
}


@pytest.fixture(scope="module")
def texts(catalogue: Catalogue) -> dict[str, CanonicalText]:
    return {document.id: catalogue.read(document) for document in catalogue.documents}


@pytest.fixture(scope="module")
def cuttings(catalogue: Catalogue, texts: dict[str, CanonicalText]) -> dict[str, Cutting]:
    return {document.id: cut(document, texts[document.id]) for document in catalogue.documents}


def fictional(text: str) -> tuple[CanonicalText, Cutting]:
    document = Document(
        "kakuu", "架空市", "00000", "架空県", "架空市改革プラン", "plan", (2025, 2029), None, "k.txt", ""
    )
    canonical = canonical_text(text)
    return canonical, cut(document, canonical)


def held(text: str, cutting: Cutting) -> list[str]:
    """Return what is wrong: characters that are in no passage and no boilerplate, or in two."""
    times = Counter(at for passage in cutting.passages for at in range(*passage.span))
    times.update(at for span, _ in cutting.boilerplate for at in range(*span))
    signs = {
        at for sign in re.finditer(r"^[ \u3000]*(#{1,6})(?=[^\S\n])", text, re.MULTILINE) for at in range(*sign.span())
    }
    return [
        f"{at}: {character!r} in {times[at]} of {text[max(0, at - 15) : at + 15]!r}"
        for at, character in enumerate(text)
        if not character.isspace() and times[at] != 1 and not (times[at] == 0 and at in signs)
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_character_is_in_one_passage_or_in_declared_boilerplate(
    document: str, texts: dict[str, CanonicalText], cuttings: dict[str, Cutting]
) -> None:
    wrong = held(texts[document].text, cuttings[document])
    assert not wrong, f"{len(wrong)} characters lost or doubled:\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_boilerplate_is_page_headers_and_contents_and_little(
    document: str, texts: dict[str, CanonicalText], cuttings: dict[str, Cutting]
) -> None:
    boilerplate = cuttings[document].boilerplate
    assert {kind for _, kind in boilerplate} <= {Kind.PAGE_HEADER, Kind.CONTENTS}
    text = texts[document].text
    lost = sum(len("".join(text[slice(*span)].split())) for span, _ in boilerplate)
    assert lost <= 0.05 * len("".join(text.split())), sorted({text[slice(*span)] for span, _ in boilerplate})


@pytest.mark.parametrize("document", DOCUMENTS)
def test_passages_are_verbatim_in_order_and_apart(
    document: str, texts: dict[str, CanonicalText], cuttings: dict[str, Cutting]
) -> None:
    passages = cuttings[document].passages
    for passage in passages:
        assert passage.text == texts[document].text[slice(*passage.span)]
        assert passage.text == passage.text.strip() != ""
        assert passage.document.id == document
        assert len(passage.context.splitlines()) == 1
    assert all(before.span[1] <= after.span[0] for before, after in pairwise(passages))


def test_passages_are_neither_long_nor_bare(cuttings: dict[str, Cutting]) -> None:
    for document, cutting in cuttings.items():
        lengths = [len(passage.text) for passage in cutting.passages]
        assert max(lengths) <= LONGEST_CHARACTERS == 450
        # A row of omitama's table stands whole below the names of its columns.
        longer = sum(length > MAX_CHARACTERS for length in lengths) / len(lengths)
        assert longer <= (0.16 if document == "omitama-2026-plan" else 0.01), document
        assert sum(length < 40 for length in lengths) <= 0.02 * len(lengths), document
    lengths = [len(passage.text) for cutting in cuttings.values() for passage in cutting.passages]
    assert sum(length > MAX_CHARACTERS for length in lengths) <= 0.02 * len(lengths)
    assert sum(length < 40 for length in lengths) <= 0.01 * len(lengths)
    assert 120 <= sum(lengths) / len(lengths) <= 250


@pytest.mark.parametrize("document", TITLE_ROWS)
def test_no_passage_stands_in_two_initiatives(
    document: str, texts: dict[str, CanonicalText], cuttings: dict[str, Cutting]
) -> None:
    text, boilerplate = texts[document].text, cuttings[document].boilerplate
    rows = re.finditer(TITLE_ROWS[document], text, re.MULTILINE)
    titles = [(row.start(), row.group(1).strip().removesuffix(" の概要〉")) for row in rows]
    assert len({title for _, title in titles}) == INITIATIVES[document]
    # A sheet of tsukubamirai begins with its page header: extraction put some rows above the title row.
    headers = [
        span[0] for span, kind in boilerplate if kind is Kind.PAGE_HEADER and document.startswith("tsukubamirai")
    ]
    begins = [max([header for header in headers if header < at], default=at) for at, _ in titles]
    for passage in cuttings[document].passages:
        within = [title for at, title in titles if passage.span[0] <= at < passage.span[1]]
        assert len(within) <= 1, passage.text
        before = [title for begin, (_, title) in zip(begins, titles, strict=True) if begin < passage.span[0]]
        if within or (before and passage.initiative_title):
            assert passage.initiative_title == [*before, *within][-1], passage.text


@pytest.mark.parametrize("document", TITLE_ROWS)
def test_every_initiative_is_named_by_its_printed_title(document: str, cuttings: dict[str, Cutting]) -> None:
    passages = cuttings[document].passages
    assert len({passage.initiative_title for passage in passages} - {None}) == INITIATIVES[document]
    first = next(at for at, passage in enumerate(passages) if passage.initiative_title)
    nameless = [passage.text for passage in passages[first:] if not passage.initiative_title]
    closing = {"omitama-2026-plan": ["〈参考資料〉"], "yuki-2021-plan": ["結城市行政改革大綱アクションプラン"]}
    assert [text.splitlines()[0] for text in nameless] == closing.get(document, [])


def test_the_rows_of_a_wide_table_keep_their_numbers(cuttings: dict[str, Cutting]) -> None:
    numbers = [passage.initiative_number for passage in cuttings["omitama-2026-plan"].passages]
    assert list(dict.fromkeys(filter(None, numbers))) == [str(number) for number in range(1, 28)]


SHARED = "取組項目2 民間等経験者、専門的知識・先進技術等を習得した職員雇用体制の運用"
CONTEXTS = [
    ("tsukubamirai-2024-report", "【外部研修受講率50%】", "実績報告(2024年度報告) ｜ 1-(1) 人材の育成 ｜ 総務課"),
    (
        "tsukubamirai-2024-report",
        "86.81%(2024年度)",
        "実績報告(2024年度報告) ｜ 3-2 地方公営企業の健全経営 ｜ 上下水道課",
    ),
    ("tsukubamirai-2024-report", "23億1千万円(2024年度)", "｜ 3-⑤ ふるさと納税の推進 ｜ 秘書広報課・企画政策課"),
    (
        "tsukubamirai-2019-plan",
        "民間等経験者雇用体制運用により職員を",
        f"計画調書 > {SHARED} ｜ 1-② 人材の確保 ｜ 総務課",
    ),
    ("tsukubamirai-2019-plan", "36人の参加人数", "まちづくりのための研修の実施 ｜ 1-③ 人材の育成 ｜ 総務課"),
    ("tsukubamirai-2019-plan", "検討\t達成状況\t△ 遅延", "｜ 2-③ 収納率の維持向上（税・介護保険料） ｜ 介護福祉課"),
    ("omitama-2026-plan", "3,216時間\t6,500時間", "｜ 6 BPRの取組の徹底 ｜ 行革デジタル推進課・関係各課"),
    ("omitama-2026-plan", "4,031,724,014円", "変革を推進する職場風土の形成 ｜ 2 定員管理の適正化 ｜ 人事課"),
    ("omitama-2026-plan", "市合計特殊出生率：1.40", "｜ 2.社会情勢 > (1) 人口動態"),
    ("yuki-2021-plan", "40回\t50回", "｜ 第3章 取組内容 ｜ 1 市民参画・市民活動支援事業 ｜ まちづくり協働課"),
    ("yuki-2021-plan", "44団体\t45団体", "｜ 第3章 取組内容 ｜ 2 環境美化パートナーシップ事業 ｜ まちづくり協働課"),
    ("yuki-2021-plan", "5年間を計画期間とします", "｜ 第1章 アクションプランについて > 3 計画の期間"),
    ("ishioka-2022-outline", "50.48%", "｜ 基本施策1 組織・人材マネジメントの充実"),
    ("ishioka-2022-outline", "職員提案制度の実施\t", "具体的な取組 ｜ 職員提案制度の実施 ｜ 行革推進課"),
    ("ishioka-2022-outline", "457 指標", "｜ 基本施策3 課題分析に基づく政策立案の推進 > 全計画における指標設定数"),
]


@pytest.mark.parametrize(("document", "words", "rest"), CONTEXTS, ids=[f"{row[0]}-{row[1][:6]}" for row in CONTEXTS])
def test_the_context_says_city_document_section_initiative_and_department(
    document: str, words: str, rest: str, catalogue: Catalogue, cuttings: dict[str, Cutting]
) -> None:
    (passage,) = [passage for passage in cuttings[document].passages if words in passage.text]
    known = catalogue.document(document)
    assert passage.context.startswith(f"{known.municipality} ｜ {known.title} ｜ ")
    assert passage.context.endswith(rest)


def test_an_office_that_a_sentence_names_is_not_the_department_in_charge(cuttings: dict[str, Cutting]) -> None:
    departments = {
        name for cutting in cuttings.values() for passage in cutting.passages for name in passage.departments
    }
    assert {"総務課", "まちづくり協働課", "議会事務局", "全庁"} <= departments
    assert not [name for name in departments if re.search(r"[。、\s]|研修所", name)]


def test_a_target_stands_with_its_years_and_its_indicator(cuttings: dict[str, Cutting]) -> None:
    (passage,) = [passage for passage in cuttings["yuki-2021-plan"].passages if "テレワークPCの稼働率" in passage.text]
    assert passage.initiative_title == "テレワーク環境の充実"
    rows = [line.split("\t") for line in passage.text.splitlines()]
    years = next(row for row in rows if row[0] == "年次計画")
    figures = next(row for row in rows if "100%" in row)
    assert dict(zip(years, figures, strict=True))["令和7年度"] == "100%"


def test_every_sheet_keeps_its_indicator_below_the_years(cuttings: dict[str, Cutting]) -> None:
    passages = [passage for passage in cuttings["yuki-2021-plan"].passages if passage.initiative_title]
    with_indicator = [passage.text for passage in passages if re.search(r"^指標\t", passage.text, re.MULTILINE)]
    assert len(with_indicator) == INITIATIVES["yuki-2021-plan"]
    assert not [text for text in with_indicator if "令和7年度" not in text[: text.index("\n指標")]]
    assert not [text for text in with_indicator if not text.endswith("\n評価")]


SENTENCE = "窓口に来ることを前提とした手続を見直し、待ち時間と紙の使用を減らすため、順次改めていく。"
TITLES = ("窓口手続のオンライン化", "公用車の共同利用", "未利用地の売却")


def sheets() -> str:
    return (
        "架空市改革プラン\n\n第1章 はじめに\n\n"
        + SENTENCE * 3
        + "\n\n"
        + "".join(
            f"第{number + 1}章 柱その{number}\n\n取 組 事 項\t{title}\t整理番号\t{number}-1\n所管課\t市民課\n"
            f"現状と課題\t{SENTENCE * 2}\n具体的取組1\t{SENTENCE}\n令和7年度\t令和8年度\n検討\t実施\n\n"
            for number, title in enumerate(TITLES, 1)
        )
    )


def wide_table() -> str:
    rows = (
        f"総務課・市民課\t{SENTENCE * 2}\t{number}\t{title}\t{number}0%\n" for number, title in enumerate(TITLES, 1)
    )
    return "架空市改革プラン\n\n1 取組\n\n所管課\t概要\tNo.\t事業名\t目標値\n" + "".join(rows)


def prose() -> str:
    parts = (f"## {number} {title}\n\n{SENTENCE * 3}\n\n- 毎年度公表する\n\n" for number, title in enumerate(TITLES, 1))
    return f"# 架空市改革プラン\n\n{SENTENCE}\n\n" + "".join(parts)


@pytest.mark.parametrize("layout", [sheets, wide_table, prose])
def test_a_new_city_in_any_layout_is_cut_at_its_initiatives(layout: Callable[[], str], tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(layout(), encoding="utf-8")
    (tmp_path / "catalog.toml").write_text(
        '[[document]]\nid = "kakuu"\nfile = "plan.txt"\nmunicipality = "架空市"\nmunicipality_code = "00000"\n'
        'prefecture = "架空県"\ntitle = "架空市改革プラン"\nkind = "plan"\nfiscal_years = [2025, 2029]\n',
        encoding="utf-8",
    )
    catalogue = load_catalogue(tmp_path)
    (document,) = catalogue.documents
    canonical = catalogue.read(document)
    cutting = cut(document, canonical)
    assert not held(canonical.text, cutting)
    for number, title in enumerate(TITLES, 1):
        named = [passage for passage in cutting.passages if title in passage.context]
        assert named
        assert not [passage for passage in named if any(other in passage.text for other in TITLES if other != title)]
        assert any(title in passage.text for passage in named)
        if layout is not prose:
            assert {passage.initiative_title for passage in named} == {title}
            assert {passage.initiative_number for passage in named} == {
                f"{number}-1" if layout is sheets else str(number)
            }
            assert {passage.departments for passage in named} == {
                ("市民課",) if layout is sheets else ("総務課", "市民課")
            }
        if layout is sheets:
            assert {passage.section[0] for passage in named} == {f"第{number + 1}章 柱その{number}"}


def test_figures_in_two_columns_are_no_table_of_contents() -> None:
    figures = "令和4年度\t10\n令和5年度\t20\n令和6年度\t30\n普通会計職員数‥‥‥‥350\n検討していく…………\n"
    text, cutting = fictional(f"目次\n\n第1章 削減額\t1\n第2章 職員数\t2\n第3章 資料\t9\n\n{SENTENCE * 2}\n\n{figures}")
    assert [text.text[slice(*span)] for span, _ in cutting.boilerplate] == [
        "第1章 削減額\t1",
        "第2章 職員数\t2",
        "第3章 資料\t9",
    ]
    assert cutting.passages[-1].text.endswith(figures.strip())


def test_the_unit_above_every_table_stays_with_its_figures() -> None:
    _, cutting = fictional(
        "".join(f"単位：千円\n番号\t事業名\t内容\n{at}\t事業{at}\t{SENTENCE * 2}\n\n" for at in range(1, 5))
    )
    assert [passage.text.count("単位：千円") for passage in cutting.passages] == [1, 1, 1, 1]


def test_a_sheet_does_not_reach_over_a_table_of_contents(texts: dict[str, CanonicalText]) -> None:
    text, cutting = fictional(texts["yuki-2021-plan"].text * 2)
    assert not held(text.text, cutting)


HOSTILE = {
    "tabs inside a line": "市" + "\t" * 100_000 + "長",
    "tabs after a name": "名称" + "\t" * 100_000 + "x",
    "blanks inside a line": "市" + " \u3000" * 50_000 + "長",
    "cells without end": "市長\t" * 50_000,
    "a line without punctuation": "行" * 200_000,
    "a line of short sentences": "行革。" * 66_000,
    "leaders": "・" * 100_000 + "改革",
    "signs of headings": "#" * 100_000 + " 見出し\n\n" + SENTENCE,
    "deep headings": "".join(f"{'#' * (at % 12 + 1)} 見出し{at}\n\n" for at in range(5_000)),
    "headings without a body": "【目標】\n" * 20_000,
    "rows of one cell": "見出し\t\n" * 20_000,
    "lines of symbols": "---\n★☆◆\n" * 10_000 + "語",
    "title rows without sheets": "実施項目\t防災計画\n" * 5_000,
    "marks in a cell": "実施項目\t防災計画\nか" + "\u0323\u0301" * 50_000 + "\t実施\n実施項目\t窓口改善\n",
    "marks in a line": "か" + "\u3099" * 50_000,
    "rare characters": "\u200b\u202e改革\ufdfa\U000e0041\U0001f468\u200d\U0001f469\ud7ff\ue000\uffff𠮷野家",
    "control characters": "改\x01革\x0b計\x0c画\x1b\x7f\x85\u2028\u2029案",
    "a page of HTML": "<html><body onload=x><table><tr><td>改革</td></tr></table><script>x</script>&amp;" * 2_000,
    "open tags": "<p " * 50_000 + "<" * 50_000 + "p>改革",
    "blank lines": "\n" * 100_000 + "改革" + "\n \t\n" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_cut_whole_and_short(name: str) -> None:
    canonical, cutting = fictional(HOSTILE[name])
    assert not (wrong := held(canonical.text, cutting)), wrong[:5]
    assert cutting.passages
    for passage in cutting.passages:
        assert passage.text == canonical.text[slice(*passage.span)]
        assert len(passage.text) <= LONGEST_CHARACTERS
        assert len(passage.context.splitlines()) == 1
