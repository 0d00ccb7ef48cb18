"""Make plans and reports of four cities that do not exist, in the layouts and the words that real cities use.

Each layout is written as HTML, with tables as an author would merge them, and LibreOffice makes the office files and
the PDF of it. ``expected.json`` says what stands in them. Run it again after a change here:

    python tests/files/make_city.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, Tag

FOLDER = Path(__file__).parent / "city"


# What the documents say


@dataclass(frozen=True)
class Value:
    """A printed value and its reading; year: where the cell itself prints another year than its column."""

    printed: str
    number: float | None
    unit: str | None
    cell: str = ""
    year: int | None = None

    def __str__(self) -> str:
        return self.cell or self.printed


Cell = Value | str
"""A value, or words that are none (blank, 「—」, 「調整中」)."""


@dataclass
class Kpi:
    name: str
    role: str
    fiscal_year: int | None
    value: str
    number: float | None
    unit: str | None


@dataclass
class Progress:
    action: str
    fiscal_year: int
    status: str
    printed: str


@dataclass
class Initiative:
    number: str
    title: str
    departments: list[str]
    kpis: list[Kpi] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    period: list[int] | None = None

    def add(self, name: str, role: str, year: int | None, cell: Cell) -> None:
        if isinstance(cell, Value):
            self.kpis.append(Kpi(name, role, cell.year or year, cell.printed, cell.number, cell.unit))


# HTML as an author's program writes it

_WHOLE = re.compile(r"\d{1,3}(,\d{3})*|\d+")
_DECIMAL = re.compile(r"\d+\.\d*[1-9]")
_PERCENT = re.compile(r"\d+%")


def cell(words: object, across: int = 1, down: int = 1, head: bool = False) -> str:
    """Return a table cell. Numbers are numbers in a spreadsheet; all else is text, so that 1-1 is not made a date."""
    text = str(words)
    if _WHOLE.fullmatch(text):
        kind = f' sdval="{text.replace(",", "")}" sdnum="1041;0;{"#,##0" if "," in text else "0"}"'
    elif _PERCENT.fullmatch(text):
        kind = f' sdval="{int(text[:-1]) / 100}" sdnum="1041;0;0%"'
    elif _DECIMAL.fullmatch(text):
        kind = f' sdval="{text}"'
    else:
        kind = ' sdnum="1041;0;@"'
    spans = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
    tag = "th" if head else "td"
    return f"<{tag}{spans}{kind}>{escape(text).replace(chr(10), '<br>') or '<br>'}</{tag}>"


def head(words: object, across: int = 1, down: int = 1) -> str:
    return cell(words, across, down, head=True)


def table(rows: list[str]) -> str:
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return f'<table border="1" cellspacing="0" cellpadding="3" width="100%">\n{body}\n</table>'


def page(title: str, body: list[str], landscape: bool, points: int) -> str:
    size = "297mm 210mm" if landscape else "210mm 297mm"
    style = (
        f"@page {{ size: {size}; margin: 14mm }} "
        f'body, p, td, th {{ font-family: "Noto Sans CJK JP"; font-size: {points}pt }} '
        ".new { page-break-before: always }"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
    )


# A: a sheet for each initiative

SHEET_YEARS = range(2025, 2030)
STATUS = {
    "計画どおり": "順調",
    "やや遅れ": "やや遅延",
    "遅れ": "遅延",
    "概ね順調": "概ね順調",
    "おおむね順調": "概ね順調",
    "継続実施": "継続",
    "一部見直し": "その他",
    "Ｂ（概ね計画どおり）": "概ね順調",
}


def era(year: int) -> str:
    return f"令和{year - 2018}年度"


@dataclass
class Indicator:
    """baseline, target, then the targets and the results of the five years (none: no table of years for it)."""

    name: str
    baseline: Cell
    target: Cell
    targets: list[Cell] = field(default_factory=list)
    result: Cell = ""


def v(number: float, unit: str, printed: str = "", cell: str = "", year: int | None = None) -> Value:
    """Return a value printed as ``number`` and ``unit``, or in another form."""
    return Value(printed or f"{number:,}{unit}", number, unit, cell, year)


def sheet(
    number: str,
    title: str,
    departments: str,
    pillar: str,
    last_year: int,
    issue: str,
    content: str,
    effect: str,
    indicators: list[Indicator],
    actions: list[tuple[str, str, str, str]],
) -> tuple[list[str], Initiative]:
    """Return a sheet and what it says. actions: name, five steps parted by blanks, progress, what was done."""
    found = Initiative(number, title, re.split("[・、]", departments), period=[2025, last_year])
    rows = [
        head("整理番号") + cell(number) + head("取組名称") + cell(title, across=4),
        head("改革の柱") + cell(pillar, across=3) + head("担当部署") + cell(departments, across=2),
        head("実施期間") + cell(f"令和７年度～{era(last_year)}", across=6),
        head("現状と課題") + cell(issue, across=6),
        head("取組内容") + cell(content, across=6),
        head("期待される効果") + cell(effect, across=6),
        head("目標指標", down=len(indicators) + 1)
        + head("指標名", across=2)
        + head("現状値（令和６年度）", across=2)
        + head("目標値（令和11年度）", across=2),
    ]
    marks = "①②③" if len(indicators) > 1 else ""
    for mark, item in zip(marks or " ", indicators, strict=False):
        rows.append(
            cell(f"{mark.strip()}{item.name}", across=2) + cell(item.baseline, across=2) + cell(item.target, across=2)
        )
        found.add(item.name, "baseline", 2024, item.baseline)
        found.add(item.name, "target", 2029, item.target)
    rows.append(
        head("年度別計画", down=len(actions) + 1) + head("取組項目") + "".join(map(head, map(era, SHEET_YEARS)))
    )
    rows += [cell(name) + "".join(map(cell, steps.split())) for name, steps, _, _ in actions]
    for mark, item in zip(marks or " ", indicators, strict=False):
        if item.targets:
            label = f"指標{mark.strip()}の推移\n（{item.name}）"
            rows += [
                head(label, down=3) + head("区分") + "".join(map(head, map(era, SHEET_YEARS))),
                cell("目標") + "".join(map(cell, item.targets)),
                cell("実績") + cell(item.result) + cell("") * 4,
            ]
            for year, target in zip(SHEET_YEARS, item.targets, strict=True):
                found.add(item.name, "target", year, target)
            found.add(item.name, "actual", 2025, item.result)
    rows.append(
        head("令和７年度の\n進捗状況", down=len(actions) + 1)
        + head("取組項目", across=2)
        + head("進捗")
        + head("実施状況・成果", across=3)
    )
    for name, _, printed, done in actions:
        rows.append(cell(name, across=2) + cell(printed) + cell(done, across=3))
        found.progress.append(Progress(name, 2025, STATUS.get(printed, printed), printed))
    caption = "<p>第４次みどり野市行財政改革実施計画　進行管理調書（令和７年度実績）</p>"
    return [caption.replace("<p>", '<p class="new">'), table(rows)], found


def sheets() -> tuple[str, list[Initiative]]:
    one, two, three = "1 市民サービスの質の向上", "2 持続可能な財政基盤の確立", "3 変化に強い組織と人材"
    made = [
        sheet(
            "1-1-1", "窓口予約システムの導入", "市民課・デジタル推進課", one, 2029,
            "転入や転出が集中する３月から４月にかけて窓口が混雑し、２時間以上お待ちいただく日が年間12日あった。",
            "来庁日時の予約システムを導入し、混雑の平準化を図る。\n混雑状況をインターネットで公開する。",
            "待ち時間の短縮による市民満足度の向上、窓口職員の負担軽減（年間約600時間）",
            [Indicator("来庁者の平均待ち時間", v(25, "分"), v(10, "分", "10分以内"),
                       [v(22, "分"), v(19, "分"), v(16, "分"), v(13, "分"), v(10, "分")], v(21, "分"))],
            [("① 予約システムの選定・導入", "検討・選定 導入 運用 → →", "計画どおり",
              "５社から提案を受け、１社を優先交渉権者に決定した。"),
             ("② 混雑状況の公開", "検討 実施 → → →", "やや遅れ", "カメラの設置場所の調整に時間を要した。"),
             ("③ 予約枠の拡大", "－ － 検討 実施 →", "未着手", "令和９年度から着手する。")],
        ),
        sheet(
            "1-1-2", "行政手続のオンライン化の推進", "デジタル推進課", one, 2029,
            "オンラインで申請できる手続は全体の約４割にとどまり、利用も伸び悩んでいる。",
            "利用件数の多い手続から順にオンライン化し、利用方法を周知する。", "来庁せずに済む手続の増加",
            [Indicator("オンライン申請が可能な手続数", v(48, "件"), v(120, "件"),
                       [v(60, "件"), v(75, "件"), v(90, "件"), "調整中", v(120, "件")], v(62, "件")),
             Indicator("オンライン申請の利用率", v(12.5, "％"), v(40.0, "％"),
                       [v(18.0, "％"), v(24.0, "％"), v(30.0, "％"), v(35.0, "％"), v(40.0, "％")], v(15.8, "％"))],
            [("① 対象手続の選定", "実施 → → → →", "計画どおり", "14手続を追加した。"),
             ("② 利用の周知", "実施 → → → →", "遅れ", "広報紙への掲載が１回にとどまった。")],
        ),
        sheet(
            "2-1-1", "ふるさと納税の推進", "商工観光課", two, 2029,
            "寄附額は県内平均の約８割であり、返礼品は65品目にとどまっている。",
            "返礼品の開発を支援するとともに、ポータルサイトを増やす。", "自主財源の確保と特産品の販路拡大",
            [Indicator("寄附受入額", v(8500, "万円", cell="8,500万円\n（令和５年度）", year=2023), v(1.5, "億円"),
                       [v(9000, "万円"), v(1.0, "億円", "１億円"), v(1.2, "億円", "１．２億円"), v(1.3, "億円"),
                        v(1.5, "億円")], v(9240, "万円"))],
            [("① 返礼品の開発", "実施 → → → →", "計画どおり", "新たに12品目を登録した。"),
             ("② ポータルサイトの追加", "実施 完了 － － －", "完了", "２サイトを追加し、計５サイトとなった。")],
        ),
        sheet(
            "2-1-2", "市税収納率の向上", "税務課、納税課", two, 2029,
            "滞納繰越額は３億2,000万円であり、現年課税分の早期の対応が課題である。",
            "スマートフォン決済を広げ、催告を早める。", "税負担の公平性の確保",
            [Indicator("現年課税分の収納率", v(98.9, "％"), v(99.3, "％", "99.3％以上"),
                       [v(99.0, "％"), v(99.1, "％"), v(99.1, "％"), v(99.2, "％"), v(99.3, "％")],
                       v(99.05, "％"))],
            [("① 納付方法の拡大", "実施 → → → →", "完了", "地方税統一QRコードに全税目で対応した。"),
             ("② 催告の早期化", "実施 → → → →", "計画どおり", "納期限後40日以内に催告した。")],
        ),
        sheet(
            "2-2-1", "公共施設の再編", "資産経営課", two, 2029,
            "公共施設の約６割が建築後30年を経過し、今後40年間で年平均18億円の更新費用が見込まれる。",
            "個別施設計画に基づき、統合、複合化及び廃止を進める。", "維持管理費の縮減",
            [Indicator("公共施設の延床面積", v(214500, "㎡"), v(208000, "㎡"),
                       ["—", v(212000, "㎡"), "—", "—", v(208000, "㎡")], "—"),
             Indicator("維持管理費", v(6.4, "億円"), Value("前年度比減", None, None))],
            [("① 対象施設の協議", "実施 → → → →", "やや遅れ", "地区説明会を３回開催した。"),
             ("② 旧東庁舎の解体", "－ 設計 解体 － －", "未着手", "—")],
        ),
        sheet(
            "3-1-1", "時間外勤務の縮減", "人事課", three, 2027,
            "特定の部署に時間外勤務が集中しており、年360時間を超えた職員が23人いた。",
            "業務の棚卸しを行い、応援体制を整える。", "職員の健康の保持と人件費の抑制",
            [Indicator("職員１人当たりの月平均時間外勤務", v(14.2, "時間", "１４．２時間"),
                       v(10.0, "時間", "１０．０時間", "１０．０時間（令和９年度）", 2027))],
            [("① 業務の棚卸し", "実施 → 検証 － －", "計画どおり", "全48課で実施した。"),
             ("② ノー残業デーの徹底", "実施 → → － －", "計画どおり", "毎週水曜日に庁内放送を行った。")],
        ),
        sheet(
            "3-1-2", "人材育成基本方針の改定", "人事課", three, 2026,
            "現在の方針は策定から10年が経過し、デジタル人材に関する記載がない。",
            "新しい方針を定め、研修体系を見直す。", "職員の意欲と能力の向上",
            [Indicator("数値目標なし", "—", "—")],
            [("① 方針の改定", "検討 改定 － － －", "計画どおり", "庁内検討会議を４回開催した。"),
             ("② 外部講師による講演会", "実施 － － － －", "中止", "類似の研修があるため取りやめた。")],
        ),
    ]  # fmt: skip
    body = [
        "<h1>第４次みどり野市行財政改革実施計画</h1>",
        "<p>令和７年度～令和11年度</p>",
        "<h2>Ⅰ　計画の概要</h2>",
        "<p>本市では、平成17年度から３次にわたり行財政改革に取り組み、職員数の適正化や施設の統合を進めてきました。"
        "第３次計画の５年間における財政効果額は、次のとおりです。</p>",
        table([
            "".join(map(head, ["区分", "令和２年度", "令和３年度", "令和４年度", "令和５年度", "令和６年度", "合計"])),
            "".join(map(cell, ["歳入の確保", "4,120万円", "3,980万円", "5,210万円", "6,030万円", "6,400万円",
                               "２億5,740万円"])),
            "".join(map(cell, ["歳出の削減", "2,300万円", "2,150万円", "1,980万円", "2,040万円", "1,890万円",
                               "１億360万円"])),
        ]),
        "<h2>Ⅱ　進行管理</h2>",
        "<p>毎年度、取組項目ごとに進捗を「計画どおり」「やや遅れ」「遅れ」「未着手」「完了」「中止」の区分で評価し、"
        "行財政改革推進委員会に報告したうえで公表します。</p>",
        "<h2>Ⅲ　取組調書</h2>",
    ]  # fmt: skip
    for blocks, _ in made:
        body += blocks
    return page("第４次みどり野市行財政改革実施計画", body, False, 9), [found for _, found in made]


# B: one wide table

WIDE_HEAD = [
    "番号", "改革項目", "所管部署", "取組の概要", "成果指標",
    "現状値\n(R6)", "R7目標", "R8目標", "R9目標", "実施期間", "進捗",
]  # fmt: skip

WidePart = tuple[str, str, str, list[tuple[str, list[Cell]]], tuple[int, int], str]
"""Title, departments, overview, indicators with their four cells, period, progress."""


def wide() -> tuple[str, list[Initiative]]:
    parts: list[WidePart | str] = [
        "基本方針１　町民に寄り添う行政サービスの提供",
        ("書かない窓口の導入", "住民課", "申請書の作成を職員が支援するシステムを導入し、記入の負担を減らす。",
         [("申請書の記入時間", [v(12, "分"), v(10, "分"), v(8, "分"), v(5, "分", "5分以内")])], (7, 9), "順調"),
        ("証明書コンビニ交付の利用促進", "住民課\n税務課", "手数料の差を設け、コンビニ交付の利用を促す。",
         [("コンビニ交付の利用率", [v(18, "%"), v(25, "%"), v(32, "%"), v(40, "%")])], (7, 9), "概ね順調"),
        ("公式ＬＩＮＥによる情報発信", "企画政策課", "登録者の関心に合わせた配信を行う。",
         [("友だち登録者数（人）", [v(2150, "人", "2,150"), v(2600, "人", "2,600"), v(3000, "人", "3,000"),
                                   v(3500, "人", "3,500")])], (7, 9), "達成"),
        ("地域公共交通の再編", "まちづくり課", "町内循環バスを予約制の乗合交通に改める。令和６年度に２路線で実証した。",
         [("乗合交通の利用者数", [v(4320, "人", "延べ4,320人"), v(4500, "人", "延べ4,500人"), "調整中", "調整中"])],
         (7, 9), "やや遅れ"),
        ("町民提案制度の拡充", "企画政策課", "電子申請による提案を受け付け、回答を公表する。",
         [("提案件数", [v(7, "件"), v(10, "件"), v(10, "件"), v(10, "件")])], (7, 9), "継続"),
        "基本方針２　健全な財政運営",
        ("使用料・手数料の見直し", "財政課", "受益者負担の考え方を整理し、３年ごとに見直す。",
         [("受益者負担率", [v(21.4, "%"), "—", "—", v(25.0, "%", "25.0%以上")])], (7, 9), "遅れ"),
        ("ネーミングライツの導入", "総務課", "体育館、運動公園等の愛称を募集する。",
         [("導入施設数", [v(0, "件"), v(1, "件"), v(2, "件"), v(3, "件")]),
          ("年間収入額", [v(0, "円"), v(50, "万円"), v(100, "万円"), v(150, "万円")])], (8, 9), "未着手"),
        ("町債残高の抑制", "財政課", "毎年度の借入額を元金償還額以内に抑える。",
         [("町債残高", [v(62.3, "億円"), v(61, "億円"), v(60, "億円"), v(58.5, "億円")])], (7, 9), "順調"),
        ("遊休資産の売却", "財政課", "未利用の町有地を公募により売却する。",
         [("売却収入", [v(320, "万円"), v(500, "万円"), Value("前年度比増", None, None),
                        Value("前年度比増", None, None)])], (7, 8), "完了"),
        "",  # the second page, with the header again
        "基本方針３　持続可能な組織づくり",
        ("職員研修の充実", "総務課", "階層別研修に加え、動画による研修を取り入れる。",
         [("研修満足度", [v(3.4, "ポイント"), v(3.6, "ポイント"), v(3.8, "ポイント"), v(4.0, "ポイント")])],
         (7, 9), ""),
        ("ＲＰＡの活用", "企画政策課", "定型の入力作業を自動化する。",
         [("自動化による削減時間（時間）", [v(120, "時間", "120"), v(300, "時間", "300"), v(450, "時間", "450"),
                                           v(600, "時間", "600")])], (7, 9), "一部見直し"),
        ("消防団組織の見直し", "防災安全課", "団員数の減少を踏まえ、分団の統合を検討する。",
         [("", ["", "", "", ""])], (7, 7), "中止"),
        ("ペーパーレス会議の推進", "総務課・議会事務局", "タブレット端末を配備し、会議資料を電子化する。",
         [("コピー用紙の購入枚数", [v(120, "万枚", "１２０万枚"), v(110, "万枚", "１１０万枚"),
                                   v(95, "万枚", "９５万枚"), v(80, "万枚", "８０万枚")])], (7, 9), "順調"),
    ]  # fmt: skip
    pages = [rows := ["".join(map(head, WIDE_HEAD))]]
    found: list[Initiative] = []
    for part in parts:
        if isinstance(part, str):
            if not part:
                pages.append(rows := [rows[0]])
            else:
                rows.append(cell(part, across=len(WIDE_HEAD)))
            continue
        title, departments, overview, indicators, (first, last), printed = part
        item = Initiative(
            str(len(found) + 1), title, re.split("[・\n]", departments), period=[2018 + first, 2018 + last]
        )
        found.append(item)
        period = f"R{first}～R{last}" if first < last else f"R{first}"
        for place, (name, cells) in enumerate(indicators):
            down = len(indicators)
            before = (item.number, title, departments, overview) if not place else ()
            after = (period, printed) if not place else ()
            rows.append(
                "".join(cell(words, down=down) for words in before)
                + cell(name)
                + "".join(map(cell, cells))
                + "".join(cell(words, down=down) for words in after)
            )
            item.add(name, "baseline", 2024, cells[0])
            for year, words in enumerate(cells[1:], 2025):
                item.add(name, "target", year, words)
        if printed:
            item.progress.append(Progress("", 2025, STATUS.get(printed, printed), printed))
    body = [
        "<h1>海風町第５次行政改革アクションプラン</h1>",
        "<p>（令和７年度～令和９年度）　令和８年５月　海風町総務課</p>",
        "<h2>１　策定の趣旨</h2>",
        "<p>本町の人口は、平成２年の21,450人をピークに減少し、令和６年４月１日現在で16,230人となっています。"
        "限られた人員と財源の中で行政サービスを維持するため、本プランを定めます。</p>",
        "<h2>２　改革項目一覧（令和７年度末の進捗）</h2>",
        table(pages[0]),
        '<p class="new">（つづき）</p>',
        table(pages[1]),
        "<p>※「調整中」は、関係機関との協議が整った後に定めます。</p>",
    ]
    return page("海風町第５次行政改革アクションプラン", body, True, 8), found


# B, with two rows of heads: the years stand below the kind of value

YEARS_STATUS = {"◎": "達成", "○": "順調", "△": "やや遅延", "×": "未着手"}
Figures = tuple[str, str, list[str]]
"""Name, unit, then baseline, three targets, result."""


def years() -> tuple[str, list[Initiative]]:
    groups: list[tuple[str, list[tuple[str, str, str, list[Figures]]]]] = [
        ("Ⅰ 歳入の確保", [
            ("滞納整理の強化", "税務課徴収係", "◎",
             [("町税の収納率（現年度分）", "％", ["98.2", "98.4", "98.6", "98.8", "98.5"])]),
            ("広告収入の拡大", "総務課広報係", "△", [("広告掲載料収入", "万円", ["84", "90", "95", "100", "82"])]),
            ("未利用地の貸付", "管財課", "○", [("貸付件数", "件", ["3", "4", "5", "6", "4"])]),
        ]),
        ("Ⅱ 歳出の適正化", [
            ("補助金の見直し", "財政課", "△",
             [("見直しを行った補助金の数", "件", ["—", "10", "10", "10", "8"]),
              ("見直しによる削減額", "千円", ["—", "1,500", "3,000", "4,500", "1,120"])]),
            ("公用車の集約化", "管財課", "○", [("公用車の台数", "台", ["46", "44", "42", "40", "44"])]),
            ("電力調達の見直し", "管財課、環境課", "○",
             [("庁舎の電気料金", "千円", ["12,400", "12,000", "11,600", "未定", "11,870"])]),
        ]),
        ("Ⅲ 協働と組織", [
            ("審議会等への女性の登用", "企画課", "◎",
             [("女性委員の割合", "％", ["28.6", "30.0", "32.5", "35.0", "31.2"])]),
            ("男性職員の育児休業の取得促進", "総務課人事係", "○",
             [("取得率", "％", ["40", "60", "80", "100", "66.7"])]),
            ("自治会との連携", "地域協働課", "×", [("協定を結んだ団体の数", "団体", ["0", "—", "2", "4", "—"])]),
        ]),
    ]  # fmt: skip
    rows = [
        head("重点項目", down=2) + head("No.", down=2) + head("改革事項", down=2) + head("担当所属", down=2)
        + head("数値目標の項目", down=2) + head("単位", down=2) + head("基準値") + head("目標値", across=3)
        + head("2025年度", across=2),
        head("2023年度") + head("2025年度") + head("2026年度") + head("2027年度") + head("実績値") + head("進捗評価"),
    ]  # fmt: skip
    found = []
    for group, items in groups:
        lines = sum(len(figures) for _, _, _, figures in items)
        for place, (title, departments, printed, figures) in enumerate(items):
            item = Initiative(f"{group[0]}-{place + 1}", title, departments.split("、"))
            item.progress.append(Progress("", 2025, YEARS_STATUS[printed], printed))
            found.append(item)
            down = len(figures)
            for line, (name, unit, values) in enumerate(figures):
                cells = [Value(s, float(s.replace(",", "")), unit) if s[0].isdigit() else s for s in values]
                row = cell(group, down=lines) if not place and not line else ""
                if not line:
                    row += cell(item.number, down=down) + cell(title, down=down) + cell(departments, down=down)
                row += cell(name) + cell(unit) + "".join(map(cell, cells))
                rows.append(row + (cell(printed, down=down) if not line else ""))
                item.add(name, "baseline", 2023, cells[0])
                for year, words in enumerate(cells[1:4], 2025):
                    item.add(name, "target", year, words)
                item.add(name, "actual", 2025, cells[4])
    body = [
        "<h1>潮見崎町行財政改革推進プラン　進捗状況報告書</h1>",
        "<p>2025年度（令和７年度）実績</p>",
        "<h2>数値目標の達成状況</h2>",
        table(rows),
        "<p>※進捗評価　◎：目標を達成　○：順調　△：やや遅れ　×：未着手</p>",
    ]
    return page("潮見崎町行財政改革推進プラン", body, True, 8), found


# C: headings with prose


def prose() -> tuple[str, list[Initiative]]:
    parts: list[tuple[str, Initiative | None, list[str]]] = [
        ("基本目標１　市民の視点に立った行政サービス", None, []),
        (
            "",
            Initiative(
                "1-1", "窓口業務の民間委託", ["市民課"],
                [Kpi("窓口の待ち時間", "baseline", 2024, "15分", 15, "分"),
                 Kpi("窓口の待ち時間", "target", 2029, "5分", 5, "分")],
                [Progress("", 2025, "順調", "計画どおり")], [2025, 2029],
            ),
            ["【担当課】市民課", "【実施時期】令和７年度～令和11年度",
             "・現状と課題　証明書の発行件数は年間約4万2,000件であり、繁忙期には職員の応援が必要となっている。",
             "・取組内容　証明書の発行、住民異動の受付等の業務を民間事業者に委託し、職員は審査と相談に専念する。",
             "指標：窓口の待ち時間　基準値 15分（令和6年度）→ 目標値 5分（令和11年度）",
             "進捗（令和７年度）：計画どおり"],
        ),
        (
            "",
            Initiative(
                "1-2", "広報アプリの普及", ["秘書広報課", "デジタル戦略課"],
                [Kpi("アプリの登録者数", "baseline", 2024, "3,250人", 3250, "人"),
                 Kpi("アプリの登録者数", "target", 2027, "5,000人", 5000, "人")],
                [Progress("", 2025, "概ね順調", "おおむね順調")], [2025, 2027],
            ),
            ["担当：秘書広報課、デジタル戦略課", "取組期間：R7～R9",
             "・現状と課題　若い世代に情報が届きにくい。令和５年度の調査では、広報紙を読まない20代が63.8％に上った。",
             "・取組内容　転入時に登録を案内し、ごみの収集日や防災の情報を配信する。",
             "【指標】アプリの登録者数　現状 3,250人（R6）　目標 5,000人（R9）",
             "令和７年度の進捗：おおむね順調"],
        ),
        (
            "",
            Initiative(
                "1-3", "公民館の予約の電子化", ["生涯学習課"],
                [Kpi("電子予約の割合", "baseline", 2024, "0％", 0, "％"),
                 Kpi("電子予約の割合", "target", 2026, "50％", 50, "％"),
                 Kpi("電子予約の割合", "target", 2029, "80％", 80, "％")],
                [Progress("", 2025, "遅延", "遅れ")], [2026, 2029],
            ),
            ["担当課：生涯学習課", "実施年度：令和８年度から令和11年度まで",
             "（現状と課題）予約は窓口と電話に限られ、毎月１日の朝に申込みの列ができる。",
             "（取組内容）８館の予約を電子化し、料金の支払いもキャッシュレスとする。",
             "成果指標：電子予約の割合　現状値 0％（令和６年度）、目標値 50％（令和８年度）、80％（令和11年度）",
             "【進捗状況】遅れ"],
        ),
        ("基本目標２　将来を見据えた財政運営", None, []),
        (
            "",
            Initiative(
                "2-1", "公共下水道使用料の適正化", ["上下水道局経営企画課"],
                [Kpi("経費回収率", "baseline", 2023, "82.6％", 82.6, "％"),
                 Kpi("経費回収率", "target", 2028, "100％以上", 100, "％")],
                [Progress("", 2025, "順調", "順調")], [2025, 2028],
            ),
            ["【所管】上下水道局経営企画課", "【期間】2025年度～2028年度",
             "・現状と課題　使用料で賄うべき経費を賄えず、一般会計から年１億5,000万円を繰り入れている。",
             "・取組内容　使用料の改定について審議会に諮問し、答申を踏まえて条例を改正する。",
             "○目標指標　経費回収率：現状値（2023年度）82.6％／目標値（2028年度）100％以上",
             "○進捗　順調"],
        ),
        (
            "",
            Initiative(
                "2-2", "基金の計画的な積立て", ["財政課"],
                [Kpi("財政調整基金の残高", "baseline", 2024, "18.2億円", 18.2, "億円"),
                 Kpi("財政調整基金の残高", "target", 2029, "20億円", 20, "億円"),
                 Kpi("財政調整基金の残高", "actual", 2025, "18.9億円", 18.9, "億円")],
                [Progress("", 2025, "順調", "計画どおり")], [2025, 2029],
            ),
            ["【担当課】財政課", "【実施時期】令和７年度～令和11年度",
             "災害や景気の変動に備えるため、決算剰余金の２分の１を下らない額を積み立てる。"
             "なお、平成30年度の残高は12億4,000万円であった。",
             "指標：財政調整基金の残高　基準値 18.2億円（令和6年度）→ 目標値 20億円（令和11年度）",
             "実績：18.9億円（令和７年度）", "進捗（令和７年度）：計画どおり"],
        ),
        (
            "",
            Initiative(
                "2-3", "随意契約の見直し", ["契約検査課"], [],
                [Progress("", 2025, "未着手", "未着手")], [2026, 2027],
            ),
            ["担当：契約検査課", "取組期間：R8～R9",
             "・取組内容　少額の契約について、オープンカウンター方式を試行する。",
             "指標：—（数値目標は設定しない）", "令和７年度の進捗：未着手"],
        ),
        ("基本目標３　活力ある組織", None, []),
        (
            "",
            Initiative(
                "3-1", "テレワーク環境の整備", ["デジタル戦略課", "人事課"],
                [Kpi("テレワークを経験した職員の割合", "baseline", 2024, "１８％", 18, "％"),
                 Kpi("テレワークを経験した職員の割合", "target", 2029, "６０％", 60, "％"),
                 Kpi("テレワークの実施回数", "baseline", 2024, "延べ540回", 540, "回"),
                 Kpi("テレワークの実施回数", "target", 2029, "延べ2,000回", 2000, "回")],
                [Progress("", 2025, "概ね順調", "Ｂ（概ね計画どおり）")], [2025, 2029],
            ),
            ["【担当課】デジタル戦略課・人事課", "【実施時期】令和７年度～令和11年度",
             "・現状と課題　端末は45台にとどまり、利用できる業務も限られている。",
             "・取組内容　端末を更新し、庁外から内部の事務を行えるようにする。",
             "指標①：テレワークを経験した職員の割合　基準値 １８％（令和６年度）→ 目標値 ６０％（令和11年度）",
             "指標②：テレワークの実施回数　基準値 延べ540回（令和６年度）→ 目標値 延べ2,000回（令和11年度）",
             "【評価】Ｂ（概ね計画どおり）"],
        ),
        (
            "",
            Initiative(
                "3-2", "若手職員による政策研究", ["企画調整課"],
                [Kpi("政策提案の件数", "baseline", 2024, "4件", 4, "件"),
                 Kpi("政策提案の件数", "target", 2027, "前年度比増", None, None)],
                [Progress("", 2025, "継続", "継続実施")], [2025, 2027],
            ),
            ["担当課：企画調整課", "実施年度：令和７年度から令和９年度まで",
             "（取組内容）入庁10年以内の職員が班をつくり、市長に政策を提案する。",
             "成果指標：政策提案の件数　現状値 4件（令和６年度）、目標値 前年度比増（令和９年度）",
             "【進捗状況】継続実施"],
        ),
    ]  # fmt: skip
    body = [
        "<h1>星見市行財政運営改善プラン　令和７年度実績報告</h1>",
        "<h2>策定の背景</h2>",
        "<p>本市の経常収支比率は令和５年度決算で94.7％となり、財政の硬直化が進んでいます。</p>",
        "<h2>進行管理の方法</h2>",
        "<p>担当課が年２回自己評価を行い、行財政運営改善本部（本部長：市長）が確認します。"
        "評価は、Ａ（計画を上回る）、Ｂ（概ね計画どおり）、Ｃ（計画を下回る）の３段階とします。</p>",
    ]
    found = []
    for chapter, item, lines in parts:
        if item is None:
            body.append(f"<h1>{chapter}</h1>")
            continue
        found.append(item)
        body += [f"<h2>{item.number} {item.title}</h2>", *(f"<p>{line}</p>" for line in lines)]
    body += ["<h1>おわりに</h1>", "<p>今後も市民の皆様の御意見を伺いながら、改革を進めます。</p>"]
    return page("星見市行財政運営改善プラン", body, False, 10), found


# Other forms of a page


def plain_text(html: str) -> str:
    """Return a page as text: tabs between cells, blank cells where a merged cell goes on."""
    blocks = []
    for element in BeautifulSoup(html, "lxml").body.find_all(["h1", "h2", "p", "table"]):
        if element.name == "table":
            blocks.append("\n".join(_text_rows(element)))
        else:
            mark = "#" * int(element.name[1]) + " " if element.name[0] == "h" else ""
            if blocks and not mark and element.name == "p" and element.find_previous_sibling().name == "p":
                blocks[-1] += "\n" + element.get_text()
            else:
                blocks.append(mark + element.get_text())
    return "\n\n".join(blocks) + "\n"


def _text_rows(element: Tag) -> list[str]:
    taken: dict[tuple[int, int], str] = {}
    rows = element.find_all("tr")
    for line, row in enumerate(rows):
        column = 0
        for item in row.find_all(["td", "th"]):
            while (line, column) in taken:
                column += 1
            across, down = int(item.get("colspan", 1)), int(item.get("rowspan", 1))
            for place in [(line + y, column + x) for y in range(down) for x in range(across)]:
                taken[place] = ""
            taken[line, column] = " ".join(item.stripped_strings)
            column += across
    width = 1 + max(column for _, column in taken)
    return ["\t".join(taken.get((line, column), "") for column in range(width)) for line in range(len(rows))]


def convert(source: Path, form: str) -> None:
    """Make an office file or a PDF of an HTML file beside it."""
    filters = {
        "docx": ("HTML (StarWriter)", "docx:MS Word 2007 XML"),
        "pdf": ("HTML (StarWriter)", "pdf:writer_pdf_Export"),
        "xlsx": ("HTML (StarCalc)", "xlsx:Calc MS Excel 2007 XML"),
    }
    reader, writer = filters[form]
    with tempfile.TemporaryDirectory() as profile:
        command = ["soffice", f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", f"--infilter={reader}"]
        subprocess.run(
            [*command, "--convert-to", writer, "--outdir", str(source.parent), str(source)],
            check=True,
            capture_output=True,
        )
    if not source.with_suffix(f".{form}").exists():
        sys.exit(f"{source}: soffice made no {form}")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    expected = {}
    for name, make in (("sheets", sheets), ("wide", wide), ("years", years), ("prose", prose)):
        html, found = make()
        source = FOLDER / f"{name}.html"
        source.write_text(html, encoding="utf-8")
        source.with_suffix(".txt").write_text(plain_text(html), encoding="utf-8")
        for form in ("docx", "pdf", "xlsx") if name in ("wide", "years") else ("docx", "pdf"):
            convert(source, form)
        expected[name] = [asdict(item) for item in found]
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (FOLDER / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
