"""A list of initiatives, said: its sentences, its table and what is to be remarked, in Japanese and English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from corpus.model import Document, Kpi
from search.citations import plain
from search.list_question import ListQuestion
from search.lists import Listed, Listing, action_text
from search.model import Row, Statement, Table
from search.names import fiscal_year_name, municipality_name
from search.printed import actions_name, doubt, status_printed

_NAMED = 5
"""How many entries a sentence names; the table has them all."""

_NAME_CHARACTERS = 60
_COLUMNS = {
    "ja": ("市", "文書", "番号", "取組", "担当課", "取組内容", "進捗状況", "指標", "目標値"),
    "en": ("City", "Document", "No.", "Initiative", "Departments", "Action", "Progress", "Indicator", "Target"),
}


def list_statements(listing: Listing, language: str) -> tuple[Statement, ...]:
    """Return one or two sentences that say how many entries there are and name the first; none for an empty list.

    The citations are those of all entries, for the count is of all.
    """
    if not listing.entries:
        return ()
    count = Statement(_count(listing, language), tuple(dict.fromkeys(one.citations[0] for one in listing.entries)))
    if _of_actions(listing.asked) and not listing.asked.statuses:
        return (count,)
    names = _names(listing)
    chosen = [name for name in dict.fromkeys(names) if len(name) <= _NAME_CHARACTERS][:_NAMED] or names[:1]
    shown = (one.citations[0] for one, name in zip(listing.entries, names, strict=True) if name in chosen)
    is_whole = len(set(names)) == len(chosen)
    if language == "en":
        said = ", ".join(chosen)
        text = f"They include {said}." if not is_whole else f"{'They are' if len(chosen) > 1 else 'It is'} {said}."
    else:
        text = f"{'、'.join(chosen)}{'' if is_whole else 'など'}です。"
    return count, Statement(text, tuple(dict.fromkeys(shown)))


def _names(listing: Listing) -> list[str]:
    """Return what each entry is called; of the same action of several initiatives, with the initiative."""
    if _of_actions(listing.asked):
        names = [_action(one) or plain(one.initiative.title) for one in listing.entries]
    elif listing.asked.listed == "indicators":
        names = [plain(one.kpis[0].name) for one in listing.entries]
    else:
        return [f"「{plain(one.initiative.title)}」" for one in listing.entries]
    if len(set(names)) == len(names):
        return [f"「{name}」" for name in names]
    return [f"「{name}」（{plain(one.initiative.title)}）" for name, one in zip(names, listing.entries, strict=True)]


def _count(listing: Listing, language: str) -> str:
    """Return the sentence of how many entries there are, of which documents."""
    documents = list(dict.fromkeys(one.document for one in listing.entries))
    what, count = _what(listing, language), listing.count
    if len(documents) == 1:
        if language == "en":
            return f"In {_named(documents[0], language)}, there {_number(count, what)}."
        return f"{_named(documents[0], language)}で{what}は{count}件です。"
    place = municipality_name(listing.municipalities[0], language) if len(listing.municipalities) == 1 else ""
    each: dict[str, int] = {}
    for one in documents:
        name = f"「{one.title}」" if place else municipality_name(one.municipality, language)
        each[name] = each.get(name, 0) + _part(listing, one)
    if language == "en":
        parts = ", ".join(f"{name} {number}" for name, number in each.items())
        return f"There {_number(count, what)}{f' in {place}' if place else ''}: {parts}."
    parts = "、".join(f"{name}が{number}件" for name, number in each.items())
    return f"{f'{place}で' if place else ''}{what}は{count}件です（{parts}）。"


def _part(listing: Listing, document: Document) -> int:
    """Return how many of the entries are of a document."""
    return replace(listing, entries=tuple(one for one in listing.entries if one.document == document)).count


def _of_actions(asked: ListQuestion) -> bool:
    return bool(asked.statuses) or asked.listed == "progress"


def list_remarks(listing: Listing, language: str) -> tuple[str, ...]:
    """Return what is to be said of the search for a list: where nothing was found, and where nothing can be told."""
    remarks = []
    is_english, what = language == "en", _what(listing, language)
    several = len({one.municipality for one in (*listing.searched, *listing.untold)}) > 1
    found = {one.document.id for one in listing.entries}
    if several:  # of a city with several documents it is enough that one has what is asked for
        found = {one.id for one in listing.searched if one.municipality in listing.municipalities}

    def places(documents: Iterable[Document]) -> str:
        names = (
            municipality_name(one.municipality, language) if several else _named(one, language) for one in documents
        )
        return (", " if is_english else "、").join(dict.fromkeys(names))

    if empty := [one for one in listing.searched if one.id not in found]:
        where = places(empty)
        remarks.append(f"{where}: 0 {what}." if is_english else f"{where}では、{what}は見つかりませんでした（0件）。")
    if listing.untold:
        where = places(listing.untold)
        remarks.append(
            f"{where}: no report on progress, so it cannot be told."
            if is_english
            else f"{where}の文書には進捗状況の報告がないため、分かりません。"
        )
    if listing.by_section:
        where = places(listing.by_section)
        remarks.append(
            f"{where}: targets are set for whole sections, not for single initiatives."
            if is_english
            else f"{where}の目標値は、取組ごとではなく柱ごとに定められています。"
        )
    if listing.involved:
        names = [f"「{plain(one.title)}」" for one in listing.involved]
        remarks.append(
            f"Others involve the department, but not in the first place: {', '.join(names)}."
            if is_english
            else f"主な担当ではないものの、ほかに{'、'.join(names)}に関わっています。"
        )
    if listing.unread:
        names = [f"「{plain(one.title)}」" for one in listing.unread]
        remarks.append(
            f"The departments of {', '.join(names)} could not be read."
            if is_english
            else f"{'、'.join(names)}の担当課は読み取れませんでした。"
        )
    if doubts := sum(not one.certain for one in listing.entries):
        remarks.append(
            f"{doubts} of the values may be misread; check them in the document."
            if is_english
            else f"{doubts}件の値は読み取りに疑いがあります。文書で確かめてください。"
        )
    return tuple(remarks)


def _named(document: Document, language: str) -> str:
    if language == "en":
        return f"「{document.title}」 of {municipality_name(document.municipality, language)}"
    return f"{document.municipality}の「{document.title}」"


def _number(count: int, what: str) -> str:
    if count == 1:
        return f"is 1 {what.replace('initiatives', 'initiative').replace('actions', 'action')}"
    return f"are {count} {what}"


def _what(listing: Listing, language: str) -> str:
    """Return what is counted, with its conditions: 総務課が担当する、進捗状況が「遅延」の取組内容."""
    asked = listing.asked
    years = [fiscal_year_name(year, language) for year in listing.years]
    if language == "en":
        return " ".join(filter(None, (_english(asked), f"for {' or '.join(years)}" if years else "")))
    return f"{_conditions(asked, 'か'.join(years))}{_noun(listing)}"


def _conditions(asked: ListQuestion, years: str) -> str:
    parts = []
    of_years = f"{years}の" if years else ""
    if asked.section_name:
        parts.append(f"「{asked.section_name}」の")
    if asked.topic_name:
        parts.append(f"題名・内容・指標に「{asked.topic_name}」の語がある")
    if asked.departments:
        parts.append(f"{'または'.join(asked.departments)}が{'主に' if asked.main else ''}担当する")
    if asked.numeric_target:
        parts.append(f"{of_years}数値の目標がある")
    if asked.without == "target":
        parts.append("数値の目標が見つからない")
    if asked.without == "department":
        parts.append("担当課を読み取れない")
    if asked.statuses:
        parts.append(f"{of_years}進捗状況が{'または'.join(f'「{one}」' for one in asked.statuses)}の")
    if asked.listed == "progress" and not asked.statuses:
        parts.append(f"{of_years}進捗状況が報告されている")
    return "、".join(parts)


def _noun(listing: Listing) -> str:
    """Return 取組, or what the documents themselves call their actions."""
    asked = listing.asked
    if _of_actions(asked):
        return actions_name(one.progress for one in listing.entries if one.progress)
    return "目標値がある指標" if asked.listed == "indicators" else "取組"


def _english(asked: ListQuestion) -> str:
    if _of_actions(asked):
        parts = ["actions"] if asked.statuses else ["actions with progress"]
    else:
        parts = ["indicators with targets" if asked.listed == "indicators" else "initiatives"]
    if asked.section_name:
        parts.append(f"of 「{asked.section_name}」")
    if asked.topic_name:
        parts.append(f"that speak of 「{asked.topic_name}」")
    if asked.departments:
        parts.append(f"{'led by' if asked.main else 'of'} {' or '.join(asked.departments)}")
    if asked.numeric_target:
        parts.append("with a numeric target")
    if asked.without == "target":
        parts.append("without a numeric target that was found")
    if asked.without == "department":
        parts.append("without a department that could be read")
    if asked.statuses:
        parts.append(f"reported as {' or '.join(f'「{one}」' for one in asked.statuses)}")
    return " ".join(parts)


def list_table(listing: Listing, language: str) -> Table:
    """Return the list as a table, a row for every entry; the values are the documents' own."""
    entries = listing.entries
    several = len({one.document.id for one in entries}) > len(listing.municipalities)
    names = _COLUMNS[language]
    rows = [(one, _cells(one, language)) for one in entries]
    told = {0: len(listing.municipalities) > 1, 1: several, 3: True}
    kept = [at for at in range(len(names)) if told.get(at, any(cells[at] for _, cells in rows))]
    return Table(
        tuple(names[at] for at in kept),
        tuple(Row(tuple(cells[at] for at in kept), one.citations) for one, cells in rows),
    )


def _cells(one: Listed, language: str) -> tuple[str, ...]:
    action = progress = ""
    if one.progress is not None:
        action = " ".join(filter(None, (one.progress.action, _action(one))))
        progress = status_printed(one.progress) + doubt(one.progress.certain, language)
    return (
        one.document.municipality,
        one.document.title,
        "" if one.of_section else one.initiative.number or "",
        plain(one.initiative.section[0] if one.of_section else one.initiative.title),
        "" if one.of_section else "・".join(one.departments),
        action,
        progress,
        plain(one.kpis[0].name) if one.kpis else "",
        "、".join(_value(kpi, language) for kpi in one.kpis),
    )


def _action(one: Listed) -> str:
    return action_text(one.initiative, one.progress, one.citations[0]) if one.progress is not None else ""


def _value(kpi: Kpi, language: str) -> str:
    year = "" if kpi.fiscal_year is None else fiscal_year_name(kpi.fiscal_year, language)
    return (f"{plain(kpi.value)}（{year}）" if year else plain(kpi.value)) + doubt(kpi.certain, language)
