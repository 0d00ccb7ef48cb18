"""Reports and comparisons as plain text for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.compare import Comparison
from eval.failures import CAUSES, WrongAnswer
from eval.measures import LOWER_IS_BETTER, MEASURES, RETRIEVAL_MEASURES
from eval.peers import OVERLAP, WINDOW
from eval.report import TOTAL, Failures, Latency, Report

_NOTE = "A dash: the measure does not apply. Lower is better for: " + ", ".join(sorted(LOWER_IS_BETTER)) + "."
_PEERS_NOTE = (
    f"Peers rank windows of {WINDOW} characters of the same documents, overlapping by {OVERLAP}, by the question as it "
    "stands: BM25 over content words, the cosine of the index's encoder, and the mean of both (min-max scaled)."
)
_BY_TYPE = "S@2000c"


def align(rows: Sequence[Sequence[str]]) -> str:
    """Return ``rows`` as lines of aligned columns, the first to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    )


def number_text(value: float | None, form: str = ".3f") -> str:
    """Return a number, a dash for None."""
    return "-" if value is None else format(value, form)


def _rows(report: Report) -> list[list[str]]:
    rows = [["type", "n", *MEASURES]]
    for kind, means in report.means.items():
        rows.append([kind, str(report.counts[kind]), *(number_text(means[name]) for name in MEASURES)])
    return rows


def _peer_rows(report: Report) -> list[list[str]]:
    """Return the table of the retrieval measures over all questions: the search, then its peers."""
    rows = [["system", *RETRIEVAL_MEASURES]]
    for name, means in {"Kaikaku": report.means, **report.peers}.items():
        rows.append([name, *(number_text(means[TOTAL][measure]) for measure in RETRIEVAL_MEASURES)])
    return rows


def _peer_type_rows(report: Report) -> list[list[str]]:
    """Return the table of one measure by question type, for the types that it applies to."""
    kinds = [kind for kind, means in report.means.items() if kind != TOTAL and means[_BY_TYPE] is not None]
    rows = [[_BY_TYPE, *kinds]]
    for name, means in {"Kaikaku": report.means, **report.peers}.items():
        rows.append([name, *(number_text(means[kind][_BY_TYPE]) for kind in kinds)])
    return rows


def _milliseconds(latency: Latency) -> str:
    if latency.median is None or latency.p95 is None:
        return "not in the run"
    return f"median {latency.median * 1000:.1f} ms, p95 {latency.p95 * 1000:.1f} ms"


def _times(report: Report) -> list[tuple[str, str]]:
    return [("time per ask", _milliseconds(report.ask)), ("time per find", _milliseconds(report.find))]


