"""Make plans and reports of eight more cities that do not exist, each in a layout that ``make_city.py`` has not.

Each is written twice from the same blocks: as HTML with merged cells, and as the text that a program takes out of a
PDF: tabs between cells, blank cells where a merged cell goes on, the page header and the table head on every page.
``expected.json`` says what stands in them. Run it again after a change here:

    python tests/files/make_city2.py
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path

from make_city import Kpi, Progress

FOLDER = Path(__file__).parent / "city2"

NUMBER = re.compile(r"(?:約|延べ)?([▲△-]?)([\d,]+(?:\.\d+)?)([^\d以未]*)(?:以上|以内|以下|未満)?")
NO_VALUE = {"", "-", "－", "―", "—", "未定", "調整中", "集計中", "設定なし"}


# What the documents say


@dataclass
class Initiative:
    number: str
    title: str
    departments: list[str]
    kpis: list[Kpi] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    period: list[int] | None = None

    def add(self, name: str, role: str, year: int, printed: str, unit: str = "") -> None:
        """Add a printed value; unit: where the value is printed without one."""
        if printed in NO_VALUE:
            return
        parts = NUMBER.fullmatch(unicodedata.normalize("NFKC", printed))
        if not parts:
            self.kpis.append(Kpi(name, role, year, printed, None, None))
            return
        digits = parts[2].replace(",", "")
        number = float(digits) if "." in digits else int(digits)
        sign = -1 if parts[1] else 1
        self.kpis.append(Kpi(name, role, year, printed, sign * number, parts[3] or unit or None))

    def state(self, year: int, status: str, printed: str) -> None:
        self.progress.append(Progress("", year, status, printed))


# Blocks, and the two forms they are written in


@dataclass(frozen=True)
class Cell:
    words: str
    across: int = 1
    down: int = 1


Row = Sequence[Cell | str]


@dataclass(frozen=True)
class Heading:
    level: int
    words: str


@dataclass(frozen=True)
class Table:
    """head: how many rows are its head; breaks: rows before which a new page begins in the text."""

    rows: list[Row]
    head: int = 0
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True)
class NewPage:
    """header: what the page has on top where that is not the paper's."""

    header: str = ""


Block = Heading | Table | NewPage | str
"""A string is a paragraph."""


@dataclass
class Paper:
    """header: printed on top of every page but the first; footer: with ``{}`` for the page number; marks: ``#`` before
    headings in the text; loose: blank cells at the end of a row are kept; head_tag: of cells in a table's head.
    """

    title: str
    blocks: list[Block]
    found: list[Initiative]
    header: str
    footer: str = "- {} -"
    marks: bool = False
    loose: bool = True
    head_tag: str = "th"

    def html(self) -> str:
        lines = []
        for block in self.blocks:
            if isinstance(block, Heading):
                lines.append(f"<h{block.level}>{escape(block.words)}</h{block.level}>")
            elif isinstance(block, Table):
                lines += self._html_table(block)
            elif isinstance(block, str):
                lines.append(f"<p>{escape(block).replace(chr(10), '<br>')}</p>")
        return (
            f'<!DOCTYPE html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n<title>{escape(self.title)}</title>\n'
            "</head>\n<body>\n" + "\n".join(lines) + "\n</body>\n</html>\n"
        )

    def _html_table(self, table: Table) -> list[str]:
        lines = ["<table>"]
        for place, row in enumerate(table.rows):
            tag = self.head_tag if place < table.head else "td"
            cells = []
            for item in row:
                cell = _cell(item)
                spans = (f' colspan="{cell.across}"' if cell.across > 1 else "") + (
                    f' rowspan="{cell.down}"' if cell.down > 1 else ""
                )
                cells.append(f"<{tag}{spans}>{escape(cell.words).replace(chr(10), '<br>')}</{tag}>")
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return [*lines, "</table>"]

    def text(self) -> str:
        pages: list[list[str]] = [[]]
        for block in self.blocks:
            if isinstance(block, NewPage):
                pages.append([block.header or self.header])
            elif isinstance(block, Heading):
                pages[-1].append("#" * block.level + " " + block.words if self.marks else block.words)
            elif isinstance(block, Table):
                rows = self._text_rows(block)
                head, starts = rows[: block.head], [0, *block.breaks, len(rows)]
                for first, last in pairwise(starts):
                    if first:
                        pages.append([self.header])
                    pages[-1].append("\n".join([*(head if first else []), *rows[first:last]]))
            else:
                pages[-1].append(block)
        sheets = ["\n\n".join([*parts, self.footer.format(place)]) for place, parts in enumerate(pages, 1)]
        return "\n\n".join(sheets) + "\n"

    def _text_rows(self, table: Table) -> list[str]:
        grid: dict[tuple[int, int], str] = {}
        for line, row in enumerate(table.rows):
            column = 0
            for item in row:
                cell = _cell(item)
                while (line, column) in grid:
                    column += 1
                for place in [(line + y, column + x) for y in range(cell.down) for x in range(cell.across)]:
                    grid[place] = ""
                grid[line, column] = cell.words.replace("\n", " ")
                column += cell.across
        width = 1 + max(column for _, column in grid)
        rows = ["\t".join(grid.get((line, column), "") for column in range(width)) for line in range(len(table.rows))]
        return rows if self.loose else [row.rstrip("\t") for row in rows]


