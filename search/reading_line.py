"""How a question was read, in lines of text."""

from __future__ import annotations

from search.query import Query
from search.recognised import Recognised

_KINDS = {
    "municipality": "自治体",
    "outside": "収録のない自治体",
    "year": "年度",
    "document": "文書",
    "document_kind": "文書の種類",
    "department": "担当課",
    "status": "進捗",
    "numeric_target": "数値目標",
    "numbers": "数値を問う",
    "role": "目標・実績の別",
    "date": "時期を問う",
    "operators": "検索式",
    "synonyms": "類語",
    "everyday": "言い換え",
    "translation": "訳語",
    "spelling": "表記",
}
_EFFECTS = {"filter": "絞り込み", "boost": "優先", "expand": "追加", "none": "なし"}
_SHOWN = 6


def reading_lines(query: Query) -> list[str]:
    """Return a line for each thing that was understood of a question, with the key that switches it off."""
    return [_line(one) for one in query.recognised] or ["読み取り: 語のとおりに探します"]


def _line(one: Recognised) -> str:
    means = "、".join(one.means[:_SHOWN]) + (f" ほか{len(one.means) - _SHOWN}" if len(one.means) > _SHOWN else "")
    shown = f"{one.name} → {means}" if means and means != one.name else one.name
    return f"{_KINDS[one.kind]}: {shown}（{_EFFECTS[one.effect] if one.on else 'オフ'}; --ignore {one.key!r}）"