def _facts(report: Report) -> list[tuple[str, str]]:
    return [
        ("date", report.date),
        ("questions", f"{report.questions_file}, {report.counts[TOTAL]} questions, sha256 {report.questions_sha256}"),
        ("run", f"{report.run_file}, sha256 {report.run_sha256}"),
        ("index", _index(report.index)),
        *_times(report),
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
    parts = [align(_rows(report)), _NOTE]
    if report.peers:
        parts += [align(_peer_rows(report)), align(_peer_type_rows(report)), _PEERS_NOTE]
    parts.append("\n".join(f"{name}: {value}" for name, value in _times(report)))
    for title, ids in _failure_lists(report.failures):
        parts.append(f"{title}: {len(ids)}" + _list(ids, "  "))
    parts.append("why answers are wrong (`python -m eval failures RUN` tells each):\n" + _causes(report.wrong))
    return "\n\n".join(parts)


def _causes(wrong: Sequence[WrongAnswer]) -> str:
    counts = [(cause, sum(one.cause == cause for one in wrong)) for cause in CAUSES]
    return "\n".join(f"  {cause}: {count}" for cause, count in counts if count) or "  none is"


def failures_text(wrong: Sequence[WrongAnswer]) -> str:
    """Return the faults of a run for the terminal: for each cause the answers that it spoils."""
    parts = [f"wrong answers: {len({one.id for one in wrong})}, faults: {len(wrong)}"]
    for cause in CAUSES:
        own = [one for one in wrong if one.cause == cause]
        if own:
            parts.append("\n\n".join([f"{cause}: {len(own)}", *map(_fault, own)]))
    return "\n\n".join(parts)


def _fault(wrong: WrongAnswer) -> str:
    """Return one fault on lines of their own, without the characters that steer a terminal."""
    lines = [f"  {wrong.id} ({wrong.type}) {wrong.question}"]
    for name in ("detail", "expected", "given"):
        if value := getattr(wrong, name):
            lines.append(f"    {name}: {value}")
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def _list(items: Sequence[str], indent: str) -> str:
    """Return ``items`` on lines of their own: plain ids ten to a line, items of several words one to a line."""
    step = 1 if any(" " in item for item in items) else 10
    return "".join(f"\n{indent}{' '.join(items[n : n + step])}" for n in range(0, len(items), step))


def report_markdown(report: Report) -> str:
    """Return ``report`` as a Markdown page; names that come from the run are escaped."""
    lines = ["# Evaluation", ""]
    lines += [f"- {name}: {escape(value)}" for name, value in _facts(report)]
    lines += ["", "## Measures", "", *markdown_table(_rows(report)), "", _NOTE, ""]
    if report.peers:
        lines += ["## Peers", "", *markdown_table(_peer_rows(report)), ""]
        lines += [*markdown_table(_peer_type_rows(report)), "", _PEERS_NOTE, ""]
    lines += ["## Questions to look at", ""]
    for title, ids in _failure_lists(report.failures):
        lines += [f"### {title[0].upper()}{title[1:]}: {len(ids)}", ""]
        if any(" " in item for item in ids):
            lines += [*(f"- {escape(item)}" for item in ids), ""]
        elif ids:
            lines += [escape(", ".join(ids)), ""]
    lines += ["## Wrong answers, and why", "", *_wrong_lines(report.wrong)]
    return "\n".join(lines).rstrip() + "\n"


def _wrong_lines(wrong: Sequence[WrongAnswer]) -> list[str]:
    lines = []
    for cause in CAUSES:
        own = [one for one in wrong if one.cause == cause]
        if own:
            rows = [["question", "what is wrong", "expected", "given"]]
            rows += [
                [
                    escape(part)
                    for part in (f"{one.id} ({one.type}): {one.question}", one.detail, one.expected, one.given)
                ]
                for one in own
            ]
            lines += [f"### {cause[0].upper()}{cause[1:]}: {len(own)}", "", *markdown_table(rows, "---"), ""]
    return lines or ["None.", ""]


def markdown_table(rows: Sequence[Sequence[str]], others: str = "---:") -> list[str]:
    """Return ``rows``, the first of them the headings, as a table. others: how columns after the first are aligned."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return [head, "|" + "|".join(["---", *[others] * (len(rows[0]) - 1)]) + "|", *body]


def escape(text: str) -> str:
    """Return ``text`` on one line and without meaning to Markdown or HTML."""
    return "".join(f"\\{char}" if char in "\\`*[]<>|&#" else char for char in " ".join(text.split()))


def comparison_text(comparison: Comparison) -> str:
    """Return ``comparison`` for the terminal: three lines per type, then what each measure won and lost."""
    rows = [["type", "n", "run", *MEASURES]]
    for kind, a in comparison.a_means.items():
        b, difference = comparison.b_means[kind], comparison.differences[kind]
        rows.append([kind, str(comparison.counts[kind]), "A", *(number_text(a[name]) for name in MEASURES)])
        rows.append(["", "", "B", *(number_text(b[name]) for name in MEASURES)])
        rows.append(["", "", "B-A", *(number_text(difference[name], "+.3f") for name in MEASURES)])
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