def _cell(item: Cell | str) -> Cell:
    return Cell(item) if isinstance(item, str) else item


# 1: each year has a plan, a result and their ratio


def pairs() -> Paper:
    Figures = tuple[str, str, str]  # name, unit, then the eight figures parted by blanks
    parts: list[str | tuple[str, str, str, list[Figures], str, str]] = [
        "柱１　市民サービスの質の向上",
        ("1-1", "総合窓口におけるワンストップ化", "市民生活課", [
            ("転入手続の平均所要時間", "分", "52 45 47 95.7% 40 39 102.6% 35"),
            ("窓口アンケートの満足度", "%", "71.8 75.0 74.1 98.8% 78.0 80.2 102.8% 80.0"),
        ], "順調に進捗", "順調"),
        ("1-2", "図書館サービスの電子化", "中央図書館", [
            ("電子書籍の貸出点数", "点", "1,840 2,500 3,126 125.0% 3,000 4,057 135.2% 3,500"),
            ("利用者登録率", "%", "24.6 26.0 25.1 96.5% 28.0 26.3 93.9% 30.0"),
            ("団体貸出の件数", "件", "－ － － － 20 － － 25"),
        ], "おおむね順調", "概ね順調"),
        "柱２　財政基盤の強化",
        ("2-1", "債権管理の一元化", "収納対策課、債権管理室", [
            ("国民健康保険税の収納率", "%", "92.4 93.0 92.9 99.9% 93.5 92.6 99.0% 94.0"),
            ("私債権の回収額", "千円", "2,150 3,000 3,480 116.0% 3,500 2,910 83.1% 4,000"),
        ], "遅れている", "遅延"),
        ("2-2", "庁舎照明のＬＥＤ化", "管財契約課", [
            ("ＬＥＤ化した施設の割合", "%", "18 30 30 100.0% 45 45 100.0% 60"),
            ("電気使用量の削減率", "%", "0 5 6.2 124.0% 10 11.8 118.0% 15"),
        ], "順調に進捗", "順調"),
    ]  # fmt: skip
    rows: list[Row] = [
        [*(Cell(words, down=2) for words in ("No.", "取組項目", "主管課", "指標", "単位", "基準値\n（R4）")),
         Cell("令和５年度", across=3), Cell("令和６年度", across=3), "令和７年度", Cell("進捗状況", down=2)],
        ["計画", "実績", "達成率", "計画", "実績", "達成率", "計画"],
    ]  # fmt: skip
    found = []
    breaks = []
    for part in parts:
        if isinstance(part, str):
            if len(rows) > 2:
                breaks.append(len(rows))
            rows.append([Cell(part, across=14)])
            continue
        number, title, departments, figures, printed, status = part
        item = Initiative(number, title, departments.split("、"))
        item.state(2024, status, printed)
        found.append(item)
        down = len(figures)
        for line, (name, unit, values) in enumerate(figures):
            cells = values.split()
            before = [Cell(words, down=down) for words in (number, title, departments)] if not line else []
            after = [Cell(printed, down=down)] if not line else []
            rows.append([*before, name, unit, *cells, *after])
            places = (("baseline", 2022), ("target", 2023), ("actual", 2023), None, ("target", 2024), ("actual", 2024))
            for place, printed_value in zip((*places, None, ("target", 2025)), cells, strict=True):
                if place:
                    item.add(name, *place, printed_value, unit)
    blocks: list[Block] = [
        Heading(1, "霧ヶ丘市行財政改革プラン2023　進捗状況報告書"),
        "（令和６年度末時点）",
        "令和７年８月　霧ヶ丘市 総務部 行政経営課",
        Heading(2, "１　進捗の概況"),
        "令和６年度末における各取組の進捗状況は、次のとおりです。計画期間は令和５年度から令和７年度までの３年間です。",
        Table([["区分", "取組数", "割合"], ["順調に進捗", "2", "50.0%"], ["おおむね順調", "1", "25.0%"],
               ["遅れている", "1", "25.0%"], ["計", "4", "100.0%"]], head=1),
        Heading(2, "２　取組別の進捗状況"),
        Table(rows, head=2, breaks=tuple(breaks)),
        "※達成率は、実績値を計画値で除したもの（減少を目指す指標は、計画値を実績値で除したもの）です。",
    ]  # fmt: skip
    return Paper(
        "霧ヶ丘市行財政改革プラン2023", blocks, found, "霧ヶ丘市行財政改革プラン2023　進捗状況報告書", marks=True
    )


# 2: a sheet with indicators 1 and 2 below one head of years


