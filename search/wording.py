"""The words of texts as sentences are checked by them: lemmas with or without "not", Latin words, proper nouns."""

from __future__ import annotations

import re
import threading
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from indexer.tokenise import Token, tokens
from search.dictionary import load_dictionary
from search.spelling_english import english_stems
from search.vocabulary import load_vocabulary

_FILE = Path(__file__).parent / "data" / "rewording.toml"
_LATIN_WORD = re.compile(r"[a-zà-ɏ]+[0-9]*")
_JAPANESE = re.compile(r"[ぁ-ヿ一-鿿]")
_NOT = ("未", "非", "不", "無")
_DONE = re.compile(r"済み?(?![むまめ民世])|完了")
_tagging = threading.Lock()


@dataclass(frozen=True)
class Wordings:
    """The tables of ``data/rewording.toml``."""

    prompt: Mapping[str, str]
    addressed: tuple[re.Pattern[str], ...]
    no_numbers: frozenset[str]
    no_departments: frozenset[str]
    no_municipalities: frozenset[str]
    units: Mapping[str, str]
    counting: re.Pattern[str]
    denying: re.Pattern[str]
    frame: frozenset[str]
    roles: Mapping[str, tuple[str, ...]]

    def counts(self, text: str) -> bool:
        """Return whether an English text has a number in words."""
        return bool(self.counting.search(text.lower()))

    def denies(self, text: str) -> bool:
        """Return whether an English text denies something."""
        return bool(self.denying.search(text.lower()))

    def is_addressed(self, text: str) -> bool:
        """Return whether a text speaks to a language model instead of to its readers."""
        return any(pattern.search(unicodedata.normalize("NFKC", text)) for pattern in self.addressed)


@cache
def wordings() -> Wordings:
    """Return the wordings that ship with the package."""
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Wordings(
        prompt={language: text.strip() for language, text in table["prompt"].items()},
        addressed=tuple(re.compile(pattern) for pattern in table["addressed"]["patterns"]),
        no_numbers=frozenset(table["numerals"]["words"]),
        no_departments=frozenset(table["departments"]["general"]),
        no_municipalities=frozenset(table["municipalities"]["general"]),
        units=table["units"],
        counting=re.compile(rf"\b(?:{'|'.join(table['counting']['words'])})\b"),
        denying=re.compile(rf"\b(?:{'|'.join(table['denying']['words'])})\b|n['’]t\b"),
        frame=frozenset(token.lemma for word in table["frame"]["ja"] for token in tokens(word))
        | frozenset(table["frame"]["en"]),
        roles={role: tuple(names) for role, names in table["roles"].items()},
    )


class Said:
    """Texts, as what is said is looked up in them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._text = unicodedata.normalize("NFKC", "\n".join(texts)).lower()

    @cached_property
    def squeezed(self) -> str:
        """The texts without blanks, in lower case."""
        return "".join(self._text.split())

    @cached_property
    def latin(self) -> set[str]:
        """The Latin words, in lower case."""
        return set(_LATIN_WORD.findall(self._text))

    @cached_property
    def _tokens(self) -> list[Token]:
        return tokens(self._text)

    @cached_property
    def polarity(self) -> dict[str, set[bool]]:
        """For each content word, whether it stands with "not", without, or both ways; in compounds it says neither."""
        found: dict[str, set[bool]] = {}
        for before, token, after in zip([None, *self._tokens], self._tokens, [*self._tokens[1:], None], strict=False):
            is_denied = before is not None and before.surface in _NOT and before.span[1] == token.span[0]
            is_in_compound = after is not None and after.pair == token.surface + after.surface
            if is_denied or token.negated or not is_in_compound:
                found.setdefault(token.lemma, set()).add(token.negated != is_denied)
        return found

    @cached_property
    def content(self) -> set[str]:
        """The content words, without numbers."""
        return {
            one.lemma for one in self._tokens if not re.fullmatch(r"[\d〇一二三四五六七八九十百千万億兆]+", one.lemma)
        }

    @cached_property
    def tells_past(self) -> bool:
        """Whether anything is told as done."""
        return bool(_DONE.search(self._text)) or any(lemma == "た" for _, lemma, _ in _tagged(self._text))

    def has(self, name: str) -> bool:
        """Return whether a name stands here, blanks aside."""
        return "".join(unicodedata.normalize("NFKC", name).lower().split()) in self.squeezed

    def speaks(self, word: str) -> bool:
        """Return whether a content word stands here, in any form."""
        return word in self.content or (len(word) > 1 and word in self.squeezed)


def is_english(text: str) -> bool:
    """Return whether a text has more Latin than Japanese letters."""
    return len(re.findall(r"[A-Za-z]", text)) > len(_JAPANESE.findall(text))


def tells_past(text: str) -> bool:
    """Return whether a Japanese sentence tells something as done: した, 済み; not 対象とした研修."""
    found = _tagged(text)
    following = [*(part for _, _, part in found[1:]), ""]
    ends = ("", "補助記号", "助詞", "助動詞")
    told = any(lemma == "た" and after in ends for (_, lemma, _), after in zip(found, following, strict=True))
    return told or bool(_DONE.search(text))


def proper_nouns(text: str) -> list[str]:
    """Return the proper nouns of a text, by UniDic, that are written in Japanese."""
    return [surface for surface, lemma, part in _tagged(text) if part == "固有名詞" and _JAPANESE.search(surface)]


def english_words(text: str) -> list[str]:
    """Return the content words of an English text, in lower case."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("'s", "").replace("’s", "")
    return [word for word in re.findall(r"[a-zà-ɏ]+", plain) if word not in wordings().frame]


def english_words_in(words: Sequence[str], said: Said) -> set[str]:
    """Return those of English words that texts have, in any form or in Japanese."""
    stems = {stem for word in said.latin for stem in english_stems(word)}
    found = {word for word in words if word.removesuffix("s") in stems or not stems.isdisjoint(english_stems(word))}
    for start, end, japanese in load_dictionary().find(words):
        if any(said.has(name) for name in japanese):
            found.update(words[start:end])
    text = " ".join(words)
    for (start, end), japanese in load_vocabulary().find(text):
        if any(said.has(name) for name in japanese):
            found.update(text[start:end].split())
    return found


@cache
def _tagger() -> Any:
    import fugashi

    return fugashi.Tagger()


def _tagged(text: str) -> list[tuple[str, str, str]]:
    """Return the words of a text with their lemma and part of speech, 固有名詞 for proper nouns.

    MeCab keeps them in memory that its next parse overwrites: threads take turns.
    """
    with _tagging:
        return [
            (
                word.surface,
                str(word.feature.lemma or word.surface),
                str(word.feature.pos2 if word.feature.pos2 == "固有名詞" else word.feature.pos1),
            )
            for word in _tagger()(text.replace("\0", " "))
        ]
