"""Reports and comparisons as plain text for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.compare import Comparison
from eval.measures import LOWER_IS_BETTER, MEASURES
from eval.report import TOTAL, Failures, Report

_NOTE = "A dash: the measure does not apply. Lower is better for: " + ", ".join(sorted(LOWER_IS_BETTER)) + "."


def align(rows: Sequence[Sequence[str]]) -> str:
    """Return ``rows`` as lines of aligned columns, the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    )


def _number(value: float | None, form: str = ".3f") -> str:
    return "-" if value is None else format(value, form)


def _rows(report: Report) -> list[list[str]]:
    rows = [["type", "n", *MEASURES]]
    for kind, means in report.means.items():
        rows.append([kind, str(report.counts[kind]), *(_number(means[name]) for name in MEASURES)])
    return rows


def _seconds(report: Report) -> str:
    if report.median_seconds is None or report.p95_seconds is None:
        return "not in the run"
    return f"median {report.median_seconds:.3f} s, p95 {report.p95_seconds:.3f} s"


def _facts(report: Report) -> list[tuple[str, str]]:
    return [
        ("date", report.date),
        ("questions", f"{report.questions_file}, {report.counts[TOTAL]} questions, sha256 {report.questions_sha256}"),
        ("run", f"{report.run_file}, sha256 {report.run_sha256}"),
        ("index", _index(report.index)),
        ("time per ask", _seconds(report)),
        ("software", ", ".join(f"{name} {number}" for name, number in report.software.items())),
    ]


def _index(index: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{key} {value}" for key, value in index.items()) if index else "not in the run"


def _failure_lists(failures: Failures) -> list[tuple[str, Sequence[str]]]:
    cities = [
        "; ".join(
            [
                wrong.id,
                *(["missing " + " ".join(wrong.missing)] if wrong.missing else []),
                *(["extra " + " ".join(wrong.extra)] if wrong.extra else []),
            ]
        )
        for wrong in failures.wrong_cities
    ]
    return [
        ("no line in the run (counted as zero)", failures.no_line),
        ("evidence not within 2,000 characters", failures.not_found),
        ("wrong cities", cities),
        ("answerable, but declined", failures.declined),
        ("unanswerable, but not declined", failures.not_declined),
    ]


def report_text(report: Report) -> str:
    """Return ``report`` for the terminal."""
    parts = [align(_rows(report)), _NOTE, f"time per ask: {_seconds(report)}"]
    for title, ids in _failure_lists(report.failures):
        parts.append(f"{title}: {len(ids)}" + _list(ids, "  "))
    return "\n\n".join(parts)


def _list(items: Sequence[str], indent: str) -> str:
    """Return ``items`` on lines of their own: plain ids ten to a line, items of several words one to a line."""
    step = 1 if any(" " in item for item in items) else 10
    return "".join(f"\n{indent}{' '.join(items[n : n + step])}" for n in range(0, len(items), step))


def report_markdown(report: Report) -> str:
    """Return ``report`` as a Markdown page; names that come from the run are escaped."""
    lines = ["# Evaluation", ""]
    lines += [f"- {name}: {_escape(value)}" for name, value in _facts(report)]
    lines += ["", "## Measures", "", *_markdown_table(_rows(report)), "", _NOTE, "", "## Questions to look at", ""]
    for title, ids in _failure_lists(report.failures):
        lines += [f"### {title[0].upper()}{title[1:]}: {len(ids)}", ""]
        if any(" " in item for item in ids):
            lines += [*(f"- {_escape(item)}" for item in ids), ""]
        elif ids:
            lines += [_escape(", ".join(ids)), ""]
    return "\n".join(lines).rstrip() + "\n"


def _markdown_table(rows: Sequence[Sequence[str]]) -> list[str]:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return [head, "|" + "|".join(["---", *["---:"] * (len(rows[0]) - 1)]) + "|", *body]


def _escape(text: str) -> str:
    """Return ``text`` on one line and without meaning to Markdown or HTML."""
    return "".join(f"\\{char}" if char in "\\`*[]<>|&#" else char for char in " ".join(text.split()))


def comparison_text(comparison: Comparison) -> str:
    """Return ``comparison`` for the terminal: three lines per type, then what each measure won and lost."""
    rows = [["type", "n", "run", *MEASURES]]
    for kind, a in comparison.a_means.items():
        b, difference = comparison.b_means[kind], comparison.differences[kind]
        rows.append([kind, str(comparison.counts[kind]), "A", *(_number(a[name]) for name in MEASURES)])
        rows.append(["", "", "B", *(_number(b[name]) for name in MEASURES)])
        rows.append(["", "", "B-A", *(_number(difference[name], "+.3f") for name in MEASURES)])
    parts = [
        f"A: {comparison.a_file} (sha256 {comparison.a_sha256})\nB: {comparison.b_file} (sha256 {comparison.b_sha256})",
        align(rows),
        _NOTE,
    ]
    for name, p_value in comparison.p_values.items():
        parts.append(f"{name}: p = {p_value:.4f} (paired randomisation test of the difference, two-sided)")
    for name, change in comparison.changes.items():
        if change.won or change.lost:
            parts.append(
                f"{name}: B better on {len(change.won)}, worse on {len(change.lost)}"
                + _list(change.won, "  + ")
                + _list(change.lost, "  - ")
            )
    return "\n\n".join(parts)
