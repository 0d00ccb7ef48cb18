"""Every text of the page, in Japanese and English, and the choice between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from corpus.model import Document
from search.names import fiscal_year_name as year_name
from search.names import municipality_name
from ui.answer_texts import ANSWER_TEXTS
from ui.chip_texts import CHIP_TEXTS

Language = Literal["ja", "en"]

TITLE = "Kaikaku 改革"

TEXTS: dict[str, tuple[str, str]] = {
    **ANSWER_TEXTS,
    **CHIP_TEXTS,
    "intro": (
        "自治体の行政改革の文書を調べ、答えを自治体ごとに、文書の原文つきで示します。",
        "Search Japanese municipalities' administrative-reform documents. Answers come city by city, "
        "each in the documents' own words.",
    ),
    # Tabs, fields, buttons.
    "tab_ask": ("質問する", "Ask"),
    "tab_find": ("検索", "Find"),
    "tab_compare": ("比較", "Compare"),
    "tab_documents": ("文書", "Documents"),
    "question": ("質問", "Question"),
    "question_placeholder": (
        "例：どの市がテレワークを目標にしていますか",
        "For example: Which cities target telework?",
    ),
    "find_words": ("探すことば", "What to look for"),
    "find_placeholder": ("例：窓口のオンライン化", "For example: online service counters"),
    "find_info": (
        'AND・OR・NOT・-語・"語句" も使えます。例：RPA AND 研修 -外部',
        'AND, OR, NOT, -word and "phrase" work too, for example: RPA AND 研修 -外部',
    ),
    "themes": ("比べるテーマ（1行に1つ、または「、」で区切る）", "Themes (one per line, or separated by commas)"),
    "themes_placeholder": ("テレワーク\nRPA\n指定管理者制度", "telework\nRPA\npublic facilities"),
    "ask_button": ("質問する", "Ask"),
    "find_button": ("検索する", "Find"),
    "compare_button": ("比べる", "Compare"),
    "categories_button": ("文書の柱・方針をテーマにする", "Use the documents' own categories"),
    "examples": ("質問の例", "Examples"),
    "example_1": ("どの市がテレワークを目標にしていますか", "Which cities target telework?"),
    "example_2": (
        "結城市のテレワークPCの稼働率の令和7年度目標は？",
        "What is Yuki's FY2025 target for the use of telework PCs?",
    ),
    "example_3": ("AI・RPAの導入に取り組む市はどこですか", "Which cities introduce AI or RPA?"),
    "example_4": ("小美玉市は時間外勤務をどう減らしますか", "How does Omitama reduce overtime work?"),
    "filters": ("絞り込み", "Narrow down"),
    "filter_municipalities": ("自治体", "Municipality"),
    "filter_kinds": ("文書の種類", "Kind of document"),
    "filter_fiscal_year": ("対象年度", "Fiscal year"),
    "filter_departments": ("担当課", "Department"),
    "filter_statuses": ("進捗", "Progress"),
    "filter_numeric_target": ("数値目標あり", "Has a numeric target"),
    "numeric_target_info": ("取組自身の目標値が数字のもの", "A target of the initiative's own, in numbers"),
    "empty_means_all": ("選ばなければすべて", "Nothing chosen means all"),
    "fiscal_year_info": ("計画期間または報告の年度", "Covered or reported on"),
    "any_fiscal_year": ("指定なし", "Any"),
    # Kinds of documents.
    "kind_outline": ("大綱", "Outline"),
    "kind_plan": ("計画", "Plan"),
    "kind_report": ("実績報告", "Report"),
    "kind_plan-and-report": ("計画・実績報告", "Plan and report"),
    # Quotes.
    "open": ("文書で読む", "Open in document"),
    "initiative": ("取組", "Initiative"),
    "department": ("担当課", "Department"),
    # What is known of an initiative, beside its text.
    "kpis": ("指標", "Indicators"),
    "progress": ("進捗", "Progress"),
    "more_kpis": ("ほか{count}指標", "{count} more indicators"),
    "more_progress": ("ほか{count}件", "{count} more"),
    "section_kpis": ("分野全体の指標（{count}）", "Indicators of the whole section ({count})"),
    "doubt": ("要確認", "check"),
    # Rewording by a language model.
    "model_notice": (
        "質問と、見つかった箇所は、次の言語モデルへ送られ、言い換えられます：",
        "Questions and the passages found for them are sent to this language model, which rewords them:",
    ),
    "reworded_by": (
        "言語モデルによる言い換え：{model}（{host}）。出典と照合できた文だけを示します。",
        "Reworded by the language model {model} ({host}). Only sentences that agree with their sources are shown.",
    ),
    "rewording": ("言い換えています…", "Rewording…"),
    # Search results.
    "hit_count": ("{count}件の箇所", "{count} passages"),
    "no_hits": ("条件に合う箇所はありません", "No passage matches"),
    "no_hits_advice": (
        "別のことばを試すか、絞り込みを外してください。",
        "Try other words, or remove a filter.",
    ),
    # Comparison.
    "municipality": ("自治体", "Municipality"),
    "not_stated": ("記載なし", "not stated"),
    "more_evidence": ("ほかの根拠 {number}", "More evidence {number}"),
    "no_categories": (
        "取組を柱や方針ごとに分けた文書がありません。テーマを入力してください。",
        "No document orders its initiatives under headings. Write themes yourself.",
    ),
    "many_categories": (
        "柱・方針は{count}件あります。取組の多い{limit}件を入れました。自治体を選ぶと絞れます。",
        "Of {count} categories, the {limit} with most initiatives were filled in. Choose municipalities for fewer.",
    ),
    # Files for a spreadsheet.
    "export": ("ファイルに保存", "Save as a file"),
    "export_xlsx": ("Excel", "Excel"),
    "export_csv": ("CSV（表）", "CSV (table)"),
    "export_citations": ("CSV（出典）", "CSV (sources)"),
    "export_failed": (
        "保存できませんでした。通信を確かめて、もう一度試してください。",
        "The file could not be made. Check the connection and try again.",
    ),
    # Documents and reader.
    "document_list": ("収録文書（{count}件）", "Documents ({count})"),
    "document_years": ("{first}～{last}年度", "FY{first}–{last}"),
    "document_year": ("{first}年度", "FY{first}"),
    "initiative_count": ("取組{count}件", "{count} initiatives"),
    "report_year": ("{year}年度実績", "results of FY{year}"),
    "reader_empty": (
        "左の一覧から文書を選ぶと、ここに原文が表示されます。",
        "Choose a document from the list to read its text here.",
    ),
    "reader_position": (
        "全{total}文字中 {start}～{end}文字目",
        "characters {start}–{end} of {total}",
    ),
    "reader_earlier": ("前の部分", "Earlier text"),
    "reader_later": ("次の部分", "Later text"),
    "reader_return": ("引用箇所に戻る", "Back to the cited passage"),
    # Errors.
    "error": ("確認してください", "Please check"),
    "error_empty_question": (
        "質問が空です。調べたいことを入力してください。",
        "The question is empty. Write what you look for.",
    ),
    "error_question_not_text": ("質問は文字列で指定してください。", "The question must be a text."),
    "error_long_question": (
        "質問が長すぎます（{count}文字）。{limit}文字以内にしてください。",
        "The question is too long ({count} characters). Use at most {limit}.",
    ),
    "error_empty_themes": ("テーマがありません。1つ以上入力してください。", "There is no theme. Write at least one."),
    "error_themes_not_texts": ("テーマは文字列の一覧で指定してください。", "The themes must be a list of texts."),
    "error_many_themes": (
        "テーマが多すぎます（{count}件）。{limit}件以内にしてください。",
        "There are too many themes ({count}). Use at most {limit}.",
    ),
    "error_unknown_municipality": (
        "「{name}」の文書は収録されていません。次から選んでください: {known}",
        "There are no documents of “{name}”. Choose from: {known}",
    ),
    "error_unknown_kind": (
        "文書の種類「{name}」はありません。次から選んでください: {known}",
        "There is no kind of document “{name}”. Choose from: {known}",
    ),
    "error_unknown_department": (
        "担当課「{name}」の取組はありません。全{count}課のうち近い名前: {known}",
        "No initiative is of the department “{name}”. The nearest of {count}: {known}",
    ),
    "error_no_departments": (
        "担当課の分かる取組はありません。担当課「{name}」の条件を外してください。",
        "No document names a department. Remove the department “{name}”.",
    ),
    "error_unknown_status": (
        "進捗「{name}」の取組はありません。次から選んでください: {known}",
        "No initiative has the progress “{name}”. Choose from: {known}",
    ),
    "error_no_statuses": (
        "進捗の書かれた取組はありません。進捗「{name}」の条件を外してください。",
        "No document reports progress. Remove the progress “{name}”.",
    ),
    "error_numeric_target": (
        "「数値目標あり」（numeric_target）は true か false で指定してください（「{value}」ではなく）。",
        "numeric_target must be true or false, not “{value}”.",
    ),
    "error_fiscal_year": (
        "年度「{value}」が読み取れません。2025のように西暦で指定してください。",
        "“{value}” is not a fiscal year. Write a Western year such as 2025.",
    ),
    "error_top_k": (
        "件数「{value}」は使えません。1～{limit}の整数で指定してください。",
        "“{value}” is not a usable number of results. Use a whole number from 1 to {limit}.",
    ),
    "error_list": ("「{name}」は文字列の一覧で指定してください。", "“{name}” must be a list of texts."),
    "error_unknown_passage": (
        "その箇所は開けません。検索または質問をやり直してください。",
        "That passage cannot be opened. Search or ask again.",
    ),
    "error_export": (
        "保存する内容が読み取れません。質問または比較をやり直してください。",
        "What to save cannot be read. Ask or compare again.",
    ),
    "error_search": ("検索できませんでした（詳細: {detail}）", "The search failed: {detail}"),
    "error_unexpected": (
        "処理中に問題が起きました。もう一度試し、続くときは管理者に連絡してください（記録はサーバーのログにあります）。",
        "Something went wrong. Try again; if it persists, tell the administrator (the server's log has the details).",
    ),
}

# The normalised words of corpus/data/fields.toml.
_STATUSES = {
    "完了": "completed",
    "達成": "achieved",
    "順調": "on track",
    "概ね順調": "mostly on track",
    "やや遅延": "slightly delayed",
    "遅延": "delayed",
    "未着手": "not begun",
    "未達成": "not achieved",
    "中止": "stopped",
    "継続": "continued",
    "検討中": "under consideration",
    "実施中": "under way",
}

_ACCEPTED: tuple[Language, Language] = ("ja", "en")


def text(key: str, language: Language, **values: object) -> str:
    """Return a text of the page, with ``values`` filled in. It is plain text: escape it before it becomes HTML."""
    template = TEXTS[key][_ACCEPTED.index(language)]
    return template.format(**values) if values else template


def language_of(headers: Mapping[str, str] | None) -> Language:
    """Return the language of the page for a request.

    It is the browser's first choice, as in Gradio's own translation of labels: Japanese when that is Japanese, English
    when it is any other language, and Japanese when the request does not say.
    """
    header = (headers or {}).get("accept-language", "")
    first = header.split(",")[0].split(";")[0].strip().lower()
    return "ja" if first in ("", "*", "ja") or first.startswith("ja-") else "en"


def fiscal_year_name(year: int, language: Language) -> str:
    """Return a fiscal year's name: 令和7年度（2025年度）, FY2025."""
    name, western = year_name(year, language), f"{year}年度"
    return name if language == "en" or name == western else f"{name}（{western}）"


