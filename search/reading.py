"""From the words of a question to its concepts, by the vocabulary, everyday wordings, the dictionary and spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from corpus.model import Span, inside
from indexer.tokenise import Token, tokens, tokens_of_folded, words
from search.concepts import Concept, Expansion, Knowledge, Reading, Source, Terms
from search.dictionary import load_dictionary
from search.recognised import is_on

# Topics are nouns; a compound repeats what its parts say.
VERB_WEIGHT, PAIR_WEIGHT = 0.5, 0.5
# A dictionary gives several translations, and rare ones weigh most by their frequency.
TRANSLATION_WEIGHT = 0.5

_OR = re.compile(r"\s*(?:や|・|、|または|又は|もしくは|若しくは|あるいは|,? or |/)\s*")
_NUMBER = re.compile(r"\d{1,2}")
_LATIN = re.compile(r"[a-z0-9]+")
_KANJI = re.compile(r"[一-鿿]+")
_TECHNICAL = re.compile(r"[ァ-ヶー]{3}|[a-z0-9]{2}|[一-鿿]{4}")
_SPELT = re.compile(r"[ァ-ヶーぁ-ゖ]+|[a-z]+")


def read_concepts(text: str, language: str, knowledge: Knowledge, ignore: frozenset[str] = frozenset()) -> Reading:
    """Return the concepts of a text, folded and in lower case. ignore: keys of the expansions not to use."""
    return _Reader(text, language, knowledge, ignore).read()


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that stand together: an expression of the vocabulary, or neighbouring words."""

    span: Span
    concepts: tuple[Concept, ...]

    @property
    def alternatives(self) -> tuple[Terms, ...]:
        """Return what says all of the run: any alternative of one concept, the terms of several together."""
        if len(self.concepts) == 1:
            return self.concepts[0].alternatives
        return (tuple(concept.alternatives[0][0] for concept in self.concepts),)

    @property
    def related(self) -> tuple[Terms, ...]:
        """Return what may say the run."""
        return tuple(terms for concept in self.concepts for terms in concept.related)


