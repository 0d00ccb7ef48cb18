"""What a document says of itself is read from where it stands, and what is not printed is not made up."""

from __future__ import annotations

import pytest
from corpus_files import one_line

from corpus.catalogue import Catalogue
from corpus.errors import CorpusError
from corpus.fields import squeeze
from corpus.metadata import Metadata, municipality_named, read_metadata
from corpus.reading import canonical_text

BODY = "\n目次\n\n第1章 はじめに\n\n窓口の手続を順次オンラインで行えるようにする。\n"


def read(text: str, file_name: str = "") -> Metadata:
    return read_metadata(canonical_text(text + BODY), file_name)


def years(text: str) -> tuple[int, int] | None:
    found = read(text).fiscal_years
    return found.value if found else None


# The bundled documents


@pytest.mark.parametrize(
    ("document_id", "not_printed"),
    [
        # Its pages name neither city nor plan; the city stands in the file's name.
        ("tsukubamirai-2024-report", {"title"}),
        # The catalogue's title joins those of two kinds of sheets; the document prints one above each.
        ("tsukubamirai-2019-plan", {"title"}),
        ("omitama-2026-plan", set()),
        ("yuki-2021-plan", set()),
        # No period is printed, and the years of its figures are not one.
        ("ishioka-2022-outline", {"fiscal_years"}),
    ],
)
def test_the_bundled_documents_read_as_the_catalogue_says(
    catalogue: Catalogue, document_id: str, not_printed: set[str]
) -> None:
    document = catalogue.document(document_id)
    canonical = catalogue.read(document)
    metadata = read_metadata(canonical, document.file)
    assert metadata.municipality and metadata.kind and metadata.title
    row = metadata.municipality.value
    assert (row.name, row.code, row.prefecture) == (
        document.municipality,
        document.municipality_code,
        document.prefecture,
    )
    assert metadata.kind.value == document.kind
    if "title" not in not_printed:
        assert squeeze(metadata.title.value) == squeeze(document.title)
    if "fiscal_years" in not_printed:
        assert metadata.fiscal_years is None
        assert "計画期間" in metadata.notes["fiscal_years"]
    else:
        assert metadata.fiscal_years and metadata.fiscal_years.value == document.fiscal_years
    report_year = metadata.report_fiscal_year.value if metadata.report_fiscal_year else None
    assert report_year == document.report_fiscal_year
    for found in (metadata.municipality, metadata.kind, metadata.fiscal_years, metadata.report_fiscal_year):
        if found and found.span and " / " not in found.quote and "times" not in found.quote:
            assert canonical.text[slice(*found.span)] == found.quote


# Municipality


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("小山市行政改革大綱\n\n下野市、野木町、結城市と進める広域行政\n", "小山市"),
        (
            "行政改革実施計画\n\n令和7年度～令和11年度\n\n茨城県結城市\n\n結城市は小山市、小山市、小山市と接する。\n",
            "結城市",
        ),
        ("第3次行財政改革大綱\n令和6年3月\n神奈川県葉山町役場 総務部\n", "葉山町"),
        ("石岡市\n第3次行財政改革大綱\n", "石岡市"),
        ("第4次札幌市行財政運営プラン\n", "札幌市"),
        ("千代田区行政改革プラン\n", "千代田区"),
    ],
)
def test_the_title_page_names_the_municipality_not_its_neighbours(text: str, name: str) -> None:
    municipality = read(text).municipality
    assert municipality and municipality.value.name == name
    assert municipality.sure


def test_namesakes_need_their_prefecture() -> None:
    ambiguous = read("府中市行政改革プラン\n")
    assert ambiguous.municipality is None
    assert ambiguous.notes["municipality"] == "府中市 may be 東京都府中市 or 広島県府中市"
    # Another prefecture in the text says nothing.
    assert read("府中市行政改革プラン\n\n令和7年度\n" + BODY + "東京都の制度を参考にした。").municipality is None
    for text in ("広島県府中市行政改革プラン\n", "府中市行政改革プラン\n\n広島県\n"):
        found = read(text).municipality
        assert found and (found.value.prefecture, found.value.code) == ("広島県", "34208")


