"""Years are read as municipal documents and their readers write them, and numbers that are no years are left alone."""

from __future__ import annotations

import pytest

from corpus.fiscal_years import YearMention, find_fiscal_years, year_tokens
from corpus.settings import Settings


def years(text: str) -> list[tuple[str, int, int]]:
    return [(text[slice(*m.span)], m.first, m.last) for m in find_fiscal_years(text)]


@pytest.mark.parametrize(
    ("text", "year", "is_fiscal"),
    [
        ("令和7年度", 2025, True),
        ("令和 7 年度", 2025, True),
        ("令和７年度", 2025, True),
        ("令和7年", 2025, False),
        ("令和元年度", 2019, True),
        ("令和元年", 2019, False),
        ("令和元度", 2019, True),  # as ishioka-2022-outline was scanned
        ("令和五年度", 2023, True),
        ("平成三十一年度", 2019, True),
        ("平成二十年度", 2008, True),
        ("平成 19 年度", 2007, True),
        ("平成34年度", 2022, True),
        ("昭和60年", 1985, False),
        ("大正10年", 1921, False),
        ("㋿７年度", 2025, True),
        ("R7", 2025, False),
        ("R7年度", 2025, True),
        ("R 7年度", 2025, True),
        ("Ｒ７", 2025, False),
        ("r7年度", 2025, True),
        ("R元年度", 2019, True),
        ("H30", 2018, False),
        ("H31年度", 2019, True),
        ("S60年", 1985, False),
        ("T10年度", 1921, True),
        ("２０２５年度", 2025, True),
        ("2025年度", 2025, True),
        ("2025 年度", 2025, True),
        ("2025年", 2025, False),
        ("2025", 2025, False),
        ("FY2025", 2025, True),
        ("FY 2025", 2025, True),
        ("FY25", 2025, True),
        ("fiscal 2025", 2025, True),
        ("Fiscal Year 2025", 2025, True),
        ("fiscal year 2025", 2025, True),
        ("2025 fiscal year", 2025, True),
        ("2021（令和3）年度", 2021, True),
        ("令和6年度(2024年度)", 2024, True),
        ("令和3（2021）年度", 2021, True),
        ("2025年度（R7）", 2025, True),
    ],
)
def test_one_year(text: str, year: int, is_fiscal: bool) -> None:
    assert find_fiscal_years(text) == [YearMention(year, year, (0, len(text)), is_fiscal)]
    embedded = f"市の{text}の目標"
    assert find_fiscal_years(embedded) == [YearMention(year, year, (2, 2 + len(text)), is_fiscal)]


@pytest.mark.parametrize(
    ("text", "first", "last", "is_fiscal"),
    [
        ("令和3～7年度", 2021, 2025, True),
        ("令和3年度~令和7年度", 2021, 2025, True),
        ("令和 3 年度 ~ 令和 7 年度", 2021, 2025, True),
        ("令和3〜7年", 2021, 2025, False),
        ("令和3~7", 2021, 2025, False),
        ("令和3－7年度", 2021, 2025, True),
        ("令和3年度から5年度", 2021, 2023, True),
        ("平成30～令和2年度", 2018, 2020, True),
        ("平成25年度から平成34年度", 2013, 2022, True),
        ("2019-2023", 2019, 2023, False),
        ("2019 -2023", 2019, 2023, False),
        ("2019–2023", 2019, 2023, False),
        ("2019ー2023", 2019, 2023, False),
        ("2024~2028", 2024, 2028, False),
        ("2024～28年度", 2024, 2028, True),
        ("2018-2022年", 2018, 2022, False),
        ("R3-R7", 2021, 2025, False),
        ("R5~7年度", 2023, 2025, True),
        ("H29～30", 2017, 2018, False),
        ("2026年度から2030年度", 2026, 2030, True),
        ("2021（令和3）年度から2025（令和7）年度", 2021, 2025, True),
        ("FY2021-2025", 2021, 2025, True),
        ("FY2021 to FY2025", 2021, 2025, True),
        ("fiscal years 2021–2025", 2021, 2025, True),
    ],
)
def test_a_range_is_one_mention(text: str, first: int, last: int, is_fiscal: bool) -> None:
    assert find_fiscal_years(text) == [YearMention(first, last, (0, len(text)), is_fiscal)]


