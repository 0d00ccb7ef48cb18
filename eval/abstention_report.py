"""Risk and coverage as text for the terminal and as a Markdown page."""

from __future__ import annotations

from eval.abstention import ANSWERABLE, AbstentionReport, Asked
from eval.render import align, escape, markdown_table, number_text

_LISTED = 60
_NOTE = (
    "Coverage: the share of all questions that are answered. Risk: the share of the answered that nothing answers, or "
    "that were answered with the wrong passages. AURC: the mean risk over all coverages, lower is better; the best "
    "possible is that of the same answers in the right order. Reliability: of the questions with this confidence, the "
    "share that the documents answer; half of all questions have an answer."
)


def abstention_text(report: AbstentionReport) -> str:
    """Return the tables for the terminal."""
    tables = [align(_share_rows(report)), align(_curve_rows(report)), align(_bin_rows(report))]
    return "\n\n".join([tables[0], _summary(report), *tables[1:], _NOTE])


def abstention_markdown(report: AbstentionReport) -> str:
    """Return the page: tables, then the surest errors. It holds no date, so that it changes only with the results."""
    lines = ["# Abstention", "", f"{len(report.asked)} questions over {report.documents} documents.", ""]
    lines += ["## What is declined", "", *markdown_table(_share_rows(report)), "", _summary(report), ""]
    lines += ["## Risk and coverage", "", *markdown_table(_curve_rows(report)), "", _NOTE, ""]
    lines += ["## Reliability of the confidence", "", *markdown_table(_bin_rows(report)), ""]
    wrong = report.wrong()
    for title, own in (
        ("Answered, though nothing answers it", [one for one in wrong if one.kind != ANSWERABLE]),
        ("Declined, though documents answer it", [one for one in wrong if one.kind == ANSWERABLE]),
    ):
        shown = f", the first {_LISTED}" if len(own) > _LISTED else ""
        lines += [f"## {title}: {len(own)}{shown}", "", *(_line(one) for one in own[:_LISTED]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _summary(report: AbstentionReport) -> str:
    shipped = report.shipped()
    return (
        f"As shipped: coverage {shipped.coverage:.3f}, risk {shipped.risk:.3f}. AURC {report.aurc():.3f} (best "
        f"possible {report.best_aurc():.3f}). Expected calibration error {report.calibration_error():.3f}."
    )


def _share_rows(report: AbstentionReport) -> list[list[str]]:
    rows = [["questions", "which", "n", "declined"]]
    for one in report.shares():
        name = one.kind if one.kind == ANSWERABLE else f"another {one.kind}"
        rows.append([name, one.scope, str(one.count), number_text(one.share)])
    return rows


def _curve_rows(report: AbstentionReport) -> list[list[str]]:
    rows = [["coverage", "risk", "confidence from"]]
    for point in report.tenths():
        rows.append([f"{point.coverage:.3f}", f"{point.risk:.3f}", f"{point.threshold:.3f}"])
    return rows


def _bin_rows(report: AbstentionReport) -> list[list[str]]:
    rows = [["confidence", "n", "mean confidence", "answerable"]]
    for one in report.bins():
        rows.append([f"{one.first:.1f}–{one.last:.1f}", str(one.count), f"{one.predicted:.3f}", f"{one.observed:.3f}"])
    return rows


def _line(one: Asked) -> str:
    exchanged = f" [{one.kind}: {one.old or 'all'} → {one.new}]" if one.new else f" [{one.origin}]"
    return f"- {one.confidence:.3f} {escape(one.question + exchanged)}"