def test_a_name_that_is_only_frequent_is_not_sure() -> None:
    text = "行政改革プラン\n" + BODY + "結城市の施設。\n\n結城市の職員。\n\n結城市の窓口。\n"
    found = read(text).municipality
    assert found and found.value.name == "結城市"
    assert not found.sure
    rivals = read(text + "小山市と比べる。\n")
    assert rivals.municipality and not rivals.municipality.sure
    rivals = read(text + "小山市と比べる。小山市の事例。\n")
    assert rivals.municipality is None
    assert "結城市, 小山市" in rivals.notes["municipality"]
    assert read("行政改革プラン\n").notes["municipality"] == "none is named"


@pytest.mark.parametrize("name", ["yuki-plan-2025.pdf", "結城市_行革.pdf", "Yuki-shi.pdf"])
def test_the_name_of_the_file_says_what_the_document_does_not(name: str) -> None:
    found = read("行政改革プラン\n", name).municipality
    assert found and (found.value.name, found.span, found.quote) == ("結城市", None, name)
    printed = read("小山市行政改革プラン\n", name).municipality
    assert printed and printed.value.name == "小山市"


def test_two_municipalities_in_a_title_are_not_chosen_from() -> None:
    metadata = read("小山市・結城市共同行政改革プラン\n")
    assert metadata.municipality is None
    assert metadata.notes["municipality"] == "several are named: 小山市, 結城市"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("結城市", "08207"),
        ("08207", "08207"),
        ("広島県府中市", "34208"),
        ("茨城県東茨城郡茨城町", "08302"),
        (" 葉山町 ", "14301"),
    ],
)
def test_a_municipality_is_named_by_name_or_code(text: str, code: str) -> None:
    assert municipality_named(text).code == code


def test_an_unknown_or_ambiguous_municipality_says_what_to_write() -> None:
    with pytest.raises(
        CorpusError, match=r"no municipality is called '結城' today; write its whole name, such as"
    ) as error:
        municipality_named("結城")
    one_line(error)
    with pytest.raises(CorpusError, match="write 東京都府中市 or 広島県府中市"):
        municipality_named("府中市")
    with pytest.raises(CorpusError, match="no municipality is called '谷和原村' today"):
        municipality_named("谷和原村")


def test_a_municipality_that_is_no_more_is_named_with_its_prefecture() -> None:
    row = municipality_named("茨城県谷和原村")
    assert (row.code, row.prefecture, row.name) == ("00000", "茨城県", "谷和原村")


# Title and kind


@pytest.mark.parametrize(
    ("text", "title", "kind"),
    [
        ("第5次結城市行政改革大綱\n", "第5次結城市行政改革大綱", "outline"),
        ("# 結城市行政改革大綱\n## 実施計画\n", "結城市行政改革大綱実施計画", "plan"),
        ("結城市\n第5次行政改革大綱\n", "結城市第5次行政改革大綱", "outline"),
        ("結城市集中改革プラン（案）\n", "結城市集中改革プラン（案）", "plan"),
        ("結城市行政改革大綱行動計画\n", "結城市行政改革大綱行動計画", "plan"),
        (
            "結城市行政改革実施計画\n令和5年度進捗状況報告書\n",
            "結城市行政改革実施計画 令和5年度進捗状況報告書",
            "report",
        ),
        ("変わる市役所\n（行財政改革大綱）\n結城市", "変わる市役所（行財政改革大綱）", "outline"),
        ("結城市行政改革プラン2025\n", "結城市行政改革プラン2025", "plan"),
        ("行政改革実施計画 進捗管理表\t\t\t\n番号\t取組\t担当課\n", "行政改革実施計画 進捗管理表", "report"),
        ("結城市DX推進計画 概要版\n", "結城市DX推進計画 概要版", "plan"),
        ("結城市 公共施設マネジメント基本方針\n", "結城市 公共施設マネジメント基本方針", "outline"),
    ],
)
def test_title_and_kind_come_from_the_title_page(text: str, title: str, kind: str) -> None:
    metadata = read(text)
    assert metadata.title and metadata.title.value == title
    assert metadata.kind and metadata.kind.value == kind


def test_sentences_contents_and_rows_are_no_titles() -> None:
    metadata = read("お知らせ\n\n市は計画を定めた。\n\n1 行政改革大綱\n\n・実施計画\n\n課名\t実施計画\n")
    assert metadata.title is None
    assert metadata.kind is None


