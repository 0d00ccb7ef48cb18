"""The wording of answers. Every statement is a quote; the frame around the quotes is in the question's language."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Citation
from search.citations import plain
from search.model import Answer, Finding, Hit
from search.names import bilingual, page_name
from search.query import Query


def source_line(citation: Citation, language: str) -> str:
    """Return where a citation stands, without the municipality: title of the document, section, initiative, page."""
    line = citation.context.split(" ｜ ", 1)[-1]
    return line if citation.page is None else f"{line} ｜ {page_name(citation.page, language)}"


def statement(citations: Sequence[Citation], language: str) -> str:
    """Return a finding's statement: its quotes, each with its source."""
    source = "出典" if language == "ja" else "Source"
    lines = [f"「{plain(one.quote)}」\n（{source}: {source_line(one, language)}）" for one in citations]
    return "\n".join(lines)


def compose(query: Query, findings: Sequence[Finding], without_evidence: Sequence[str], hits: Sequence[Hit]) -> Answer:
    """Return the answer that findings give; at least one."""
    japanese = query.language == "ja"
    names = [finding.municipality if japanese else bilingual(finding.municipality) for finding in findings]
    missing = [name if japanese else bilingual(name) for name in without_evidence]
    lines = []
    if len(findings) > 1 or missing:
        lines.append(
            f"根拠が見つかった自治体（{len(names)}）: {'、'.join(names)}"
            if japanese
            else f"Evidence found for {len(names)}: {', '.join(names)}"
        )
        if missing:
            lines.append(
                f"根拠が見つからなかった自治体: {'、'.join(missing)}"
                if japanese
                else f"No evidence found for: {', '.join(missing)}"
            )
        lines.append("")
    for name, finding in zip(names, findings, strict=True):
        lines.append(f"【{name}】")
        lines.append(finding.statement)
    if query.outside:
        lines.append(outside_remark(query.outside, query.language))
    return Answer(
        question=query.text,
        text="\n".join(lines),
        language=query.language,
        findings=tuple(findings),
        without_evidence=tuple(without_evidence),
        outside=query.outside,
        hits=tuple(hits),
    )


def decline(query: Query, searched: Sequence[str], hits: Sequence[Hit], *, is_narrowed: bool = False) -> Answer:
    """Return the answer that says that nothing answers the question, and why. is_narrowed: filters hid something."""
    if query.language == "ja":
        where = "絞り込みの条件に合う箇所" if is_narrowed else "収録されている文書"
        text = f"{where}の中に、この質問に答える記述は見つかりませんでした。"
        scope = f"調べた自治体: {'、'.join(searched)}。" if searched else ""
    else:
        where = "that the filters admit" if is_narrowed else "in the collected documents"
        text = f"No passage {where} answers this question."
        scope = f"Searched: {', '.join(bilingual(name) for name in searched)}." if searched else ""
    if query.outside:
        scope = outside_remark(query.outside, query.language)
    return Answer(
        question=query.text,
        text="\n".join(part for part in (text, scope) if part),
        language=query.language,
        without_evidence=tuple(searched),
        outside=query.outside,
        abstained=True,
        hits=tuple(hits),
    )


def outside_remark(names: Sequence[str], language: str) -> str:
    """Return the remark that municipalities have no documents in the collection."""
    if language == "ja":
        return f"{'、'.join(names)}の文書は収録されていません。"
    return f"There are no documents of {', '.join(bilingual(name) for name in names)} in the collection."