def status_meaning(status: str, language: Language) -> str:
    """Return what a normalised word for progress means, for readers of English; empty for readers of Japanese."""
    return "" if language == "ja" else _STATUSES.get(status, "")


def status_name(status: str, language: Language) -> str:
    """Return a normalised word for progress as readers of ``language`` see it: 遅延, 遅延 (delayed)."""
    meaning = status_meaning(status, language)
    return f"{status} ({meaning})" if meaning else status


def period(document: Document, language: Language) -> str:
    """Return the years of a document, with the year that it reports on."""
    first, last = document.fiscal_years
    years = text("document_year" if first == last else "document_years", language, first=first, last=last)
    if document.report_fiscal_year is None:
        return years
    return f"{years} ({text('report_year', language, year=document.report_fiscal_year)})"


def fiscal_years(documents: Iterable[Document]) -> list[int]:
    """Return the years that any of the documents covers or reports on, latest first."""
    years: set[int] = set()
    for document in documents:
        years.update(range(document.fiscal_years[0], document.fiscal_years[1] + 1))
        if document.report_fiscal_year is not None:
            years.add(document.report_fiscal_year)
    return sorted(years, reverse=True)


def municipality_key(name: str) -> str:
    """Return the key under which the browser translates a municipality's name."""
    return f"municipality_{name}"


def fiscal_year_key(year: int) -> str:
    """Return the key under which the browser translates a fiscal year's name."""
    return f"fiscal_year_{year}"


def status_key(status: str) -> str:
    """Return the key under which the browser translates a word for progress."""
    return f"status_{status}"


def browser_texts(
    municipalities: Iterable[str], years: Iterable[int], statuses: Iterable[str]
) -> dict[Language, dict[str, str]]:
    """Return what the browser needs to translate labels and choices by itself: a dictionary for each language."""
    names, years, statuses = list(municipalities), list(years), list(statuses)
    return {
        language: {key: text(key, language) for key in TEXTS}
        | {municipality_key(name): municipality_name(name, language) for name in names}
        | {fiscal_year_key(year): fiscal_year_name(year, language) for year in years}
        | {status_key(status): status_name(status, language) for status in statuses}
        for language in _ACCEPTED
    }