def indicator_rows() -> Paper:
    Indicator = tuple[str, str, str]  # name, unit, six figures parted by blanks
    parts: list[tuple[str, str, str, str, str, list[Indicator], tuple[str, str, str], tuple[str, str, str]]] = [
        ("Ⅰ-1", "公民連携による公園の魅力向上", "みどり公園課",
         "公園の維持管理費が増加する一方、利用者数は減少傾向にある。",
         "Park-PFI制度の活用により、飲食施設等を民間事業者が整備・運営する。",
         [("中央公園の年間利用者数", "万人", "18.6 19.0 19.4 20.0 22.7 21.0"),
          ("公園使用料収入", "千円", "3,240 3,300 3,310 5,000 6,480 6,500")],
         ("サウンディング調査の実施", "事業者の公募・選定", "施設の供用開始"),
         ("順調", "順調", "公募に３者の応募があり、優先交渉権者を決定した。")),
        ("Ⅰ-2", "地域づくり協議会への一括交付金の導入", "市民協働課・各支所",
         "補助金が事業ごとに縦割りとなっており、地域の裁量が小さい。",
         "８つの補助金を統合し、使途を協議会が決められる一括交付金とする。",
         [("一括交付金を導入した協議会数", "団体", "0 3 2 6 5 12"),
          ("地域活動に参加した市民の割合", "％", "34.5（R4） 36.0 － 38.0 35.2 40.0")],
         ("モデル地区の選定", "モデル地区での試行", "全地区での実施"),
         ("やや遅れている", "やや遅延", "１地区で役員の合意形成に時間を要した。")),
        ("Ⅱ-1", "上下水道料金の徴収業務の包括委託", "上下水道部営業課",
         "検針・収納・開閉栓を個別に委託しており、管理の手間が大きい。",
         "徴収関連業務を一括して５年間の長期継続契約により委託する。",
         [("水道料金の収納率", "％", "98.72 98.80 98.81 98.85 98.90 98.90"),
          ("委託業務に係る職員数", "人", "7 7 7 4 4 4")],
         ("仕様書の作成", "プロポーザルの実施・契約", "委託の開始"),
         ("完了", "完了", "令和７年10月から包括委託を開始した。")),
        ("Ⅱ-2", "補助金等交付基準の策定", "財政課",
         "終期の定めのない補助金が全体の約７割（142件）を占めている。",
         "交付基準を定め、３年を目途に終期を設定する。",
         [("終期を設定した補助金の割合", "％", "29.1 40.0 38.6 70.0 集計中 100"),
          ("―", "―", "― ― ― ― ― ―")],
         ("庁内検討会の設置", "交付基準の策定", "基準に基づく見直し"),
         ("遅れている", "遅延", "関係団体との調整が続いている。")),
    ]  # fmt: skip
    found = []
    blocks: list[Block] = [
        Heading(1, "白鷺市第３次行財政改革推進計画"),
        "令和６年度～令和８年度（令和７年度進捗状況）",
        Heading(2, "取組の体系"),
        Table(
            [
                ["基本方針", "番号", "取組名", "頁"],
                *(
                    [["Ⅰ　多様な主体との連携", "Ⅱ　効率的な行財政運営"][place // 2], part[0], part[1], str(place + 2)]
                    for place, part in enumerate(parts)
                ),
            ],
            head=1,
        ),
        Heading(2, "評価の基準"),
        "「完了」「順調」「やや遅れている」「遅れている」「未着手」の５段階で担当課が評価し、"
        "行財政改革推進本部会議で決定します。",
    ]
    years = ((2023, "baseline"), (2024, "target"), (2024, "actual"), (2025, "target"), (2025, "actual"))
    for number, title, departments, issue, content, indicators, steps, (printed, status, reason) in parts:
        item = Initiative(number, title, departments.split("・"), period=[2024, 2026])
        item.state(2025, status, printed)
        found.append(item)
        rows: list[Row] = [
            ["取組番号", number, "取組名", Cell(title, across=7)],
            ["所管課", Cell(departments, across=4), "取組期間", Cell("R6～R8", across=4)],
            ["現状・課題", Cell(issue, across=9)],
            ["取組概要", Cell(content, across=9)],
            ["成果指標", Cell("指標の名称", across=2), "単位", "基準値\n（R5年度）", "R6目標", "R6実績", "R7目標",
             "R7実績", "R8目標"],
        ]  # fmt: skip
        for place, (name, unit, figures) in enumerate(indicators):
            cells = figures.split()
            rows.append([f"指標{'１２'[place]}", Cell(name, across=2), unit, *cells])
            for (year, role), cell in zip((*years, (2026, "target")), cells, strict=True):
                own = cell.endswith("（R4）")
                item.add(name, role, 2022 if own else year, cell.removesuffix("（R4）"), unit)
        rows += [
            [Cell("年度別の\n取組", down=2), *(Cell(f"令和{year}年度", across=3) for year in "６７８")],
            [Cell(step, across=3) for step in steps],
            ["令和７年度\nの評価", Cell(printed, across=2), "評価の理由", Cell(reason, across=6)],
        ]
        blocks += [NewPage(), Table(rows)]
    return Paper(
        "白鷺市第３次行財政改革推進計画", blocks, found, "白鷺市第３次行財政改革推進計画　個別取組シート", footer="{}"
    )


# 3: a sheet with a plan, a result and a letter for each year


def letters() -> Paper:
    Step = tuple[str, str, str]
    Goal = tuple[str, str, str, str]  # name, baseline, targets and results parted by blanks
    parts: list[tuple[str, str, str, str, list[Step], list[Goal], str]] = [
        ("1", "定員管理の適正化", "総務課",
         "類似団体との比較により職員数の適正化を図る。",
         [("・定員適正化計画の改定\n・会計年度任用職員の配置基準の作成", "計画を令和５年12月に改定した。", "B"),
          ("・計画に基づく採用\n・再任用職員の活用", "15人を採用し、再任用職員８人を専門職に配置した。", "A"),
          ("・計画に基づく採用", "", "")],
         [("職員数（４月１日現在）", "198人", "196人 194人 192人", "196人 193人 "),
          ("人件費比率", "21.3％", "21.0％ 20.8％ 20.5％", "21.4％ 20.7％ ")],
         "継続して取り組む。"),
        ("2", "公用車の削減とカーシェアの導入", "総務課、税務住民課",
         "稼働率の低い公用車を減らし、共用化を進める。",
         [("・稼働状況の調査\n・削減台数の決定", "全42台の調査を行った。", "B"),
          ("・４台の削減\n・カーシェアの実証", "半導体不足により更新が遅れ、削減は２台となった。", "C"),
          ("・カーシェアの本格導入", "", "")],
         [("公用車の保有台数", "42台", "42台 38台 36台", "42台 40台 ")],
         "カーシェア事業者の選定方法を見直す。"),
        ("3", "地域おこし協力隊の受入れ", "企画財政課",
         "都市部の人材を受け入れ、特産品の開発や空き家の活用を担ってもらう。",
         [("・募集要項の作成", "募集要項を作成し、２人の応募があった。", "A"),
          ("・隊員の着任\n・活動報告会の開催", "３人が着任し、報告会を２回開催した。", "B"),
          ("・任期終了後の定住支援", "", "")],
         [("隊員の人数", "0人", "2人 3人 5人", "2人 3人 "),
          ("空き家バンクの成約件数", "4件", "5件 6件 8件", "3件 7件 ")],
         "移住相談窓口との連携を強化する。"),
        ("4", "文書管理システムの更新", "総務課",
         "電子決裁を導入し、紙の文書を減らす。",
         [("・他団体の事例調査", "近隣３町を視察した。", "B"),
          ("・仕様の検討", "他のシステムとの同時更新とするため、着手を見送った。", "D"),
          ("・調達", "", "")],
         [("電子決裁率", "0％", "0％ 0％ 60％以上", "0％ 0％ ")],
         "国の標準化の動向を踏まえて進める。"),
    ]  # fmt: skip
    legend = "※進捗度　A：計画以上に進んでいる　B：計画どおり　C：やや遅れている　D：未着手"
    states = {"A": "順調", "B": "順調", "C": "やや遅延", "D": "未着手"}
    found = []
    blocks: list[Block] = [
        "磯部町行政改革大綱（第６次）実施計画",
        "進行管理シート　令和６年度末",
        "磯部町 総務課 行政管理係",
        "進捗度の集計",
        Table(
            [["", "A", "B", "C", "D"], ["令和５年度", "1", "3", "0", "0"], ["令和６年度", "1", "1", "1", "1"]], head=1
        ),
    ]
    for number, title, departments, aim, steps, goals, future in parts:
        item = Initiative(number, title, departments.split("、"))
        found.append(item)
        plan: list[Row] = [["年度", "取組計画", "取組実績", "進捗度"]]
        for year, (planned, done, letter) in zip((5, 6, 7), steps, strict=True):
            plan.append([f"令和{'０１２３４５６７'[year]}年度", planned, done, letter])
            if letter:
                item.state(2018 + year, states[letter], letter)
        figures: list[Row] = [["数値目標", "区分", "現状値\n（R4）", "R5", "R6", "R7"]]
        for name, baseline, targets, results in goals:
            aimed, reached = targets.split(" "), results.split(" ")
            figures += [[Cell(name, down=2), "目標", Cell(baseline, down=2), *aimed], ["実績", *reached]]
            item.add(name, "baseline", 2022, baseline)
            for year, printed in enumerate(aimed, 2023):
                item.add(name, "target", year, printed)
            for year, printed in enumerate(reached, 2023):
                item.add(name, "actual", year, printed)
        blocks += [
            NewPage(),
            Table([["整理番号", number, "実施項目", title], ["担当課", departments, "目的", aim]]),
            Table(plan, head=1),
            legend,
            Table(figures, head=1),
            Table([["今後の方向性", future]]),
        ]
    header = "磯部町行政改革大綱（第６次）実施計画　進行管理シート"
    return Paper("磯部町行政改革大綱（第６次）実施計画", blocks, found, header, footer="{} / 5", head_tag="td")


# 4: a list by large, middle and small items


def listing() -> Paper:
    Goal = tuple[str, str, str]
    Part = tuple[str, str, str, str, str, str, list[int], list[Goal]]
    groups: list[tuple[str, list[tuple[str, list[Part]]]]] = [
        ("１　効率的で質の高い行政運営", [
            ("(1) 事務事業の見直し", [
                ("ア", "事務事業評価の再構築", "評価対象を重点事業に絞り、外部の視点による点検を加える。", "拡充",
                 "令和７～９年度", "行政経営課", [2025, 2027],
                 [("評価により見直した事業数", "12件", "30件"),
                  ("評価に要する職員の時間", "1,450時間", "900時間以下")]),
                ("イ", "内部事務の集約化", "旅費、物品購入等の庶務事務を一つの部署に集める。", "新規",
                 "令和８～９年度", "人事課、会計課", [2026, 2027],
                 [("集約した事務の数", "0事務", "6事務"), ("時間外勤務の縮減率", "0％", "15％")]),
            ]),
            ("(2) 民間活力の活用", [
                ("ア", "学校給食の調理業務委託", "自校方式の10校について、順次、調理業務を委託する。", "継続",
                 "令和７～９年度", "教育総務課", [2025, 2027],
                 [("委託した学校数", "4校", "10校"), ("調理業務に係る経費", "1.82億円", "1.60億円")]),
            ]),
        ]),
        ("２　健全な財政運営", [
            ("(1) 歳入の確保", [
                ("ア", "企業版ふるさと納税の活用", "市長によるトップセールスを行い、寄附企業を開拓する。", "継続",
                 "令和７～９年度", "企画政策課、財政課", [2025, 2027],
                 [("寄附企業数", "延べ7社", "延べ25社"), ("寄附額", "430万円", "1,500万円")]),
                ("イ", "使用料の減免制度の見直し", "減免の対象及び割合を統一した基準により改める。", "新規",
                 "令和７年度", "財産活用課", [2025, 2025],
                 [("減免率", "38.4％", "25.0％以下"), ("使用料収入", "5,120万円", "6,000万円")]),
            ]),
        ]),
    ]  # fmt: skip
    rows: list[Row] = [
        ["大項目", "中項目", "小項目", "取組内容", "区分", "目標指標（現状値→目標値）", "実施時期", "担当課"]
    ]
    found = []
    breaks = []
    for large, middles in groups:
        if len(rows) > 1:
            breaks.append(len(rows))
        left = [Cell(large, down=sum(len(parts) for _, parts in middles))]
        for middle, parts in middles:
            left.append(Cell(middle, down=len(parts)))
            for mark, title, content, kind, printed_period, departments, period, goals in parts:
                item = Initiative(mark, title, departments.split("、"), period=period)
                found.append(item)
                lines = []
                for name, now, goal in goals:
                    lines.append(f"{name}\n{now}（R5）→{goal}（R9）")
                    item.add(name, "baseline", 2023, now)
                    item.add(name, "target", 2027, goal)
                rows.append([*left, f"{mark} {title}", content, kind, "\n".join(lines), printed_period, departments])
                left = []
    blocks: list[Block] = [
        Heading(1, "鶴見原市行政改革実施計画（令和７年度～令和９年度）"),
        Heading(2, "Ⅰ　計画の趣旨"),
        "本市の将来人口は、2050年に約３万8,000人（令和２年国勢調査人口比で27％減）となる見込みです。"
        "限られた経営資源を有効に活用するため、本計画を定めます。",
        Heading(2, "Ⅱ　取組項目一覧"),
        "区分　新規：本計画から取り組むもの　継続：前計画から引き続き取り組むもの　拡充：前計画の内容を広げるもの",
        Table(rows, head=1, breaks=tuple(breaks)),
        Heading(2, "Ⅲ　推進体制"),
        "市長を本部長とする行政改革推進本部において、毎年度、進行管理を行います。",
    ]
    return Paper("鶴見原市行政改革実施計画", blocks, found, "鶴見原市行政改革実施計画", marks=True)


# 5: chapters with a small table below each heading


def chapters() -> Paper:
    Goal = tuple[str, str, str]
    parts: list[str | tuple[str, str, str, list[int], str, str, list[Goal]]] = [
        "１　市民本位の行政サービスの推進",
        ("(1)", "窓口業務の民間委託", "市民環境部 市民課", [2025, 2028],
         "マイナンバーカードの更新が集中し、窓口の混雑が常態化しています。",
         "証明書の交付及びカードの更新の受付を委託します。",
         [("窓口の平均待ち時間", "18分", "10分以内"), ("窓口業務に従事する職員数", "24人", "16人")]),
        ("(2)", "公共施設予約システムの刷新", "企画部 情報政策課", [2025, 2026],
         "現在のシステムはスマートフォンに対応しておらず、利用者の約６割が電話で予約しています。",
         "予約から支払、鍵の受渡しまでをオンラインで完結できるようにします。",
         [("オンラインによる予約の割合", "41.7％", "80.0％"), ("対象施設数", "22施設", "45施設")]),
        "２　将来にわたり持続可能な財政運営",
        ("(1)", "市有財産の貸付けの拡大", "総務部 資産活用課", [2025, 2028],
         "自動販売機の設置場所の貸付けは、30台にとどまっています。",
         "公募による貸付けを体育施設及び公園に広げます。",
         [("貸付料収入", "1,260万円", "2,000万円"), ("貸付契約の件数", "38件", "60件")]),
        ("(2)", "特別会計の経営健全化", "健康福祉部 保険年金課", [2026, 2028],
         "国民健康保険特別会計への法定外繰入れが、令和５年度は8,400万円となりました。",
         "保険税率の見直し及び医療費の適正化を進めます。",
         [("法定外繰入金", "8,400万円", "0円"), ("特定健康診査の受診率", "39.8％", "60.0％以上")]),
    ]  # fmt: skip
    found = []
    contents = [
        "目　次",
        "第１章　計画の策定に当たって ・・・・・・・・・・ 2",
        "第２章　本市の現状 ・・・・・・・・・・ 2",
    ]
    contents.append("第３章　改革の取組 ・・・・・・・・・・ 3")
    body: list[Block] = []
    for part in parts:
        if isinstance(part, str):
            body += [NewPage("第３章　改革の取組"), Heading(2, part)]
            contents.append(f"　{part} ・・・・・・・・・・ {2 + sum(isinstance(block, NewPage) for block in body)}")
            continue
        number, title, department, period, now, aim, goals = part
        item = Initiative(number, title, [department], period=period)
        found.append(item)
        contents.append(f"　　{number} {title} ・・・・・・・ {2 + sum(isinstance(block, NewPage) for block in body)}")
        for name, printed, goal in goals:
            item.add(name, "baseline", 2023, printed)
            item.add(name, "target", 2028, goal)
        first, last = (f"令和{year - 2018}年度" for year in period)
        table: list[Row] = [
            ["担当部署", department],
            ["実施期間", f"{first}から{last}まで"],
            ["現状", now],
            ["取組内容", aim],
            ["指標", "\n".join(f"{'①②'[place]}{name}" for place, (name, _, _) in enumerate(goals))],
            [
                "現状値",
                "\n".join(f"{'①②'[place]}{printed}（令和５年度）" for place, (_, printed, _) in enumerate(goals)),
            ],
            ["目標", "\n".join(f"{'①②'[place]}{goal}（令和10年度）" for place, (_, _, goal) in enumerate(goals))],
        ]
        body += [Heading(3, f"{number} {title}"), Table(table)]
    blocks: list[Block] = [
        Heading(1, "花山市行財政改革アクションプラン2025"),
        "\n".join(contents),
        NewPage(),
        Heading(1, "第１章　計画の策定に当たって"),
        "本市では、これまで４次にわたる行財政改革により、累計で28億6,000万円の財政効果を上げてきました。",
        Heading(1, "第２章　本市の現状"),
        "経常収支比率は令和５年度決算で93.1％、実質公債費比率は8.4％です。",
        Heading(1, "第３章　改革の取組"),
        *body,
    ]
    return Paper(
        "花山市行財政改革アクションプラン2025",
        blocks,
        found,
        "花山市行財政改革アクションプラン2025",
        footer="{}",
        loose=False,
    )


# 6: blocks of lines that each begin with a mark and a name


def marked_lines() -> Paper:
    Goal = tuple[str, str, str, str]  # name, baseline of R4, target and result of R6
    parts: list[tuple[str, str, str, list[Goal], str, str]] = [
        ("1", "SNSを活用した市政情報の発信", "広報シティプロモーション課",
         [("公式SNSのフォロワー数", "12,480人", "20,000人", "23,614人"),
          ("動画の再生回数", "3.2万回", "5万回", "7.9万回")],
         "職員による動画の制作研修を行い、毎週１本の動画を配信した。", "◎"),
        ("2", "市税等の口座振替の促進", "納税課・国保年金課",
         [("口座振替の加入率", "38.5％", "42.0％", "41.2％"), ("Web口座振替の申込件数", "―", "600件", "574件")],
         "窓口にキャッシュカードで手続できる端末を設置した。", "○"),
        ("3", "小中学校の適正配置", "教育政策課",
         [("地域説明会の開催回数", "0回", "12回", "7回"), ("統合協議会の設置数", "0地区", "3地区", "1地区")],
         "２地区で保護者との意見交換を重ねたが、統合協議会の設置に至らなかった。", "△"),
        ("4", "指定管理者制度の新規導入", "スポーツ振興課",
         [("導入施設数", "21施設", "23施設", "21施設")],
         "対象施設の改修を優先し、公募の時期を翌年度に改めた。", "×"),
        ("5", "職員提案制度の活性化", "人材育成課",
         [("提案件数", "45件", "60件", "88件"), ("提案の実現率", "20.0％", "25.0％", "27.3％")],
         "提案を通年で受け付け、優秀な提案を表彰した。", "◎"),
    ]  # fmt: skip
    states = {"◎": "達成", "○": "概ね順調", "△": "やや遅延", "×": "未着手"}
    found = []
    blocks: list[Block] = [
        "北浜市第４次行政経営改革プラン　令和６年度取組結果報告",
        "令和７年９月　北浜市行政経営改革推進委員会",
        "１　はじめに",
        "北浜市では、令和５年度から令和８年度までを計画期間とする第４次行政経営改革プランに基づき、改革を進めている。\n"
        "令和６年度の財政効果額は、約1億9,200万円（計画比104.3％）であった。",
        "２　評価の方法\n◎…目標達成　○…おおむね順調　△…やや遅れている　×…未着手",
        "３　取組結果",
    ]
    for place, (number, title, departments, goals, done, printed) in enumerate(parts):
        item = Initiative(number, title, departments.split("・"))
        item.state(2024, states[printed], printed)
        found.append(item)
        lines = [f"【No.{number}】", f"●取組名：{title}", f"●担当：{departments}"]
        for mark, (name, baseline, target, result) in zip("１２", goals, strict=False):
            lines += [
                f"●指標{mark}：{name}（令和4年度 {baseline}）",
                f"　令和6年度目標 {target}　／　令和6年度実績 {result}",
            ]
            item.add(name, "baseline", 2022, baseline)
            item.add(name, "target", 2024, target)
            item.add(name, "actual", 2024, result)
        lines += [f"●令和6年度の実績：{done}", f"●評価：{printed}"]
        if place in {2, 4}:
            blocks.append(NewPage())
        blocks.append("\n".join(lines))
    blocks.append("４　おわりに\n計画の最終年度に向け、引き続き改革に取り組む。")
    return Paper(
        "北浜市第４次行政経営改革プラン", blocks, found, "北浜市第４次行政経営改革プラン　令和６年度取組結果報告"
    )


# 7: money saved or earned in each year, planned and real


def effects() -> Paper:
    parts: list[str | tuple[str, str, str, str, str, str, str]] = [
        "歳入の確保",
        ("①", "市有地の売却", "管財課", "30,000 30,000 25,000", "41,260 18,940 ", "実施中", "実施中"),
        ("②", "ネーミングライツの拡大", "文化スポーツ課", "5,500 5,500 8,000", "5,500 4,950 ", "やや遅れ", "やや遅延"),
        "歳出の削減",
        ("③", "庁用車のリース化", "総務課・会計課", "0 1,200 1,200", "▲120 1,385 ", "実施済", "完了"),
        ("④", "補助金の整理合理化", "財政課", "8,000 12,000 15,000", "6,740 － ", "遅れ", "遅延"),
        ("⑤", "電算システムの共同利用", "情報システム課", "－ 24,000 48,000", "－ 24,600 ", "計画どおり", "順調"),
    ]
    found = []
    rows: list[Row] = [
        [*(Cell(words, down=2) for words in ("区分", "番号", "取組項目", "所管課")),
         Cell("財政効果額", across=5), Cell("取組状況", down=2)],
        ["", "令和５年度", "令和６年度", "令和７年度", "合計"],
    ]  # fmt: skip
    totals = {True: [0, 0, 0], False: [0, 0, 0]}

    def whole(words: str) -> int:
        digits = words.replace(",", "").replace("▲", "-")
        return int(digits) if digits.lstrip("-").isdigit() else 0

    def summed(figures: list[int]) -> list[str]:
        return [f"{figure:,}" for figure in (*figures, sum(figures))]

    group = ""
    for place, part in enumerate(parts):
        if isinstance(part, str):
            group = part
            continue
        number, title, departments, planned, done, printed, status = part
        item = Initiative(number, title, departments.split("・"))
        item.state(2024, status, printed)
        found.append(item)
        aimed, reached = planned.split(" "), done.split(" ")
        for year in range(3):
            item.add("財政効果額", "target", 2023 + year, aimed[year], "千円")
            item.add("財政効果額", "actual", 2023 + year, reached[year], "千円")
            totals[True][year] += whole(aimed[year])
            totals[False][year] += whole(reached[year])
        count = next((n for n, other in enumerate(parts[place:]) if isinstance(other, str)), len(parts) - place)
        left = [Cell(group, down=2 * count)] if isinstance(parts[place - 1], str) else []
        sums = [f"{sum(map(whole, cells)):,}" for cells in (aimed, reached)]
        rows += [
            [*left, *(Cell(words, down=2) for words in (number, title, departments)), "計画", *aimed, sums[0],
             Cell(printed, down=2)],
            ["実績", *reached, sums[1]],
        ]  # fmt: skip
    rows += [
        [Cell("合　　計", across=4, down=2), "計画", *summed(totals[True]), Cell("", down=2)],
        ["実績", *summed(totals[False])[:2], "", summed(totals[False])[3]],
    ]
    blocks: list[Block] = [
        Heading(1, "湯ノ原町財政健全化プラン　効果額報告書（令和６年度決算）"),
        Heading(2, "１　効果額の考え方"),
        "効果額は、取組を行わなかった場合との差額とし、一般財源ベースで算定します。複数年度にわたり効果が生じるものは、"
        "各年度に計上します。▲は費用の増を示します。",
        Heading(2, "２　取組別の効果額"),
        "（単位：千円）",
        Table(rows, head=2, breaks=(6,)),
        "※端数処理の関係で、合計が一致しない場合があります。",
        Heading(2, "３　基金残高の推移"),
        "（単位：百万円）",
        Table([["区分", "令和４年度", "令和５年度", "令和６年度"], ["財政調整基金", "1,204", "1,318", "1,297"],
               ["減債基金", "356", "412", "430"]], head=1),
    ]  # fmt: skip
    return Paper("湯ノ原町財政健全化プラン", blocks, found, "湯ノ原町財政健全化プラン", footer="{}", marks=True)


# 8: a wide table with several departments, and several indicators, in one cell


def stacked() -> Paper:
    Goal = tuple[str, str]  # name, five figures parted by blanks
    parts: list[tuple[str, str, str, list[str], str, list[Goal], str, str, str]] = [
        ("1", "キャッシュレス決済の拡大", "市民課\n税務課\n会計課", ["市民課", "税務課", "会計課"],
         "窓口及び施設の料金の支払いに電子マネー、QRコード決済等を導入する。",
         [("導入窓口数", "3か所 6か所 9か所 12か所 7か所"),
          ("キャッシュレス決済の割合", "8.4％ 15％ 20％ 25％ 16.9％")],
         "計画どおり", "順調", "拡充"),
        ("2", "オープンデータの推進", "デジタル推進室・全課", ["デジタル推進室", "全課"],
         "保有するデータを機械判読に適した形で公開する。",
         [("公開データセット数（件）", "46 60 80 100 61"), ("ダウンロード数（回）", "1,210 1,500 1,800 2,000 1,138")],
         "やや遅れ", "やや遅延", "継続"),
        ("3", "放課後児童クラブの運営の見直し", "子育て支援課、\n学校教育課", ["子育て支援課", "学校教育課"],
         "公設公営の９クラブについて、民間事業者への運営委託を進める。",
         [("委託したクラブ数", "0クラブ 0クラブ 4クラブ 9クラブ 0クラブ"), ("待機児童数", "31人 20人 10人 0人 24人")],
         "検討中", "検討中", "継続"),
        ("4", "ごみ収集体制の効率化", "環境課", ["環境課"],
         "収集地区を再編し、直営の収集を委託に切り替える。",
         [("１人１日当たりのごみ排出量", "912g 900g 885g 870g 896g"),
          ("収集運搬経費", "― 2.1億円 2.0億円 1.9億円 2.08億円")],
         "計画どおり", "順調", "見直し"),
        ("5", "庁舎の包括管理業務委託", "総務課\n施設マネジメント室", ["総務課", "施設マネジメント室"],
         "清掃、設備点検等の業務を一括して委託する。",
         [("対象施設数", "0施設 35施設 35施設 35施設 35施設"), ("契約事務の削減件数", "0件 80件 80件 80件 84件")],
         "実施済", "完了", "終了"),
    ]  # fmt: skip
    rows: list[Row] = [
        ["番号", "実施項目", "担当課", "取組概要", "指標", "現状値\n（R6）", "目標値\n（R7）", "目標値\n（R8）",
         "目標値\n（R9）", "実績値\n（R7）", "進捗状況", "今後の\n方向性"]
    ]  # fmt: skip
    found = []
    roles = (("baseline", 2024), ("target", 2025), ("target", 2026), ("target", 2027), ("actual", 2025))
    for number, title, printed_departments, departments, content, goals, printed, status, future in parts:
        item = Initiative(number, title, departments)
        item.state(2025, status, printed)
        found.append(item)
        columns: list[list[str]] = [[], [], [], [], []]
        for mark, (name, figures) in zip("①②", goals, strict=True):
            unit = name[-2] if name.endswith("）") else ""
            for column, (role, year), cell in zip(columns, roles, figures.split(), strict=True):
                column.append(f"{mark}{cell}")
                item.add(name, role, year, cell, unit)
        names = "\n".join(f"{mark}{name}" for mark, (name, _) in zip("①②", goals, strict=True))
        values = ["\n".join(column) for column in columns]
        rows.append([number, title, printed_departments, content, names, *values, printed, future])
    blocks: list[Block] = [
        "若葉台市行財政改革実施計画（令和７年度～令和９年度）",
        "実施項目別進捗状況一覧表　令和７年度末",
        Table(rows, head=1, breaks=(4,)),
        "※進捗状況は「実施済」「計画どおり」「やや遅れ」「検討中」「未着手」から選択",
    ]
    header = "若葉台市行財政改革実施計画　進捗状況一覧表"
    return Paper("若葉台市行財政改革実施計画", blocks, found, header, footer="{}/2", head_tag="td")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    for make in (pairs, indicator_rows, letters, listing, chapters, marked_lines, effects, stacked):
        paper = make()
        (FOLDER / f"{make.__name__}.html").write_text(paper.html(), encoding="utf-8")
        (FOLDER / f"{make.__name__}.txt").write_text(paper.text(), encoding="utf-8")
        expected[make.__name__] = [asdict(item) for item in paper.found]
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (FOLDER / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
