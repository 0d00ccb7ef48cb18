"""The table of municipalities is complete, and questions are read for the municipalities they name and no others."""

from __future__ import annotations

from collections import Counter

import pytest

from corpus.municipalities import Mention, all_municipalities, find_municipalities
from corpus.settings import Settings

KNOWN = ["つくばみらい市", "小美玉市", "結城市", "石岡市"]


def named(text: str, known: list[str] | None = None) -> list[tuple[str, str]]:
    mentions = find_municipalities(text, KNOWN if known is None else known)
    return [(text[slice(*mention.span)], mention.name) for mention in mentions]


def names(text: str, known: list[str] | None = None) -> list[str]:
    return [name for _, name in named(text, known)]


def test_the_table_holds_all_municipalities() -> None:
    municipalities = all_municipalities()
    assert len(municipalities) == 1741
    assert Counter(m.name[-1] for m in municipalities) == {"市": 792, "町": 743, "村": 183, "区": 23}
    assert len({m.code for m in municipalities}) == 1741
    assert len({m.prefecture for m in municipalities}) == 47
    assert all(len(m.code) == 5 and m.code.isdecimal() and m.romaji.isascii() for m in municipalities)
    assert all(m.romaji.islower() and all("ぁ" <= c <= "ゖ" or c == "ー" for c in m.kana) for m in municipalities)
    assert {m.name for m in municipalities if "郡" in m.name} == {
        *("郡山市", "大和郡山市", "蒲郡市", "郡上市", "小郡市", "上郡町")
    }


@pytest.mark.parametrize(
    ("code", "prefecture", "name", "kana", "romaji"),
    [
        ("08235", "茨城県", "つくばみらい市", "つくばみらい", "tsukubamirai"),
        ("08236", "茨城県", "小美玉市", "おみたま", "omitama"),
        ("08207", "茨城県", "結城市", "ゆうき", "yuki"),
        ("08205", "茨城県", "石岡市", "いしおか", "ishioka"),
        ("08201", "茨城県", "水戸市", "みと", "mito"),
        ("01100", "北海道", "札幌市", "さっぽろ", "sapporo"),
        ("11100", "埼玉県", "さいたま市", "さいたま", "saitama"),
        ("14130", "神奈川県", "川崎市", "かわさき", "kawasaki"),
        ("22130", "静岡県", "浜松市", "はままつ", "hamamatsu"),
        ("27100", "大阪府", "大阪市", "おおさか", "osaka"),
        ("27140", "大阪府", "堺市", "さかい", "sakai"),
        ("40100", "福岡県", "北九州市", "きたきゅうしゅう", "kitakyushu"),
        ("13101", "東京都", "千代田区", "ちよだ", "chiyoda"),
        ("13381", "東京都", "三宅村", "みやけ", "miyake"),
        ("13401", "東京都", "八丈町", "はちじょう", "hachijo"),
        ("28481", "兵庫県", "上郡町", "かみごおり", "kamigori"),
        ("10344", "群馬県", "榛東村", "しんとう", "shinto"),
        ("12218", "千葉県", "勝浦市", "かつうら", "katsuura"),
        ("28209", "兵庫県", "豊岡市", "とよおか", "toyooka"),
        ("35305", "山口県", "周防大島町", "すおうおおしま", "suooshima"),
        ("15100", "新潟県", "新潟市", "にいがた", "niigata"),
        ("19201", "山梨県", "甲府市", "こうふ", "kofu"),
        ("12237", "千葉県", "山武市", "さんむ", "sanmu"),
        ("24202", "三重県", "四日市市", "よっかいち", "yokkaichi"),
    ],
)
def test_facts(code: str, prefecture: str, name: str, kana: str, romaji: str) -> None:
    found = next(m for m in all_municipalities() if m.code == code)
    assert (found.prefecture, found.name, found.kana, found.romaji) == (prefecture, name, kana, romaji)