def test_a_header_of_every_page_serves_where_there_is_no_title_page() -> None:
    text = "".join(f"第{at}回の会議で決めた。\n" * 15 + "結城市行政改革実施計画 実績報告\n" for at in range(4))
    metadata = read(text)
    assert metadata.title and metadata.title.value == "結城市行政改革実施計画 実績報告"
    assert metadata.municipality and metadata.municipality.value.name == "結城市"


def test_the_name_of_a_sheet_is_no_part_of_the_title() -> None:
    metadata = read("# 実施計画\n\n守谷市行政改革プラン\n令和4年度～令和8年度")
    assert metadata.title and metadata.title.value == "守谷市行政改革プラン"


def test_sheets_of_plan_and_report_make_a_document_both() -> None:
    sheets = "結城市行政改革プラン\n計画調書\n窓口の改善\n\n結城市行政改革プラン\n実績報告(令和5年度)\n窓口を改めた\n\n"
    metadata = read(sheets * 4)
    assert metadata.kind and metadata.kind.value == "plan-and-report"
    assert metadata.report_fiscal_year and metadata.report_fiscal_year.value == 2023
    only_reports = read("結城市行政改革プラン\n実績報告(令和5年度)\n窓口を改めた\n\n" * 4)
    assert only_reports.kind and only_reports.kind.value == "report"


# Years


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("結城市行政改革プラン\n令和3年度～令和7年度\n令和3年3月\n", (2021, 2025)),
        ("結城市行政改革プラン（2019-2023）\n", (2019, 2023)),
        ("結城市行政改革プラン\n\n計画期間は、令和7年度から令和11年度までとする。\n", (2025, 2029)),
        ("結城市行政改革プラン\n\n計画期間は令和7年度から5年間とする。\n", (2025, 2029)),
        ("結城市行政改革プラン\n\n取組期間\n\n令和7年度を初年度とする五か年\n", (2025, 2029)),
        ("結城市行政改革プラン\n\n取組\t期間(年\t度)\n\t2024\t2025\t2026\t2027\n", (2024, 2027)),
        ("令和5年度 結城市行政改革実績報告書\n", (2023, 2023)),
        (
            "結城市行政改革プラン 令和5年度実績報告\n\n取組期間 R7～R9\n\n取組期間 R5～R7\n\n取組期間 R5～R6\n",
            (2023, 2023),
        ),
        ("結城市行政改革プラン\n\n実施期間 R7～R9\n\n実施期間 R5～R9\n\n実施期間 R5～R9\n", (2023, 2027)),
        ("結城市行政改革プラン\n令和3年3月\n", None),
        ("結城市行政改革プラン\n\n平成30年度と令和2年度を比べた。\n", None),
    ],
)
def test_the_period_is_read_where_it_is_called_one(text: str, period: tuple[int, int] | None) -> None:
    assert years(text) == period


def test_several_periods_are_not_chosen_from() -> None:
    metadata = read(
        "結城市行政改革プラン\n\n計画期間 令和3年度～令和7年度\n\n上位計画の計画期間 令和2年度～令和11年度\n"
    )
    assert metadata.fiscal_years is None
    assert metadata.notes["fiscal_years"] == "several periods are named: 2020-2029, 2021-2025"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("結城市行政改革プラン（令和3年度～令和7年度）\n令和5年度実績報告\n", 2023),
        ("結城市行政改革プラン 実績報告（2024年度報告）\n", 2024),
        ("結城市行政改革プラン（令和3年度～令和7年度）実績報告\n", None),
        ("結城市行政改革プラン 令和5年度版\n", None),
    ],
)
def test_the_year_of_a_report_is_the_one_it_reports_on(text: str, year: int | None) -> None:
    found = read(text).report_fiscal_year
    assert (found.value if found else None) == year


@pytest.mark.parametrize(
    "text", ["計画" * 100_000, "計画期間" * 50_000, "(" * 100_000 + "計画", "市" * 300_000, "#" * 300_000]
)
def test_hostile_texts_are_read_in_no_time(text: str) -> None:
    read(text)
    read("\n".join(text[at : at + 50] for at in range(0, len(text), 50)))
