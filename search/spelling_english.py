"""English words in what their spellings and forms share: the American spelling, and the stem."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

# Spared are words that are spelled -ise everywhere and meet others by it: revise and revision, appraise and appraisal.
_BRITISH = (
    (
        re.compile(
            r"(?<=[a-z]{2})(?<![av])(?<!ch)(?<![mr]pr)(?<!er[ct])is(?=(?:e|es|ed|er|ers|ing|ation|ations|ational)$)"
        ),
        "iz",
    ),
    (re.compile(r"(?<=[a-z]{2})ys(?=(?:e|es|ed|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=[a-z]{3})our"), "or"),
    (re.compile(r"ogue(?=s?$)"), "og"),
)
_AMERICAN = {
    "ageing": "aging",
    "aluminium": "aluminum",
    "centre": "center",
    "colour": "color",
    "defence": "defense",
    "enrol": "enroll",
    "enrolment": "enrollment",
    "fibre": "fiber",
    "fulfil": "fulfill",
    "fulfilment": "fulfillment",
    "grey": "gray",
    "instalment": "installment",
    "judgement": "judgment",
    "kerb": "curb",
    "kilometre": "kilometer",
    "licence": "license",
    "litre": "liter",
    "manoeuvre": "maneuver",
    "metre": "meter",
    "mould": "mold",
    "offence": "offense",
    "paediatric": "pediatric",
    "plough": "plow",
    "practise": "practice",
    "pretence": "pretense",
    "programme": "program",
    "sceptical": "skeptical",
    "skilful": "skillful",
    "theatre": "theater",
    "tonne": "ton",
    "tyre": "tire",
}


def american(word: str) -> str:
    """Return the American spelling of an English word in lower case, if it were British: organise gives organize.

    Words that are no British spellings may come out wrong (promise gives promize): compare it with no other word as
    written, or try that first.
    """
    singular = word.removesuffix("s")
    if singular in _AMERICAN:
        return _AMERICAN[singular] + word[len(singular) :]
    for pattern, spelling in _BRITISH:
        word = pattern.sub(spelling, word)
    return word


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return an English word without its ending, so that outsource, outsourcing and outsourced meet."""
    # A stemmer keeps the word in itself while it works: one for each word, or threads get each other's stems.
    stemmed: str = snowballstemmer.stemmer("english").stemWord(word)
    return stemmed


def english_stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of an English expression, each spelled as it is written."""
    return tuple(stem(word) for word in latin_words(text))


def latin_words(text: str) -> list[str]:
    """Return the runs of Latin letters and digits in a text, in lower case."""
    return re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKC", text).lower())
