"""The text of answers: statements with numbered citations, a table, remarks, and where every quote stands."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.model import Citation
from search.citations import plain
from search.model import Answer, Finding, Hit, QuestionKind, Row, Statement, Strength, Table, cited_by, numbered, place
from search.names import fiscal_year_name, line_name, municipality_name, page_name, strength_name
from search.query import Query

_END = "。"


def source_line(citation: Citation, language: str) -> str:
    """Return where a citation stands: municipality, title of the document, section, initiative, page or line."""
    where = page_name(citation.page, language) if citation.page is not None else line_name(citation.line, language)
    return " ｜ ".join(part for part in (citation.context, where) if part)


def quoted(citation: Citation) -> str:
    """Return a citation's quote for running text."""
    return f"「{plain(citation.quote)}」"


def marked(text: str, numbers: Sequence[int]) -> str:
    """Return a sentence with the numbers of its citations, before its full stop: 目標は100%です[1]。"""
    marks = "".join(f"[{number}]" for number in numbers)
    stop = text[-1:] if text.endswith((_END, ".")) else ""
    return f"{text[: len(text) - len(stop)]}{marks}{stop}"


def compose(
    query: Query,
    kind: QuestionKind,
    statements: Sequence[Statement],
    findings: Sequence[Finding],
    without_evidence: Sequence[str],
    hits: Sequence[Hit],
    table: Table | None = None,
    remarks: Sequence[str] = (),
    confidence: float = 1.0,
    negative: bool = False,
    wants: Strength | None = None,
) -> Answer:
    """Return the answer that statements and findings give; at least one of each.

    negative: see ``Answer``. wants: the strength that evidence must have.
    """
    every = [*remarks]
    if without_evidence and negative:
        every.append(negative_remark(without_evidence, query.language))
    elif without_evidence:
        every.append(missing_remark(without_evidence, query.language, wants))
    if query.outside:
        every.append(outside_remark(query.outside, query.language))
    return Answer(
        question=query.text,
        text=answer_text(statements, table, every, findings, query.language, remarks_first=negative),
        language=query.language,
        kind=kind,
        statements=tuple(statements),
        table=table,
        remarks=tuple(every),
        findings=tuple(findings),
        without_evidence=tuple(without_evidence),
        outside=query.outside,
        confidence=confidence,
        negative=negative,
        hits=tuple(hits),
    )


def answer_text(
    statements: Sequence[Statement],
    table: Table | None,
    remarks: Sequence[str],
    findings: Sequence[Finding],
    language: str,
    *,
    remarks_first: bool = False,
) -> str:
    """Return an answer as text: its statements, remarks and table, then every source under its number.

    remarks_first: the remarks are what was asked for.
    """
    citations = cited_by(statements, table, findings)
    numbers = numbered(citations)

    def of(part: Statement | Row) -> list[int]:
        return [numbers[place(one)] for one in part.citations]

    said = [marked(one.text, of(one)) for one in statements]
    lines = [*remarks, *said] if remarks_first else [*said, *remarks]
    if table:
        lines += ["", " ｜ ".join(table.columns)]
        lines += [" ｜ ".join((*row.cells, marked("", of(row)))) for row in table.rows]
    shown = "\n".join(lines)
    lines += ["", "出典" if language == "ja" else "Sources"]
    for number, citation in enumerate(citations, 1):
        lines.append(f"[{number}] {source_line(citation, language)}")
        if (quote := quoted(citation)) not in shown:
            lines.append(f"    {quote}")
    return "\n".join(lines)


def decline(
    query: Query,
    kind: QuestionKind,
    searched: Sequence[str],
    hits: Sequence[Hit],
    *,
    is_narrowed: bool = False,
    confidence: float = 0.0,
    reason: str = "",
) -> Answer:
    """Return the answer that says that nothing answers the question, and why.

    is_narrowed: filters hid something. reason: what is known to be missing.
    """
    if query.language == "ja":
        where = "絞り込みの条件に合う箇所" if is_narrowed else "収録されている文書"
        text = f"{where}の中に、この質問に答える記述は見つかりませんでした。"
        scope = f"調べた自治体: {'、'.join(searched)}。" if searched else ""
    else:
        where = "that the filters admit" if is_narrowed else "in the collected documents"
        text = f"No passage {where} answers this question."
        scope = f"Searched: {_names(searched)}." if searched else ""
    if query.outside:
        scope = outside_remark(query.outside, query.language)
    if reason:
        text = f"{text}\n{reason}"
    return Answer(
        question=query.text,
        text="\n".join(part for part in (text, scope) if part),
        language=query.language,
        kind=kind,
        without_evidence=tuple(searched),
        outside=query.outside,
        abstained=True,
        confidence=confidence,
        hits=tuple(hits),
    )


def missing_remark(names: Sequence[str], language: str, wants: Strength | None = None) -> str:
    """Return the remark that no evidence was found for municipalities. wants: the strength that it must have."""
    if language == "ja":
        evidence = f"「{strength_name(wants, 'ja')}」と読める記述" if wants else "根拠となる記述"
        return f"{'、'.join(names)}の文書には、{evidence}が見つかりませんでした。"
    evidence = f" that states it as {strength_name(wants, 'en')}" if wants else ""
    return f"No evidence{evidence} was found for {_names(names)}."


def unmet_remark(wants: Strength, language: str) -> str:
    """Return the remark that no passage states something as firmly as the question asks for."""
    name = strength_name(wants, language)
    return f"「{name}」と読める記述は見つかりませんでした。" if language == "ja" else f"No passage states it as {name}."


def negative_remark(names: Sequence[str], language: str) -> str:
    """Return the remark that it is municipalities for which no evidence was found."""
    if language == "ja":
        return f"根拠となる記述が見つからないのは、{'、'.join(names)}です（収録されている文書の範囲で）。"
    return f"No evidence was found, within the collected documents, for: {_names(names)}."


def year_remark(years: Sequence[int], language: str) -> str:
    """Return the remark that no document speaks of years."""
    names = [fiscal_year_name(year, language) for year in years]
    if language == "ja":
        return f"{'、'.join(names)}は、調べた文書の対象年度ではなく、文書の中にも現れません。"
    return f"No document that was searched covers or names {', '.join(names)}."


def outside_remark(names: Sequence[str], language: str) -> str:
    """Return the remark that municipalities have no documents in the collection."""
    if language == "ja":
        return f"{'、'.join(names)}の文書は収録されていません。"
    return f"There are no documents of {_names(names)} in the collection."


def _names(names: Sequence[str]) -> str:
    return ", ".join(municipality_name(name, "en") for name in names)