@pytest.mark.parametrize(
    "text",
    [
        *("40年間", "25年", "3か年", "5年", "第5次", "40年間において", "整備から30年以上経過", "5年毎改訂"),
        *("R2D2", "SOP10", "S3", "S60", "T10", "R31", "H32", "S65年", "R0", "R 7", "r7", "令和0年度", "AR7", "R7b"),
        *("2000人", "2024 人", "2024件", "2024円", "2024時間", "2000世帯", "2000団体", "2024%", "2000㎡", "2000ｍ"),
        *("2,024円", "2024,000", "1,2024", "12024", "20245", "2024.55", "2000か所", "2000ページ", "2024千円"),
        *("約2000", "計2000", "第2024号", "No.2024", "￥2000", "0296-34-2024", "2000-3456", "ISO2000", "DX_2024"),
        *("2100年度", "1949", "3000", "2024年間", "2000 people", "1980 households"),
        *("約1700京則10なCの利限内約191年進のための約19", "360 時間(1 年間の時間外勤務", "TEL 0296-34-0436"),
    ],
)
def test_what_is_no_year(text: str) -> None:
    assert years(text) == []


# Phrases of the bundled documents, with what must be read in them.
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("欠となっていることから、平成27年3月に「第2次石岡市行財政", [("平成27年", 2015, 2015)]),
        ("- 市職員人材育成基本方針（平成 19 年度～）", [("平成 19 年度", 2007, 2007)]),
        ("（平成 29 年度～、令和 3 年度改定）", [("平成 29 年度", 2017, 2017), ("令和 3 年度", 2021, 2021)]),
        ("基準値（令和2年度）\n\n目標（令和5年度）", [("令和2年度", 2020, 2020), ("令和5年度", 2023, 2023)]),
        ("SDGsアクションプラン2021において、デジタル", [("2021", 2021, 2021)]),
        ("設業法（昭和24年法律第100号）", [("昭和24年", 1949, 1949)]),
        ("2026年度から2030年度までの5年間", [("2026年度から2030年度", 2026, 2030)]),
        ("基準値（2024）\t目標値（2030）\t担当課", [("2024", 2024, 2024), ("2030", 2030, 2030)]),
        ("合計特殊出生率 1.40（2018-2022年）", [("2018-2022年", 2018, 2022)]),
        ("の更なる展開に向けて」（2024.2.22）", [("2024", 2024, 2024)]),
        ("推進計画（2023.3）」の推進", [("2023", 2023, 2023)]),
        ("基本方針」（2024年6月21日閣議決定）", [("2024年", 2024, 2024)]),
        ("つくばみらい市行政改革プラン（2019 -2023）", [("2019 -2023", 2019, 2023)]),
        ("令和元年4月1日付け採用 一般事務6名 令和2年4月1日付け", [("令和元年", 2019, 2019), ("令和2年", 2020, 2020)]),
        ("2019年度\t2020年度", [("2019年度", 2019, 2019), ("2020年度", 2020, 2020)]),
        ("2024\t2025\t2026 2027\t2028\n", [(str(year), year, year) for year in range(2024, 2029)]),
        ("2023年度から2024年度の2か年の", [("2023年度から2024年度", 2023, 2024)]),
        ("2024年度と2025年度の管理費を", [("2024年度", 2024, 2024), ("2025年度", 2025, 2025)]),
        ("4VildOL14\t2024\t2024 2025", [("2024", 2024, 2024), ("2024", 2024, 2024), ("2025", 2025, 2025)]),
        ("取組期間\t(令和 3 年度 ~ 令和 7 年度)", [("令和 3 年度 ~ 令和 7 年度", 2021, 2025)]),
        ("進行管理⇒H29. 3月策定、計画期間30年、5年毎改訂", [("H29", 2017, 2017)]),
        ("システム保守 (R2~4年度)", [("R2~4年度", 2020, 2022)]),
        ("NPO法人設立認証事務(平成27年度県から移譲)", [("平成27年度", 2015, 2015)]),
        (
            "2021（令和3）年度から2025（令和7）年度の5年間を計画期間とし",
            [("2021（令和3）年度から2025（令和7）年度", 2021, 2025)],
        ),
    ],
)
def test_phrases_of_the_documents(phrase: str, expected: list[tuple[str, int, int]]) -> None:
    assert years(phrase) == expected