def test_a_mention_says_where_and_whether_it_is_in_the_collection() -> None:
    text = "結城市と水戸市のテレワーク"
    assert find_municipalities(text, KNOWN) == [
        Mention("結城市", "茨城県", (0, 3), True),
        Mention("水戸市", "茨城県", (4, 7), False),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("つくばみらい市とつくば市の違いは？", [("つくばみらい市", "つくばみらい市"), ("つくば市", "つくば市")]),
        ("つくばみらいと小美玉、結城、石岡を比べて", [(n[:-1], n) for n in KNOWN]),
        (
            "いしおか市とおみたま市とゆうき市",
            [("いしおか市", "石岡市"), ("おみたま市", "小美玉市"), ("ゆうき市", "結城市")],
        ),
        ("イシオカ市", [("イシオカ市", "石岡市")]),
        ("おみたまの目標は", [("おみたま", "小美玉市")]),
        ("ﾂｸﾊﾞﾐﾗｲ市の取組", [("ﾂｸﾊﾞﾐﾗｲ市", "つくばみらい市")]),
        ("ｲｼｵｶの取組", [("ｲｼｵｶ", "石岡市")]),
        ("おみたまし の目標", [("おみたま", "小美玉市")]),
        ("結城市民の満足度", [("結城市", "結城市")]),
        ("結城市役所と石岡市議会", [("結城市", "結城市"), ("石岡市", "石岡市")]),
        ("第5次結城市行政改革大綱", [("結城市", "結城市")]),
        ("第2次石岡行財政改革大綱", [("石岡", "石岡市")]),
        ("茨城県結城のDX", [("結城", "結城市")]),
        ("石岡市街地の再開発", [("石岡", "石岡市")]),
        ("結城市石岡市", [("結城市", "結城市"), ("石岡市", "石岡市")]),
    ],
)
def test_known_municipalities(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "つくば市、守谷市、大洗町、水戸市、千代田区、美浦村",
            ["つくば市", "守谷市", "大洗町", "水戸市", "千代田区", "美浦村"],
        ),
        ("市原市と府中市と市川市", ["市原市", "府中市", "市川市"]),
        ("大和郡山市と郡山市と東村山市", ["大和郡山市", "郡山市", "東村山市"]),
        ("四日市市、廿日市市、野々市市", ["四日市市", "廿日市市", "野々市市"]),
        ("南アルプス市とニセコ町", ["南アルプス市", "ニセコ町"]),
        ("龍ヶ崎市、龍ケ崎市、竜ケ崎市、塩釜市", ["龍ケ崎市", "龍ケ崎市", "龍ケ崎市", "塩竈市"]),
        ("第3次水戸市行財政改革プラン", ["水戸市"]),
        ("水戸市役所の取組", ["水戸市"]),
        ("茨城県稲敷郡美浦村", ["美浦村"]),
        ("札幌市中央区の取組", ["札幌市"]),
        ("水戸市栄町の集会所", ["水戸市"]),
        ("高知県いの町と福井県おおい町", ["いの町", "おおい町"]),
        ("なお、つくば市・守谷市・常総市・取手市・坂東市", ["つくば市", "守谷市", "常総市", "取手市", "坂東市"]),
        ("栃木県小山市・下野市・野木町と策定", ["小山市", "下野市", "野木町"]),
        ("行方市、小美玉市、及び茨城町と締結", ["行方市", "小美玉市", "茨城町"]),
    ],
)
def test_municipalities_outside_the_collection_by_their_full_name(text: str, expected: list[str]) -> None:
    assert names(text) == expected
    assert all(m.in_collection == (m.name in KNOWN) for m in find_municipalities(text, KNOWN))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "当市",
            "本市",
            "各市",
            "他市",
            "どの市",
            "近隣市",
            "市町村",
            "政令市",
            "四市",
            "都市計画",
            "県内市町村の取組",
        ),
        *("中央市民センター", "中央市場", "大田市場の整備", "水戸市民会館", "豊田市民", "大町市街地", "東京都市部"),
        *("県下市町村", "以上市町村", "茨城県下市町村", "東北区域の整備", "栄町内会", "観光市", "機関市", "大都市圏"),
        *("人口がおおい町はどこ", "みらいの町", "憩いの町", "つくば", "水戸の取組", "守谷"),
        *("結城紬の振興", "結城さんの意見", "石岡氏", "結城郡の人口", "大石岡", "勇気を出す", "ゆうきを出す"),
        *("近いしおかしい", "欲しいしおかねも"),
        *("Which city", "the city", "other cities", "Which cities target telework?", "City of Light"),
        *("which date did you sue", "date city", "the tone village", "so city staff", "obama", "Ama", "a wake town"),
        *("Ibaraki Prefecture", "Which city of Ibaraki has it?", "in Ibaraki", "Tsukuba is nice", "tsukuba", "Mito"),
        *("tools by Hitachi and Toyota", "by Matsuda Ichiro", "yuki2", "my_yuki"),
    ],
)
def test_what_names_no_municipality(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tsukubamirai", [("Tsukubamirai", "つくばみらい市")]),
        ("Tsukuba-mirai's plan", [("Tsukuba-mirai", "つくばみらい市")]),
        ("the Tsukuba Mirai City plan", [("Tsukuba Mirai City", "つくばみらい市")]),
        ("Omitama City Hall", [("Omitama City", "小美玉市")]),
        ("the city of Yuki", [("city of Yuki", "結城市")]),
        ("Ishioka-shi, ISHIOKA, ishioka", [(s, "石岡市") for s in ("Ishioka-shi", "ISHIOKA", "ishioka")]),
        ("Ｙｕｋｉ市の計画", [("Ｙｕｋｉ市", "結城市")]),
        ("Omitamaの計画", [("Omitama", "小美玉市")]),
        ("Ōmitama and Oomitama", [("Ōmitama", "小美玉市"), ("Oomitama", "小美玉市")]),
        ("Yuuki", [("Yuuki", "結城市")]),
        (
            "Mito City, Mito-shi, city of Moriya",
            [("Mito City", "水戸市"), ("Mito-shi", "水戸市"), ("city of Moriya", "守谷市")],
        ),
        ("Oarai Town and Miho-mura", [("Oarai Town", "大洗町"), ("Miho-mura", "美浦村")]),
        ("Chiyoda Ward, Shibuya City", [("Chiyoda Ward", "千代田区"), ("Shibuya City", "渋谷区")]),
        (
            "Minami-Satsuma City, Kasumi-ga-ura City",
            [("Minami-Satsuma City", "南さつま市"), ("Kasumi-ga-ura City", "かすみがうら市")],
        ),
        ("Nanporo Town, Namporo Town", [("Nanporo Town", "南幌町"), ("Namporo Town", "南幌町")]),
        ("Sammu City", [("Sammu City", "山武市")]),
        ("Date City", [("Date City", "伊達市")]),
        ("What does Tsukuba do, compared with Yuki?", [("Tsukuba", "つくば市"), ("Yuki", "結城市")]),
        ("Does Moriya or Tsukuba City have it?", [("Moriya", "守谷市"), ("Tsukuba City", "つくば市")]),
    ],
)
def test_roman_letters(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("府中市の取組", ("府中市", None)),
        ("広島県府中市の取組", ("府中市", "広島県")),
        ("東京都府中市の取組", ("府中市", "東京都")),
        ("府中市（広島県）の取組", ("府中市", "広島県")),
        ("伊達市の取組", ("伊達市", None)),
        ("北海道の伊達市の取組", ("伊達市", "北海道")),
        ("Fuchu City", ("府中市", None)),
        ("Fuchu City, Tokyo", ("府中市", "東京都")),
        ("Koga City", ("Koga City", None)),
        ("Koga City, Ibaraki", ("古河市", "茨城県")),
        ("Koga City in Fukuoka", ("古賀市", "福岡県")),
    ],
)
def test_the_prefecture_of_names_that_several_bear(text: str, expected: tuple[str, str | None]) -> None:
    (mention,) = find_municipalities(text, KNOWN)
    assert (mention.name, mention.prefecture) == expected


def test_other_collections() -> None:
    assert named("中央市民の声と中央の動き", ["中央市"]) == [("中央市", "中央市")]
    assert named("昭和60年の昭和町", ["昭和町"]) == [("昭和町", "昭和町")]
    assert named("津の津市", ["津市"]) == [("津市", "津市")]
    assert named("date of Date City", ["伊達市"]) == [("Date City", "伊達市")]
    assert named("湯ノ花市と湯ノ花", ["湯ノ花市"]) == [
        ("湯ノ花市", "湯ノ花市"),
        ("湯ノ花", "湯ノ花市"),
    ]  # not in the table
    assert named("結城", []) == []
    assert find_municipalities("", KNOWN) == []


def test_the_bundled_documents_name_only_their_city_and_its_neighbours() -> None:
    found = {
        mention.name
        for path in Settings().documents.glob("*.txt")
        for mention in find_municipalities(path.read_text(encoding="utf-8"), KNOWN)
    }
    neighbours = {"つくば市", "守谷市", "常総市", "取手市", "坂東市", "行方市", "茨城町", "小山市", "下野市", "野木町"}
    assert found == {*KNOWN, *neighbours}
