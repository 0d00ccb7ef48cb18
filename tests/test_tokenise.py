"""Japanese text to terms, bigrams and sentences: what must meet, what must stay apart, and what gives nothing."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from corpus.catalogue import Catalogue
from corpus.model import Passage
from corpus.passages import cut
from indexer.lexical import LexicalIndex
from indexer.sentences import sentence_spans
from indexer.tokenise import bigrams, fold, tokeniser_versions, tokens, words

_LETTER = re.compile(r"[^\W\d_]")


@pytest.fixture(scope="module")
def passages(catalogue: Catalogue) -> list[Passage]:
    return [passage for document in catalogue.documents for passage in cut(document, catalogue.read(document)).passages]


@pytest.fixture
def eager_switching() -> Iterator[None]:
    """Let threads interrupt each other about as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize(
    "notations",
    [
        ["取組", "取り組み", "取組み"],
        ["取り組む", "取組む"],
        ["手続", "手続き"],
        ["見直", "見直し"],
        ["申込", "申込み", "申し込み"],
        ["受付", "受け付け"],
        ["問合せ", "問い合わせ"],
        ["支払", "支払い"],
        ["サーバ", "サーバー"],
        ["ユーザ", "ユーザー"],
        ["コンピュータ", "コンピューター"],
        ["デジタル", "ディジタル"],
        ["ﾃﾚﾜｰｸ", "テレワーク"],
        ["ﾍﾟｰﾊﾟｰﾚｽ", "ペーパーレス"],
        ["ＲＰＡ", "RPA", "rpa", "R P A", "Ｒ Ｐ Ａ"],
        ["ＤＸ", "DX", "D X"],
        ["AI-OCR", "ＡＩ－ＯＣＲ", "A I-O C R"],
        ["会計年度任用職員", "会 計 年 度 任 用 職 員"],
    ],
    ids=lambda notations: notations[0],
)
def test_notations_of_one_word_give_the_same_terms(notations: list[str]) -> None:
    terms = words(notations[0])
    assert terms
    assert {tuple(words(notation)) for notation in notations} == {tuple(terms)}


def test_inflected_forms_meet_in_their_lemma() -> None:
    assert {term for form in ("推進した", "推進します", "推進せず") for term in words(form)} == {"推進"}
    assert words("見直した") == words("見直します") == words("見直す")


@pytest.mark.parametrize(
    ("year", "notations"),
    [
        (2025, ["令和7年度", "令和７年度", "令和七年度", "R7年度", "R7", "2025年度", "２０２５年度", "FY2025"]),
        (2019, ["令和元年度", "平成31年度", "H31", "R1年度", "2019年度", "FY2019"]),
    ],
)
def test_a_fiscal_year_in_any_notation_gives_one_term(year: int, notations: list[str]) -> None:
    for notation in notations:
        assert f"fy{year}" in words(notation), notation
        assert f"fy{year}" in words(f"{notation}の目標値"), notation


def test_a_range_of_years_gives_each_of_them() -> None:
    assert {f"fy{year}" for year in range(2021, 2026)} <= set(words("令和3～7年度"))


@pytest.mark.parametrize(
    ("compound", "parts", "neighbours"),
    [
        ("会計年度任用職員", ["会計", "年度", "任用", "職員"], ["会計年度", "任用職員"]),
        ("指定管理者", ["指定", "管理"], ["指定管理", "管理者"]),
        ("マイナンバーカード", ["カード"], ["マイナンバー"]),
    ],
)
def test_a_compound_is_searchable_whole_and_in_parts(compound: str, parts: list[str], neighbours: list[str]) -> None:
    terms = set(words(f"本市では{compound}の制度を見直し、"))
    assert set(words(compound)) <= terms
    assert {*parts, *neighbours} <= terms
    scattered = "。".join(reversed(parts))
    index = LexicalIndex.build([words(scattered), words(f"{compound}について"), words("公用車の更新")])
    whole = index.scores(words(compound))
    assert whole[1] > whole[0] > whole[2] == 0
    for part in parts:
        assert index.scores(words(part))[1] > 0


def test_a_compound_does_not_reach_over_a_particle_or_punctuation() -> None:
    assert "職員研修" in words("職員研修")
    for apart in ("職員の研修", "職員、研修", "職員（研修）", "職員・研修", "職員／研修"):
        assert "職員研修" not in words(apart), apart


@pytest.mark.parametrize(
    ("loan", "origin"),
    [("テレワーク", "telework"), ("サービス", "service"), ("コスト", "cost"), ("デジタル", "digital")],
)
def test_a_loan_word_gives_its_english_origin(loan: str, origin: str) -> None:
    assert words(loan) == [loan, origin]
    assert origin in words(f"Which cities improve {origin}?")


def test_an_origin_of_another_language_than_english_letters_is_left_out() -> None:
    assert all(token.origin.isascii() for token in tokens("アルバイトとアンケートとパン"))


def test_english_text_makes_no_pairs() -> None:
    assert words("Promote administrative reform") == ["promote", "administrative", "reform"]
    assert [token.pair for token in tokens("Which cities target telework?")] == [""] * 4


def test_a_compound_of_latin_and_japanese_letters_is_a_pair() -> None:
    assert "dx推進" in words("ＤＸ推進計画")
    assert "テレワークpc" in words("テレワークPCの稼働率")


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000\n\t", "の、は。に", "が", "・・・", "○●◎", "「」（）", "→", "\0", "\ud800"]
)
def test_particles_punctuation_and_blanks_give_no_terms(text: str) -> None:
    assert words(text) == []
    assert tokens(text) == []