@dataclass
class _Reader:
    text: str
    language: str
    knowledge: Knowledge
    ignore: frozenset[str]
    expansions: list[Expansion] = field(default_factory=list)

    def read(self) -> Reading:
        tokens = tokens_of_folded(self.text)
        # 鉄道路線 has no 道路: an expression in kanji begins and ends where words do.
        found = [one for one in self.knowledge.vocabulary.find(self.text) if not self._cuts(one[0], tokens)]
        phrases, single = self._everyday(tokens, [span for span, _ in found])
        runs = [self._expression(span, expressions) for span, expressions in found] + single
        runs += self._token_runs(tokens, runs)
        concepts: list[Concept] = []
        listed = self._listed(sorted((run for run in runs if run.concepts), key=lambda run: run.span))
        for number, together in enumerate(listed):
            own = together[0].concepts if len(together) == 1 else [self._any_of(together)]
            text = self.text[together[0].span[0] : together[-1].span[1]]
            is_technical = self.language == "ja" and _TECHNICAL.search(text) is not None
            concepts.extend(replace(concept, run=number, is_technical=is_technical) for concept in own)
        # What a phrase of everyday words means comes on top of what its words mean.
        every = {(one.alternatives, one.related): one for one in (*phrases, *reversed(concepts))}
        return Reading(tuple(reversed(every.values())), tuple(self.expansions))

    def _cuts(self, span: Span, tokens: Sequence[Token]) -> bool:
        """Return whether a span of kanji begins or ends inside a word in kanji."""
        return any(
            start < at < end and _KANJI.fullmatch(self.text[start:end])
            for start, end in (token.span for token in tokens)
            for at in span
        )

    def _expression(self, span: Span, expressions: Sequence[str]) -> _Run:
        name = self.text[slice(*span)]
        literal = _terms(name)
        is_english = _LATIN.match(name) and not _LATIN.fullmatch(expressions[0].lower())
        source: Source = "translation" if is_english else "synonyms"
        others = tuple(word for word in expressions if word.lower() != name)
        if others and not self._used(Expansion(source, name, others)):
            expressions = ()
        alternatives = tuple(terms for terms in dict.fromkeys((*map(_terms, expressions), literal)) if terms)
        if source == "translation":  # the English words themselves say nothing in documents in Japanese
            known = tuple(terms for terms in alternatives if terms != literal or self._known(terms))
            alternatives = known or alternatives
        if not alternatives:
            return _Run(span, ())
        # The alternative that the documents use tells how rare the concept is.
        weight = min(map(self._weight, alternatives))
        is_request = self.knowledge.vocabulary.is_general(name)
        return _Run(span, (Concept(name, alternatives, weight, self._misread(alternatives), is_request=is_request),))

    def _everyday(self, tokens: Sequence[Token], expressions: Sequence[Span]) -> tuple[list[Concept], list[_Run]]:
        """Return the concepts of everyday phrases, and the runs of everyday words that are no ``expressions``."""
        phrases: list[Concept] = []
        single: list[_Run] = []
        for positions, official in self.knowledge.everyday.find(tokens):
            own = [tokens[at] for at in positions]
            span = own[0].span[0], own[-1].span[1]
            if any(_overlap(span, other) and (len(own) == 1 or inside(span, other)) for other in expressions):
                continue  # the vocabulary has it
            concept = self._everyday_concept(self.text[slice(*span)], own, official)
            if concept and len(own) > 1:
                phrases.append(concept)
            elif concept:
                single.append(_Run(span, (concept,)))
        return phrases, single

    def _everyday_concept(self, name: str, own: Sequence[Token], official: Sequence[str]) -> Concept | None:
        literal = tuple(dict.fromkeys(token.lemma for token in own))
        every = (terms for word in self._meanings(official) if (terms := _terms(word)) and terms != literal)
        related = tuple(dict.fromkeys(every))
        if not related or not self._used(Expansion("everyday", name, tuple(official))):
            return None
        known = [terms for terms in (literal, *related) if self._known(terms)]
        has_noun = any(token.noun for token in own)
        weight = min(map(self._weight, known or [literal])) * (1 if has_noun else VERB_WEIGHT)
        return Concept(name, (literal,), weight, related, has_noun or len(own) > 1)

    def _meanings(self, official: Sequence[str]) -> Iterator[str]:
        """Return official terms, each followed by those that mean the same."""
        vocabulary = self.knowledge.vocabulary
        for term in official:
            yield term
            yield from vocabulary.same(term)

    def _token_runs(self, tokens: Sequence[Token], expressions: Sequence[_Run]) -> list[_Run]:
        """Return the runs of words that have a topic and stand outside the ``expressions`` found already."""
        taken = {
            term for run in expressions for concept in run.concepts for terms in concept.alternatives for term in terms
        }
        spans = [run.span for run in expressions]
        outside = [token for token in tokens if not _overlaps(token.span, spans)]
        runs: list[_Run] = []
        for token, translations in self._translated(outside):
            start, end = token.span
            new = [
                concept
                for concept in self._token_concepts(token, translations)
                if concept.name not in taken
                and not self.knowledge.vocabulary.is_general(concept.name)
                and not _NUMBER.fullmatch(concept.name)
            ]
            taken.update(concept.name for concept in new)
            if runs and runs[-1].span[1] == start and token.noun:
                runs[-1] = _Run((runs[-1].span[0], end), (*runs[-1].concepts, *new))
            else:
                runs.append(_Run((start, end), tuple(new)))
        return runs

    def _translated(self, tokens: Sequence[Token]) -> Iterator[tuple[Token, tuple[str, ...]]]:
        """Return words with their translations; of an expression of several words the first has them all."""
        if self.language != "en":
            yield from ((token, ()) for token in tokens)
            return
        dictionary = load_dictionary()
        printed = [token.surface for token in tokens]
        at = 0
        while at < len(tokens):
            count, translations = (0, ()) if self._is_general(tokens[at]) else dictionary.longest(printed, at)
            yield tokens[at], translations
            at += max(count, 1)

    def _is_general(self, token: Token) -> bool:
        return self.knowledge.vocabulary.is_general(token.lemma) or self.knowledge.vocabulary.is_general(token.surface)

    def _token_concepts(self, token: Token, translations: Sequence[str]) -> Iterator[Concept]:
        """Return the concept of a word, and that of its compound with the word before when documents have it."""
        index = self.knowledge.index
        terms = [term for term in (token.lemma, token.origin) if term and term in index.frequency] or [token.lemma]
        related = self._other_words(token, terms[0], translations)
        known = [(term,) for term in terms if term in index.frequency or not related] + list(related)
        # A word without translation may be a name or romaji; one whose translations no document has is surely missing.
        is_vague = self.language == "en" and bool(related or not translations)
        weight = min(map(self._weight, known)) * (TRANSLATION_WEIGHT if is_vague else 1)
        weight *= 1 if token.noun or related else VERB_WEIGHT
        said = [word for word in translations if self._known(_terms(word))]
        is_topic = any(map(_has_noun, said)) if translations else token.noun
        yield Concept(token.lemma, tuple((term,) for term in terms), weight, related, is_topic)
        if token.pair:
            yield from self._pair_concept(token.pair)

    def _pair_concept(self, pair: str) -> Iterator[Concept]:
        """Return the concept of a compound that documents have, or have in another spelling."""
        index, spelling = self.knowledge.index, self.knowledge.spelling
        meant = spelling.misread(pair) or spelling.meant(pair)
        if meant and not self._used(Expansion("spelling", pair, meant)):
            meant = ()
        known = [term for term in (pair, *meant) if term in index.frequency]
        if known:
            weight = min(map(index.weight, known)) * PAIR_WEIGHT
            yield Concept(pair, ((pair,),), weight, tuple((term,) for term in meant))

    def _other_words(self, token: Token, term: str, translations: Sequence[str]) -> tuple[Terms, ...]:
        """Return what a word may stand for that documents have: translations, else words of nearly its spelling."""
        # Of words that mean as much, nouns are what documents print: 削減 for cut, not 切る.
        ranked = sorted(translations, key=lambda word: not _has_noun(word))
        known = tuple(word for word in ranked if (terms := _terms(word)) and self._known(terms))
        if known:
            return tuple(map(_terms, known)) if self._used(Expansion("translation", token.surface, known)) else ()
        # A word that the dictionary has is no misspelt one; the lemma of a name in kanji is its reading.
        if translations or term in self.knowledge.index.frequency or self._is_general(token):
            return ()
        if not _SPELT.fullmatch(token.surface):
            return ()
        meant = self.knowledge.spelling.meant(term)
        return tuple((one,) for one in meant) if meant and self._used(Expansion("spelling", term, meant)) else ()

    def _misread(self, alternatives: Sequence[Terms]) -> tuple[Terms, ...]:
        """Return single terms of the documents that recognition may have made of the compounds of an expression."""
        found = []
        for compound in dict.fromkeys(terms[-1] for terms in alternatives if len(terms) > 1):
            misread = self.knowledge.spelling.misread(compound)
            if misread and self._used(Expansion("spelling", compound, misread)):
                found += [(variant,) for variant in misread]
        return tuple(found)

    def _used(self, expansion: Expansion) -> bool:
        """Note an expansion; return whether it is switched on."""
        if expansion not in self.expansions:
            self.expansions.append(expansion)
        return is_on(expansion.source, expansion.name, self.ignore)

    def _known(self, terms: Terms) -> bool:
        return all(term in self.knowledge.index.frequency for term in terms)

    def _weight(self, terms: Terms) -> float:
        return sum(map(self.knowledge.index.weight, terms)) / len(terms)

    def _listed(self, runs: Sequence[_Run]) -> list[list[_Run]]:
        """Return the runs, those that the question lists as examples (A や B, A or B) together."""
        lists: list[list[_Run]] = []
        for run in runs:
            if lists and _OR.fullmatch(self.text[lists[-1][-1].span[1] : run.span[0]]):
                lists[-1].append(run)
            else:
                lists.append([run])
        return lists

    def _any_of(self, runs: Sequence[_Run]) -> Concept:
        weight = sum(concept.weight for run in runs for concept in run.concepts) / len(runs)
        return Concept(
            self.text[runs[0].span[0] : runs[-1].span[1]],
            tuple(dict.fromkeys(terms for run in runs for terms in run.alternatives)),
            weight,
            tuple(dict.fromkeys(terms for run in runs for terms in run.related)),
        )


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(_overlap(span, other) for other in others)


@lru_cache(maxsize=20_000)
def _has_noun(expression: str) -> bool:
    return any(token.noun for token in tokens(expression))


@lru_cache(maxsize=20_000)
def _terms(expression: str) -> Terms:
    return tuple(words(expression))
