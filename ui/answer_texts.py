"""Texts of the page around an answer, in Japanese and English."""

from __future__ import annotations

ANSWER_TEXTS: dict[str, tuple[str, str]] = {
    "answer": ("回答", "Answer"),
    "found_count": (
        "{searched}自治体のうち{found}自治体で根拠が見つかりました",
        "Evidence found in {found} of {searched} municipalities",
    ),
    "table_caption": ("一覧（{count}件）", "Table ({count} rows)"),
    "sources": ("出典", "Sources"),
    "all_sources": ("出典（{count}件）", "{count} sources"),
    "more_sources": ("ほかの出典（{count}件）", "{count} more sources"),
    "open_source": ("出典{number}を文書で開く", "Open source {number} in its document"),
    "copy": ("回答をコピー", "Copy answer"),
    "copied": ("コピーしました", "Copied"),
    "not_copied": ("コピーできませんでした", "Could not copy"),
    "abstained": ("答えられません", "No answer"),
    "nearby": (
        "参考：質問に近い箇所（{count}件。答えではありません）",
        "For reference: nearest passages ({count}; not an answer)",
    ),
    "retrieved": ("検索された箇所（{count}件）", "Passages retrieved ({count})"),
}