def test_a_date_keeps_its_calendar_year() -> None:
    assert find_fiscal_years("2025年3月31日") == [YearMention(2025, 2025, (0, 5), False)]
    assert years("2024年4月1日~2025年3月31日") == [("2024年", 2024, 2024), ("2025年", 2025, 2025)]
    assert years("令和3年4~6月") == [("令和3年", 2021, 2021)]
    for text in ("2024/4/1", "2024-04-01", "2024.4.1"):
        assert years(text) == [("2024", 2024, 2024)]


def test_a_duration_is_no_range() -> None:
    assert years("令和3年度から5年間") == [("令和3年度", 2021, 2021)]
    assert years("令和3年から5年") == [("令和3年", 2021, 2021)]
    assert years("令和7年度から3年度") == [("令和7年度", 2025, 2025)]


def test_years_that_share_their_era() -> None:
    assert years("令和3・4年度") == [("令和3", 2021, 2021), ("4年度", 2022, 2022)]
    assert years("令和5年度、6年度及び7年度")[1:] == [("6年度", 2024, 2024), ("7年度", 2025, 2025)]
    assert all(mention.is_fiscal for mention in find_fiscal_years("令和3・4年度"))
    assert years("令和5年度、3年度目") == [("令和5年度", 2023, 2023)]


def test_a_list_of_bare_years() -> None:
    assert [year for _, year, _ in years("in 2023, 2024 and 2025; 2026,2027")] == [2023, 2024, 2025, 2026, 2027]


def test_a_year_in_parentheses_that_disagrees_stays_a_mention_of_its_own() -> None:
    assert years("令和5年度(2024)") == [("令和5年度", 2023, 2023), ("2024", 2024, 2024)]


def test_enclosed_numbers_do_not_join_the_year() -> None:
    assert years("①2024年度 ②2025年度") == [("2024年度", 2024, 2024), ("2025年度", 2025, 2025)]


def test_words_that_begin_like_units_do_not_hide_the_year() -> None:
    texts = ("2024個別項目", "2025日本", "2024人事評価", "2024時点", "2024取組", "2025本市", "2030目標", "2024に")
    for text in texts:
        assert [span for span, *_ in years(text)] == [text[:4]], text


def test_spans_are_those_of_the_source() -> None:
    text = "ﾃﾞｼﾞﾀﾙ化の㋿７年度とＲ３～Ｒ５の目標"
    assert [span for span, *_ in years(text)] == ["㋿７年度", "Ｒ３～Ｒ５"]


def test_tokens_meet_whatever_the_spelling() -> None:
    spellings = ("令和7年度", "R7", "Ｒ７", "2025年度", "2025年", "FY2025", "fiscal year 2025", "2025（令和7）年度")
    assert {tuple(year_tokens(spelling)) for spelling in spellings} == {("FY2025",)}
    assert year_tokens("令和3～5年度と2021") == ["FY2021", "FY2022", "FY2023", "FY2021"]
    assert year_tokens("公共施設等総合管理計画（2016～2055）") == [f"FY{year}" for year in range(2016, 2031)]
    assert year_tokens("テレワークの導入事例") == []


def test_every_year_of_the_bundled_documents_is_plausible() -> None:
    total = 0
    for path in sorted(Settings().documents.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        mentions = find_fiscal_years(text)
        total += len(mentions)
        ends = [0] + [mention.span[1] for mention in mentions]
        for mention, end in zip(mentions, ends, strict=False):
            assert end <= mention.span[0] < mention.span[1]
            assert 1945 <= mention.first <= mention.last <= 2035, text[slice(*mention.span)]
            assert mention.last - mention.first <= 10
            assert mention.is_fiscal == text[slice(*mention.span)].endswith("度")
    assert total > 900