def test_light_words_give_no_terms() -> None:
    assert words("その事を行うことができるため、この等の物が有る") == words("行う")


def test_a_character_that_mecab_cannot_take_loses_nothing_else() -> None:
    assert {"テレワーク", "rpa"} <= set(words("テレワーク\0RPA"))
    assert {"改革", "推進"} <= set(words("改革\ud800推進"))


def test_a_very_long_text_is_read_to_its_end() -> None:
    terms = words("行政改革の推進。" * 5_000 + "市民プール")
    assert terms[:2] == ["行政", "改革"]
    assert "プール" in terms


def test_a_word_too_long_for_the_dictionary_does_not_stop_a_text() -> None:
    assert words("A" * 10_000 + "。改革")[-1] == "改革"


def test_folding_joins_spaced_letters_and_leaves_english_words_apart() -> None:
    assert fold("Ｒ Ｐ Ａ の 導 入") == "RPA の導入"
    assert fold("IT and AI tools") == "IT and AI tools"


@pytest.mark.parametrize(
    "text", ["ﾃﾚﾜｰｸ 導入", "テレワーク　導入", "テレワーク・導入", "テレ\nワーク（導入）", "テレワーク_導入"]
)
def test_bigrams_ignore_blanks_punctuation_and_width(text: str) -> None:
    assert bigrams(text) == bigrams("テレワーク導入") == ["テレ", "レワ", "ワー", "ーク", "ク導", "導入"]


def test_bigrams_ignore_case() -> None:
    assert bigrams("ＡＩ-OCR") == bigrams("ai ocr") == ["ai", "io", "oc", "cr"]


@pytest.mark.parametrize("text", ["", "あ", "、。", " \n", "1"])
def test_fewer_than_two_letters_give_no_bigrams(text: str) -> None:
    assert bigrams(text) == []


def test_the_versions_name_tokeniser_and_dictionary() -> None:
    versions = tokeniser_versions()
    assert set(versions) == {"version", "fugashi", "unidic-lite"}
    assert all(versions.values())


@pytest.mark.usefixtures("eager_switching")
def test_threads_that_tokenise_at_once_get_what_one_alone_gets(passages: list[Passage]) -> None:
    texts = [passage.text for passage in passages[::4]]
    alone = [words(text) for text in texts]

    def in_rotation(shift: int) -> list[list[str]]:
        found = [words(text) for text in texts[shift:] + texts[:shift]]
        return found[len(texts) - shift :] + found[: len(texts) - shift]

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(in_rotation, range(0, 8 * 17, 17)):
            assert found == alone


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("行政改革を推進する。効果額は100万円である。", ["行政改革を推進する。", "効果額は100万円である。"]),
        ("「聖域なし。」と述べた。次に進む。", ["「聖域なし。」と述べた。", "次に進む。"]),
        ("（以下「計画」という。）を策定する。", ["（以下「計画」という。）を策定する。"]),
        ("テレワークの推進\t令和7年度目標\t導入済み", ["テレワークの推進", "令和7年度目標", "導入済み"]),
        ("職員数の適正化\n組織の見直し", ["職員数の適正化", "組織の見直し"]),
        ("▶電子申請の拡大▪窓口の見直し►広報の充実", ["▶電子申請の拡大", "▪窓口の見直し", "►広報の充実"]),
        ("○職員数の適正化 ○組織の見直し", ["○職員数の適正化", "○組織の見直し"]),
        ("・ペーパーレス化 ・ＤＸ推進・ＩＣＴ活用", ["・ペーパーレス化", "・ＤＸ推進・ＩＣＴ活用"]),
        ("〈重点項目〉公共施設の再編", ["〈重点項目〉", "公共施設の再編"]),
        ("  Promote telework.  ", ["Promote telework."]),
    ],
)
def test_sentences_cells_and_items_are_told_apart(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["", " \n\t", "あいう", "100％", "1 2 3 4。5 6", "○\t○\t○", "ＡＢ３４"])
def test_what_has_fewer_than_four_letters_is_no_sentence(text: str) -> None:
    assert sentence_spans(text) == []


def test_four_letters_are_a_sentence() -> None:
    assert sentences("組織改革") == ["組織改革"]


def test_spans_are_inside_their_text_in_order_and_without_overlap(passages: list[Passage]) -> None:
    for passage in passages:
        end_before = 0
        for start, end in sentence_spans(passage.text):
            assert end_before <= start < end <= len(passage.text)
            sentence = passage.text[start:end]
            assert sentence == sentence.strip()
            assert len(_LETTER.findall(sentence)) >= 4
            end_before = end


def test_sentences_of_prose_hold_all_its_letters() -> None:
    prose = "行政改革を推進する。\n効果額は年間100万円である。「聖域なし。」と述べた。\n\nPromote telework in the city."
    assert _LETTER.findall("".join(sentences(prose))) == _LETTER.findall(prose)


def test_sentences_of_a_passage_hold_all_its_long_words(passages: list[Passage]) -> None:
    for passage in passages:
        joined = "\n".join(sentences(passage.text))
        for word in re.findall(r"[^\W\d_]{4,}", passage.text):
            assert word in joined, (word, passage.text)
