"""Make plans and reports of eight more cities that do not exist, in the layouts and notations of real published ones.

The forms are those of ``make_city2.py``, whose blocks are used. ``city3/expected.json`` says what stands in the
documents, ``city3/sections.json`` which values a plan sets for a whole policy and not for one initiative. Run it again
after a change here:

    python tests/files/make_city3.py
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from make_city import Kpi
from make_city2 import NO_VALUE, Block, Cell, Heading, Initiative, NewPage, Paper, Row, Table

FOLDER = Path(__file__).parent / "city3"

# The reading of printed values that are more than a figure with its unit. A change against another year has none.
READINGS: dict[str, tuple[float | None, str | None]] = {
    "前年度比3％増": (3.0, "%"),
    "100％維持": (100, "％"),
    "年３回": (3, "回"),
    "年間５回以上": (5, "回"),
    "1,200人以上／年": (1200, "人"),
    "2,500人以上／年": (2500, "人"),
    "20億円以上を確保": (20, "億円"),
    "月２回": (2, "回"),
    "全55手続": (55, "手続"),
    "2億1,000万円": (210_000_000, "円"),
    "2億3,480万円": (234_800_000, "円"),
}
SECTIONS: dict[str, dict[str, list[Kpi]]] = {}
"""Values set for all initiatives of a section: by document and heading."""


def put(item: Initiative, name: str, role: str, year: int, printed: str, unit: str = "") -> None:
    """Add a printed value; unit: where the value is printed without one."""
    if printed in READINGS and printed not in NO_VALUE:
        item.kpis.append(Kpi(name, role, year, printed, *READINGS[printed]))
    else:
        item.add(name, role, year, printed, unit)


# 1: 集中改革プラン, a schedule of words and arrows and the money saved


def arrows() -> Paper:
    parts: list[str | tuple[str, str, str, str, str, str, str, str, str]] = [
        "(1) 事務事業の再編・整理、廃止・統合",
        ("1", "敬老祝金の見直し", "75歳以上の全員への支給を、喜寿・米寿・白寿の節目支給に改める。", "保健福祉課",
         "検討 実施 → → →", "1,850", "1,920", "実施済", "完了"),
        ("2", "町民バス運行業務の委託", "直営の３路線を順次民間に委託する。", "総務課",
         "調査 検討 一部実施 → 実施", "2,400", "960", "一部実施", "実施中"),
        "(2) 定員管理及び給与の適正化",
        ("3", "管理職手当の減額", "課長職10％、課長補佐職５％を減額する。", "総務課",
         "実施 → → → →", "3,120", "3,120", "実施済", "完了"),
        "(3) 第三セクター・公共施設の見直し",
        ("4", "㈱雪ノ沢リゾートへの補助の見直し", "運営費補助（年12,000千円）の段階的縮減を図る。",
         "商工観光課・企画財政課", "検討 → → 実施 →", "5,000", "―", "未実施", "未着手"),
        ("5", "職員駐車場の有料化", "町有地の職員駐車場について使用料を徴収する。", "総務課",
         "検討 中止 － － －", "―", "―", "廃止", "中止"),
    ]  # fmt: skip
    rows: list[Row] = [
        [*(Cell(words, down=2) for words in ("番号", "実施項目", "実施内容", "担当課")), Cell("年次計画", across=5),
         Cell("効果額（千円）", across=2), Cell("実施状況", down=2)],
        ["H30", "R元", "R2", "R3", "R4", "R4年度目標", "R3年度実績"],
    ]  # fmt: skip
    found = []
    for part in parts:
        if isinstance(part, str):
            rows.append([Cell(part, across=12)])
            continue
        number, title, content, departments, steps, goal, result, printed, status = part
        item = Initiative(number, title, departments.split("・"))
        put(item, "効果額", "target", 2022, goal, "千円")
        put(item, "効果額", "actual", 2021, result, "千円")
        item.state(2021, status, printed)
        found.append(item)
        rows.append([number, title, content, departments, *steps.split(), goal, result, printed])
    rows.append([Cell("合　　計", across=9), "12,370", "6,000", ""])
    blocks: list[Block] = [
        "雪ノ沢町集中改革プラン（平成30年度～令和４年度）",
        "令和３年度末　進捗状況調べ",
        "雪ノ沢町では、平成17年の「新地方行革指針」以来、３期にわたり集中改革プランに取り組み、平成29年度までに\n"
        "約４億3,200万円の財政効果を上げてきました。職員数は平成17年４月１日の142人から98人となっています。",
        "（凡例）検討＝内容・手法の検討　実施＝取組の実施　→＝前年度の取組の継続",
        "（実施状況）実施済：計画の内容をすべて実施　一部実施：計画の一部を実施　未実施：着手していないもの　"
        "廃止：取組を取りやめたもの",
        Table(rows, head=2, breaks=(8,)),
        "※効果額は一般財源ベースの単年度額。",
    ]
    header = "雪ノ沢町集中改革プラン　令和３年度末進捗状況調べ"
    return Paper("雪ノ沢町集中改革プラン", blocks, found, header, footer="－{}－")


# 2: 進捗管理シート of a ward, targets of the first and the second half of the plan, 中間評価


def midterm() -> Paper:
    Goal = tuple[str, str, str, str, str, str]  # name, R4, target R7, result R7, ratio, target R10
    parts: list[tuple[str, str, str, str, list[Goal], str, str, str, str, str, str]] = [
        ("3", "フロントヤード改革の推進", "戸籍住民課", "書かない窓口とリモート窓口を区民事務所に広げる。",
         [("来庁者の平均滞在時間", "48分", "35分", "33分", "113％", "25分以内"),
          ("窓口満足度", "3.4", "3.8", "3.9", "103％", "4.2")],
         "６か所の区民事務所に端末36台を配備し、職員124人に研修を行った。",
         "利用者1,860人に調査を行い、85％から「便利になった」との回答を得た。",
         "Ａ", "達成", "前期の目標をいずれも達成した。", "拡充"),
        ("7", "特別区民税等の収納率の向上", "納税課、国保年金課",
         "キャッシュレス納付の拡充と早期催告により収納率を高める。",
         [("特別区民税の収納率（現年課税分）", "99.1％", "99.3％", "99.2％", "99.9％", "99.5％"),
          ("国民健康保険料の収納率", "88.6％", "90.0％", "―", "―", "91.5％以上")],
         "スマートフォン決済の対応を12社に増やした。",
         "催告センターの架電は、延べ21,400件（前年同期比8.5％増）であった。",
         "Ｂ", "概ね順調", "国民健康保険料の収納率は決算後に確定する。", "継続"),
        ("12", "外郭団体の経営改革", "経営改革課", "財政支援を伴う９団体について、自律的な経営を促す。",
         [("区からの補助金の額", "14.2億円", "13.0億円", "13.9億円", "―", "12.0億円")],
         "団体ごとに経営改善計画のヒアリングを行った。",
         "２団体の統合について基本合意に至らず、令和８年度に持ち越した。",
         "Ｃ", "やや遅延", "物価高騰により委託料が３％上昇した。", "見直し"),
        ("15", "区有施設の包括管理", "施設マネジメント課", "120施設の保守点検を一括して委託し、品質の均一化を図る。",
         [("包括管理委託の対象施設数", "0施設", "60施設", "0施設", "0％", "120施設")],
         "他自治体８団体への調査を行った。", "入札不調となり、業者の選定に至らなかった。",
         "Ｄ", "未着手", "発注の条件を改め、令和８年度に再度公募する。", "継続"),
    ]  # fmt: skip
    found = []
    blocks: list[Block] = [
        Heading(1, "桜堤区行財政改革推進プラン　進捗管理シート"),
        "【中間評価：令和７年度末】　計画期間　前期：令和５～７年度　後期：令和８～10年度",
        "評価区分　Ｓ：目標を大きく上回って達成　Ａ：目標を達成　Ｂ：おおむね計画どおり　Ｃ：やや遅れている　"
        "Ｄ：未着手",
        Table([["評価", "Ｓ", "Ａ", "Ｂ", "Ｃ", "Ｄ", "計"], ["取組数", "0", "1", "1", "1", "1", "4"]], head=1),
    ]
    for number, title, departments, aim, goals, first, second, printed, status, why, future in parts:
        item = Initiative(number, title, departments.split("、"), period=[2023, 2028])
        item.state(2025, status, printed)
        found.append(item)
        rows: list[Row] = [
            ["取組№", number, Cell(title, across=4)],
            ["主管課", Cell(departments, across=2), "取組年度", Cell("令和５年度～令和10年度", across=2)],
            ["めざす姿", Cell(aim, across=5)],
            ["評価指標", "計画策定時\n（R4年度）", "前期目標\n（R7年度）", "前期実績\n（R7年度）", "前期\n達成率",
             "後期目標\n（R10年度）"],
        ]  # fmt: skip
        for name, *figures in goals:
            rows.append([name, *figures])
            for role, year, place in (("baseline", 2022, 0), ("target", 2025, 1), ("actual", 2025, 2)):
                put(item, name, role, year, figures[place], "")
            put(item, name, "target", 2028, figures[4])
        rows += [
            [Cell("令和７年度の\n取組状況", down=2), Cell("上半期（４～９月）", across=2), Cell(first, across=3)],
            [Cell("下半期（10～３月）", across=2), Cell(second, across=3)],
            ["中間評価", printed, "評価の理由", Cell(why, across=3)],
            ["後期の方向性", Cell(future, across=5)],
        ]
        blocks += [NewPage(), Table(rows)]
    return Paper("桜堤区行財政改革推進プラン", blocks, found, "桜堤区行財政改革推進プラン　進捗管理シート", footer="{}")


# 3: a table of values for each 基本方針, initiatives below it with or without their own


def policies() -> Paper:
    SectionGoal = tuple[str, str, str, str]  # name, R2, result R5, target R7
    Goal = tuple[str, str, str]  # name, target and result of R5
    Part = tuple[str, str, str, str, Goal | None, str, str]
    sections: list[tuple[str, list[SectionGoal], list[Part]]] = [
        ("基本方針１　市民ニーズに応える行政サービスの提供",
         [("市役所の窓口サービスに満足している市民の割合", "67.3％", "71.8％", "75.0％"),
          ("電子申請の利用件数", "8,412件", "46,977件", "60,000件")],
         [("1", "おくやみコーナーの充実", "市民生活課", "相続登記の案内を加え、出張所でも予約を受け付けます。",
           ("利用者数", "2,500人以上／年", "2,716人"), "予定どおり進捗", "順調"),
          ("2", "市政出前講座の再編", "生涯学習課・広聴広報課", "講座の数を74から50に絞り、オンライン講座を設けます。",
           None, "予定よりやや遅れ", "やや遅延")]),
        ("基本方針２　将来を見通した財政運営",
         [("経常収支比率", "94.8％", "93.9％", "92.0％以下"),
          ("市債残高（臨時財政対策債を除く。）", "1,184億円", "1,102億円", "1,050億円以下")],
         [("3", "動物園の入園料の改定", "動物園管理事務所",
           "受益者負担の適正化の観点から、大人500円を800円に改めます。",
           ("入園料収入", "2億1,000万円", "2億3,480万円"), "完了", "完了"),
          ("4", "遊休財産の利活用", "財産活用課", "旧小学校６校について、サウンディング型市場調査を行います。",
           None, "予定より遅れ", "遅延"),
          ("5", "職員研修の体系化", "人事課", "階層別研修を再編し、民間派遣研修を増やします。",
           ("受講者数", "1,200人以上／年", "1,318人"), "予定どおり進捗", "順調")]),
    ]  # fmt: skip
    found = []
    blocks: list[Block] = [
        Heading(1, "第７次青葉原市行政改革大綱実施計画"),
        "令和５年度取組状況報告書",
        "令和６年９月　青葉原市総務局行政経営部",
        Heading(2, "はじめに"),
        "本報告書は、第７次行政改革大綱実施計画（令和３年度～令和７年度）に掲げた重点取組について、令和５年度末の\n"
        "状況を取りまとめたものです。５つの重点取組のうち、「予定どおり進捗」以上としたものは３取組（60.0％）でした。",
        "進捗の区分は、「完了」「予定どおり進捗」「予定よりやや遅れ」「予定より遅れ」とします。",
    ]
    of_sections: dict[str, list[Kpi]] = {}
    for heading, goals, parts in sections:
        whole = Initiative("", heading, [])
        for name, baseline, result, target in goals:
            put(whole, name, "baseline", 2020, baseline)
            put(whole, name, "actual", 2023, result)
            put(whole, name, "target", 2025, target)
        of_sections[heading] = whole.kpis
        blocks += [
            NewPage(),
            Heading(2, heading),
            "【数値目標】",
            Table(
                [["指標", "計画策定時（R2）", "令和５年度実績", "目標（R7）"], *(list(goal) for goal in goals)], head=1
            ),
        ]
        for number, title, departments, content, goal, printed, status in parts:
            item = Initiative(number, title, departments.split("・"))
            item.state(2023, status, printed)
            found.append(item)
            rows: list[Row] = [
                ["担当課", Cell(departments, across=5)],
                ["取組内容", Cell(content, across=5)],
            ]
            if goal:
                name, target, result = goal
                rows.append(["活動指標", name, "R5目標", target, "R5実績", result])
                put(item, name, "target", 2023, target)
                put(item, name, "actual", 2023, result)
            rows.append(["令和５年度の進捗", Cell(printed, across=5)])
            blocks += [Heading(3, f"重点取組{'０１２３４５'[int(number)]}　{title}"), Table(rows)]
    SECTIONS["policies"] = of_sections
    header = "第７次青葉原市行政改革大綱実施計画　令和５年度取組状況報告書"
    return Paper("第７次青葉原市行政改革大綱実施計画", blocks, found, header)


# 4: DX推進計画 with KGI and KPI


def goals_of_dx() -> Paper:
    Goal = tuple[str, str, str]  # KGI or KPI, name, values of R5 to R8 parted by blanks
    parts: list[str | tuple[str, str, str, str, list[Goal], list[list[str]]]] = [
        "Ⅰ　住民サービスのＤＸ",
        ("１－１", "「行かない窓口」の実現", "デジタル戦略課、住民課",
         "子育て・介護を始め、年間件数の多い手続をオンライン化します。",
         [("KGI", "①行政手続のオンライン利用率", "18.5％ 30％ 45％ 60％以上"),
          ("KPI", "①オンライン化した手続数", "12手続 30手続 45手続 全55手続"),
          ("KPI", "②証明書コンビニ交付率", "31.2％ 35％ 40％ 50％")],
         [["申請フォームの整備", "設計", "実装", "運用"], ["手数料のオンライン決済", "", "導入", "━▶"]]),
        ("１－２", "デジタルデバイド対策", "福祉課", "集落ごとに「スマホよろず相談」を開き、高齢者の利用を支えます。",
         [("KGI", "①ＬＩＮＥ公式アカウントのブロック率", "― 20％以下 18％以下 15％以下"),
          ("KPI", "①相談会の開催回数", "月２回 60回 80回 100回")],
         [["相談員の養成", "８人", "12人", "16人"]]),
        "Ⅱ　行政運営のＤＸ",
        ("２－１", "自治体情報システムの標準化", "デジタル戦略課", "20業務を国の標準に適合したシステムへ移行します。",
         [("KGI", "①システム運用経費", "5,840万円 ― ― 4,100万円"),
          ("KPI", "①移行した業務数", "0業務 3業務 20業務 20業務"),
          ("KPI", "②職員のデータ活用研修の受講率", "22.7％ 50％ 80％ 100％維持")],
         [["文字の同定", "実施", "━▶", ""], ["移行", "", "実施", "完了"]]),
        ("２－２", "生成ＡＩ・ＲＰＡの活用", "総務課、全課", "庁内で試行した議事録作成支援を全課へ広げます。",
         [("KGI", "①年間の削減時間", "310時間 1,000時間 2,000時間 3,500時間"),
          ("KPI", "①ＲＰＡの適用業務数", "4業務 8業務 12業務 15業務"),
          ("KPI", "②職員１人当たりの時間外勤務", "14.6h/月 14.0h/月 13.0h/月 12.0h/月")],
         [["利用指針の策定", "策定", "改定", ""]]),
    ]  # fmt: skip
    found = []
    blocks: list[Block] = [
        Heading(1, "霧岳町ＤＸ推進計画"),
        "2024年度（令和６年度）～2026年度（令和８年度）",
        Heading(2, "用語"),
        "KGI：Key Goal Indicator。最終的に達成すべき目標を示す指標\n"
        "KPI：Key Performance Indicator。目標に至る過程を測る指標",
        Heading(2, "マイナンバーカードの交付状況"),
        Table([["年月", "霧岳町", "県平均", "全国"], ["令和５年３月末", "71.4％", "66.2％", "67.0％"],
               ["令和６年３月末", "80.9％", "75.8％", "73.5％"]], head=1),
    ]  # fmt: skip
    for part in parts:
        if isinstance(part, str):
            blocks += [NewPage(), Heading(2, part)]
            continue
        number, title, departments, content, goals, steps = part
        item = Initiative(number, title, departments.split("、"))
        found.append(item)
        rows: list[Row] = [
            [Cell("区分", down=2), Cell("指標", down=2), "現状", Cell("目標", across=3)],
            ["R5", "R6", "R7", "R8"],
        ]
        kpis = sum(kind == "KPI" for kind, *_ in goals)
        for place, (kind, name, figures) in enumerate(goals):
            first = not place or goals[place - 1][0] != kind
            cells = figures.split()
            rows.append([*([Cell(kind, down=kpis if kind == "KPI" else 1)] if first else []), name, *cells])
            for year, printed in enumerate(cells, 2023):
                put(item, name[1:], "target" if year > 2023 else "baseline", year, printed)
        road: list[Row] = [["ロードマップ", "R6", "R7", "R8"], *steps]
        blocks += [
            Heading(3, f"施策{number}　{title}"),
            f"【主管課】{departments}",
            content,
            Table(rows, head=2),
            Table(road, head=1),
        ]
    return Paper("霧岳町ＤＸ推進計画", blocks, found, "霧岳町ＤＸ推進計画", footer="{}", loose=False)


# 5: names upright in a merged first column, values in two columns


def upright() -> Paper:
    Goal = tuple[str, str, str]  # name, R5, R8
    parts: list[tuple[str, str, str, str, str, list[Goal], tuple[str, str, str]]] = [
        ("歳入－１", "ふるさと寄附の推進", "魅力発信課", "返礼品の登録は138品にとどまり、寄附額は府内31位である。",
         "ポータルサイトを３から８に増やし、体験型返礼品を開発する。",
         [("寄附件数", "2,310件", "前年度比3％増"), ("寄附額", "4,620万円", "1億円以上")],
         ("サイトの追加", "体験型返礼品の開発", "同左")),
        ("歳入－２", "保育料の徴収強化", "保育幼稚園課・債権回収課",
         "過年度分の滞納は、令和５年度末で1,270万円に上る。",
         "児童手当からの徴収と、弁護士への委任を進める。",
         [("現年度分の徴収率", "100％", "100％維持"), ("過年度分の徴収率", "21.4％", "30.0％")],
         ("催告の強化", "→", "→")),
        ("歳出－１", "内部管理経費の削減", "財政課", "光熱水費の高騰により、令和５年度は前年度比12％増となった。",
         "枠配分予算を導入し、各部の裁量で経常経費を見直す。",
         [("経常経費の削減率（R5比）", "―", "▲5％"), ("財政調整基金の残高", "18.4億円", "20億円以上を確保")],
         ("枠配分予算の試行", "本格実施", "効果検証")),
        ("歳出－２", "市立診療所の経営改善", "健康推進課", "患者数の減により、一般会計からの繰入れが続いている。",
         "診療日を週５日から週３日に改め、遠隔診療を併用する。",
         [("一般会計からの繰入金", "9,830千円", "5,000千円以内"), ("健康講座の開催", "年３回", "年間５回以上")],
         ("医師会との協議", "診療日の変更", "遠隔診療の開始")),
    ]  # fmt: skip
    found = []
    blocks: list[Block] = [
        "茜川市行財政健全化計画",
        "（令和６年度～令和８年度）",
        "令和６年３月　茜川市",
        "１．本市の財政状況",
        "令和10年度には財政調整基金が枯渇し、累積の収支不足は約27億円に達する見込みである。",
        Table([["", "R6", "R7", "R8"], ["歳入", "31,240", "30,980", "30,710"], ["歳出", "31,890", "31,770", "31,650"],
               ["収支", "▲650", "▲790", "▲940"]], head=1),
        "（単位：百万円）",
        "２．個別取組",
    ]  # fmt: skip
    for number, title, departments, issue, content, goals, steps in parts:
        item = Initiative(number, title, departments.split("・"), period=[2024, 2026])
        found.append(item)
        rows: list[Row] = [
            [Cell("基\n本\n情\n報", down=4), "取組番号", Cell(number, across=2)],
            ["取組名", Cell(title, across=2)],
            ["所管", Cell(departments, across=2)],
            ["計画期間", Cell("R6年度～R8年度", across=2)],
            [Cell("取\n組", down=2), "現状と課題", Cell(issue, across=2)],
            ["実施内容", Cell(content, across=2)],
            [Cell("数\n値\n目\n標", down=1 + len(goals)), "項目", "R5年度末実績", "R8年度目標"],
        ]
        for name, now, goal in goals:
            rows.append([name, now, goal])
            put(item, name, "actual", 2023, now)
            put(item, name, "target", 2026, goal)
        rows += [
            [Cell("年\n次\n計\n画", down=3), "R6年度", Cell(steps[0], across=2)],
            ["R7年度", Cell(steps[1], across=2)],
            ["R8年度", Cell(steps[2], across=2)],
        ]
        blocks += [NewPage(), Table(rows)]
    return Paper("茜川市行財政健全化計画", blocks, found, "茜川市行財政健全化計画", footer="{}", loose=False)


# 6: bureau and section in two columns, 「3.0→4.0」, the work of each half year


def bureaus() -> Paper:
    Part = tuple[str, str, str, str, str, str, str, str, str, str]
    groups: list[tuple[str, list[Part]]] = [
        ("総務部", [
            ("1", "職員エンゲージメントの向上", "人事課", "エンゲージメント指数（５点満点）", "3.0→4.0", "3.4",
             "全職員アンケートを６月に実施した。回答率は91.3％であった。",
             "結果を基に、１on１面談を全課で始めた。", "B", "概ね順調"),
            ("2", "防災訓練の見直し", "危機管理課", "実動訓練の回数", "年３回→年間５回以上", "4回",
             "図上訓練を２回行った。", "台風第10号の対応により、11月の訓練を中止した。", "C", "やや遅延"),
        ]),
        ("市民税務部", [
            ("3", "固定資産税の課税客体の把握", "資産税課", "現年分の収納率", "98.7％→99.0％以上", "99.1％",
             "航空写真による異動判読を行った。", "未評価家屋214棟を調査した。", "A", "達成"),
            ("4", "市民活動支援センターの運営", "協働推進課", "講座の参加者数", "980人→1,200人以上／年", "1,534人",
             "NPO法人への委託に切り替えた。", "夜間講座を増やし、若い世代の参加が伸びた。", "S", "達成"),
        ]),
        ("都市整備部", [
            ("5", "道路照明灯の一括更新", "道路管理課", "電気料金の増減率（R5比）", "―→▲5％", "▲3.2％",
             "ＥＳＣＯ事業者を公募した。", "1,020基のうち640基を更新した。", "B", "概ね順調"),
        ]),
    ]  # fmt: skip
    rows: list[Row] = [
        [*(Cell(words, down=2) for words in ("№", "取組項目", "所管部", "所管課", "指標")),
         Cell("数値目標\nR5→R7", down=2), Cell("R6実績", down=2), Cell("令和６年度の取組状況", across=2),
         Cell("評価", down=2)],
        ["上半期", "下半期"],
    ]  # fmt: skip
    found = []
    breaks = []
    for bureau, parts in groups:
        breaks.append(len(rows))
        for place, (number, title, section, name, goal, result, first, second, printed, status) in enumerate(parts):
            item = Initiative(number, title, [section])
            now, then = goal.split("→")
            put(item, name, "baseline", 2023, now)
            put(item, name, "target", 2025, then)
            put(item, name, "actual", 2024, result)
            item.state(2024, status, printed)
            found.append(item)
            left: list[Cell | str] = [number, title, *([Cell(bureau, down=len(parts))] if not place else []), section]
            rows.append([*left, name, goal, result, first, second, printed])
    blocks: list[Block] = [
        Heading(1, "美波市行財政改革推進計画2023　令和６年度実施状況"),
        "計画期間：令和５年度から令和７年度まで",
        "評価　S＝目標を大幅に上回る　A＝目標を達成　B＝概ね計画どおり　C＝やや遅れ　D＝未着手",
        Table(rows, head=2, breaks=tuple(breaks[1:2])),
        "総括　Sが１件、Aが１件、Bが２件、Cが１件であった。目標達成率は40％となっている。",
    ]
    title = "美波市行財政改革推進計画2023"
    return Paper(title, blocks, found, title, marks=True, head_tag="td")


# 7: the years in rows, marks of one to four


def year_rows() -> Paper:
    Year = tuple[str, str, str, str, str]  # plan, done, target, result, mark
    parts: list[tuple[str, str, str, str, str, str, list[Year]]] = [
        ("１", "村税等の収納対策", "住民税務課", "村税の徴収率", "％", "96.8％", [
            ("滞納者台帳の整備", "台帳を整備し、78世帯の実態を調べた。", "97.0", "97.2", "４"),
            ("県との共同徴収", "県職員の派遣を受け、12件を差し押さえた。", "97.5", "97.4", "３"),
            ("コンビニ収納の開始", "", "98.0", "", "")]),
        ("２", "村営住宅の用途廃止", "建設水道課", "管理戸数", "戸", "64戸", [
            ("入居者の意向調査", "全戸の調査を終えた。", "64", "64", "３"),
            ("２団地の解体", "１団地の移転補償の協議が長引いた。", "52", "58", "２"),
            ("跡地の活用", "", "48", "", "")]),
        ("３", "診療所と保健センターの一体化", "保健福祉課、診療所", "一体化による削減額", "千円", "―", [
            ("基本構想の策定", "医師の退職により、検討を見合わせた。", "―", "―", "１"),
            ("実施設計", "実施設計費を予算化できなかった。", "―", "―", "１"),
            ("改修工事", "", "2,400", "", "")]),
        ("４", "ふるさとワーキングホリデーの受入れ", "むらづくり推進課", "受入人数（延べ）", "人", "延べ11人", [
            ("受入農家の募集", "５戸の農家が登録した。", "15", "19", "４"),
            ("滞在施設の改修", "旧教員住宅２棟を改修した。", "25", "31", "４"),
            ("関係人口の拡大", "", "40", "", "")]),
    ]  # fmt: skip
    marks = {"４": "達成", "３": "概ね順調", "２": "やや遅延", "１": "未着手"}
    found = []
    blocks: list[Block] = [
        Heading(1, "木ノ実村第５次行政改革実施計画　実績表"),
        "（令和６年度末現在）　木ノ実村総務企画課",
        "達成度　４：達成　３：概ね順調　２：やや遅れ　１：未着手",
    ]
    for place, (number, title, departments, name, unit, before, years) in enumerate(parts):
        item = Initiative(number, title, departments.split("、"))
        put(item, name, "baseline", 2022, before)
        found.append(item)
        rows: list[Row] = [
            [Cell("年度", down=2), Cell("年次計画", down=2), Cell("実施状況", down=2),
             Cell(f"{name}（{unit}）", across=2), Cell("達成度", down=2)],
            ["目標", "実績"],
        ]  # fmt: skip
        for year, (plan, done, goal, result, mark) in enumerate(years, 2023):
            rows.append([f"令和{'０１２３４５６７'[year - 2018]}年度", plan, done, goal, result, mark])
            put(item, name, "target", year, goal, unit)
            put(item, name, "actual", year, result, unit)
            if mark:
                item.state(year, marks[mark], mark)
        if place == 2:
            blocks.append(NewPage())
        blocks += [
            Heading(2, f"取組№{number}　{title}"),
            f"担当：{departments}　　指標：{name}（令和４年度　{before}）",
            Table(rows, head=2),
        ]
    title = "木ノ実村第５次行政改革実施計画"
    return Paper(title, blocks, found, f"{title}　実績表", footer="{} / 2")


# 8: prose by half years


def half_years() -> Paper:
    Figures = tuple[str, str, str, str]  # result of R5, targets of R6 and R8, result of R6
    Part = tuple[str, str, str, str, Figures, str, str, str, str, str]
    parts: list[Part] = [
        ("１", "窓口手数料のキャッシュレス化", "総務課・窓口サービス課", "キャッシュレス決済の比率",
         ("18.2％", "30％", "50％以上", "27.4％"),
         "戸籍・住民票の窓口に端末14台を置いた。利用は月平均2,300件となった。",
         "保健福祉センターの窓口へ広げたが、２か所は通信環境が整わなかった。",
         "一部実施", "実施中", "残る２か所の環境を整える。"),
        ("２", "広聴相談の予約制の導入", "区民企画課", "相談までの待ち日数",
         ("9.5日", "7日以内", "5日以内", "6.1日"),
         "予約システムの仕様を固め、７月に契約した。", "10月から予約制に移行し、1,048人が利用した。",
         "実施済", "完了", "予約枠の配分を見直す。"),
        ("３", "放置自転車の削減", "市民協働課", "放置台数（平日１日当たり）",
         ("164台", "130台", "80台", "112台"),
         "駅前で啓発指導員による声かけを、延べ96日行った。", "民間の駐輪場（収容210台）が２月に開設された。",
         "実施済", "完了", "夕方の時間帯の対策を強める。"),
        ("４", "区役所庁舎の会議室の共用化", "総務課", "会議室の稼働率",
         ("46％", "55％", "70％", "集計中"),
         "各課の会議室の利用実態を調べた。", "予約の一元化に向けた調整がつかず、着手に至らなかった。",
         "未実施", "未着手", "令和７年度中に試行する。"),
    ]  # fmt: skip
    found = []
    blocks: list[Block] = [
        "堀留区役所　業務改革推進プラン　令和６年度の進捗について",
        "１　概要\nプラン（令和６～８年度）に掲げる重点取組の令和６年度末の状況は、下のとおりである。\n"
        "進捗は「実施済」「一部実施」「未実施」で示す。区民アンケート（回答2,046人）では63.8％が「良くなった」と答えた。",
        "２　重点取組の進捗",
    ]
    for place, part in enumerate(parts):
        number, title, departments, name, figures, first, second, printed, status, then = part
        item = Initiative(number, title, departments.split("・"))
        places = (("actual", 2023), ("target", 2024), ("target", 2026), ("actual", 2024))
        for (role, year), value in zip(places, figures, strict=True):
            put(item, name, role, year, value)
        item.state(2024, status, printed)
        found.append(item)
        now, soon, later, result = figures
        if place == 2:
            blocks.append(NewPage())
        blocks += [
            Heading(3, f"重点取組{number}　{title}"),
            f"〔担当〕{departments}\n〔数値目標〕{name}　"
            f"令和５年度実績 {now} → 令和６年度目標 {soon} → 令和８年度目標 {later}\n"
            f"〔上半期の取組〕{first}\n〔下半期の取組〕{second}\n"
            f"〔令和６年度末の実績〕{name}　{result}\n〔進捗〕{printed}\n〔次年度の取組〕{then}",
        ]
    blocks.append("３　今後の予定\n令和７年10月に上半期の状況を公表する。")
    header = "堀留区役所　業務改革推進プラン　令和６年度の進捗について"
    return Paper("堀留区役所業務改革推進プラン", blocks, found, header)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    for make in (arrows, midterm, policies, goals_of_dx, upright, bureaus, year_rows, half_years):
        paper = make()
        (FOLDER / f"{make.__name__}.html").write_text(paper.html(), encoding="utf-8")
        (FOLDER / f"{make.__name__}.txt").write_text(paper.text(), encoding="utf-8")
        expected[make.__name__] = [asdict(item) for item in paper.found]
    of_sections = {
        stem: {heading: [asdict(kpi) for kpi in kpis] for heading, kpis in sections.items()}
        for stem, sections in SECTIONS.items()
    }
    for name, content in (("expected", expected), ("sections", of_sections)):
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
