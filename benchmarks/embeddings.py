"""Measures of embedding models alone, without the engine: `python -m benchmarks.embeddings --qa DIR`.

Two kinds. Public question-passage pairs (SQuAD's form): the passage of each question among all distinct passages of
its file, by cosine. The project's own questions: passages of the bundled documents, by the mean of the cosines of the
passage and of its best sentence, among those of the city that the question names, if it names any.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.catalogue import Catalogue, load_catalogue
from corpus.errors import CorpusError
from corpus.model import Passage
from corpus.passages import cut
from corpus.settings import Settings
from eval.jsonl import EvaluationError
from eval.measures import score
from eval.questions import CALIBRATION, DEFAULT_QUESTIONS, Question, read_questions
from eval.runs import RunAnswer, RunLine, RunPassage
from indexer.build import embedded_text
from indexer.encoder import EMBEDDED, EMBEDDED_BASE, Encoder, EncoderError, encoder_of
from indexer.sentences import sentence_spans

PUBLIC = ("jaquad-dev.jsonl.gz", "jsquad-valid.jsonl.gz")
PUBLIC_MEASURES = ("S@1", "MRR@10", "nDCG@10")
OWN_MEASURES = ("S@1", "S@10", "MRR@10", "nDCG@10", "S@500c", "S@2000c")
_DEPTH = 50  # passages of a ranking that are kept: more than 2000 characters

Floats = NDArray[np.float32]


def public_measures(encoder: Encoder, file: Path) -> dict[str, float]:
    """Return S@1, MRR@10 and nDCG@10 over the questions of a gzipped file of question-passage records."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    passages = list(dict.fromkeys(record["passage"] for record in records))
    place = {passage: at for at, passage in enumerate(passages)}
    asked = [(question["question"], place[record["passage"]]) for record in records for question in record["questions"]]
    vectors = encoder.encode_documents(passages)
    questions = encoder.encode_documents([question for question, _ in asked])
    cosines = questions @ vectors.T
    gold = np.array([at for _, at in asked])
    ranks = 1 + (cosines > cosines[np.arange(len(gold)), gold][:, None]).sum(axis=1)
    found = ranks <= 10
    values = (ranks == 1, found / ranks, found / np.log2(ranks + 1))
    return {name: float(value.mean()) for name, value in zip(PUBLIC_MEASURES, values, strict=True)}


class OwnQuestions:
    """The project's questions over the passages of a catalogue, ranked by an encoder alone."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.passages: list[Passage] = []
        for document in catalogue.documents:
            self.passages.extend(cut(document, catalogue.read(document)).passages)
        self._run = [RunPassage(passage.document.id, passage.text) for passage in self.passages]
        cities = [passage.document.municipality for passage in self.passages]
        self._of_city = {city: np.array([city == other for other in cities]) for city in dict.fromkeys(cities)}
        sentences = [
            (at, passage.text[start:end])
            for at, passage in enumerate(self.passages)
            for start, end in sentence_spans(passage.text)
        ]
        self._owners = np.array([at for at, _ in sentences])
        self._sentences = [sentence for _, sentence in sentences]

    def measures(self, encoder: Encoder, groups: Mapping[str, Sequence[Question]]) -> dict[str, dict[str, float]]:
        """Return, for each group of questions, the mean of each measure over those that have an answer."""
        texts = [embedded_text(passage) for passage in self.passages]
        vectors = encoder.encode_documents([*texts, *self._sentences])
        whole, sentences = vectors[: len(texts)], vectors[len(texts) :]
        return {name: self._measured(encoder, whole, sentences, questions) for name, questions in groups.items()}

    def _measured(
        self, encoder: Encoder, whole: Floats, sentences: Floats, questions: Sequence[Question]
    ) -> dict[str, float]:
        answerable = [question for question in questions if question.answerable]
        lines = {}
        for question in answerable:
            vector = encoder.encode_query(question.question)
            cosines = whole @ vector
            best = np.full(len(whole), -1, dtype=np.float32)
            np.maximum.at(best, self._owners, sentences @ vector)
            scores = np.where(best > -1, (cosines + best) / 2, cosines)
            named = [mask for city, mask in self._of_city.items() if city.removesuffix("市") in question.question]
            if named:
                scores = np.where(np.any(named, axis=0), scores, -2)
            order = np.argsort(-scores, kind="stable")[:_DEPTH]
            shown = tuple(self._run[at] for at in order)
            lines[question.id] = RunLine(question.id, shown, RunAnswer("", (), abstained=False), None)
        scored = score(answerable, lines)
        return {name: float(np.mean([values[name] for values in scored.values()])) for name in OWN_MEASURES}


def question_groups(documents: Sequence[str] = ()) -> dict[str, list[Question]]:
    """Return the questions of both files, and of those about each of some documents."""
    files = (read_questions(CALIBRATION), read_questions(DEFAULT_QUESTIONS))
    groups = {file.name.removesuffix(".jsonl"): list(file.questions) for file in files}
    groups["english"] = [question for file in files for question in file.questions if question.lang == "en"]
    for document in documents:
        groups[document] = [
            question for question in files[0].questions if {gold.doc for gold in question.gold} == {document}
        ]
    return groups


def load(model: str) -> Encoder:
    """Return `Encoder.load(model)`, or the embedded model with the weights of a `.safetensors` file."""
    if not model.endswith(".safetensors"):
        return Encoder.load(model)
    from indexer.use_network import load_embedded, resource_folder, tuned_weights

    network, tokenizer = load_embedded(resource_folder())
    network.load_state_dict(tuned_weights(Path(model), digest=None), strict=False)
    return encoder_of(network, tokenizer, model, hashlib.sha256(Path(model).read_bytes()).hexdigest())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measures of some models side by side; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.embeddings", description=__doc__.splitlines()[0])
    parser.add_argument("--qa", type=Path, help=f"folder with {' and '.join(PUBLIC)}; without it they are left out")
    parser.add_argument(
        "--model",
        action="append",
        metavar="NAME",
        help=f"a model, or a .safetensors file that `python -m indexer.training` wrote; may be given several times "
        f"({EMBEDDED_BASE} and {EMBEDDED})",
    )
    parser.add_argument("--document", action="append", default=[], help="measure questions about this document alone")
    options = parser.parse_args(arguments)
    try:
        own = OwnQuestions(load_catalogue(Settings.from_environment().documents))
        groups = question_groups(options.document)
        columns: dict[str, dict[tuple[str, str], float]] = {}
        for model in options.model or [EMBEDDED_BASE, EMBEDDED]:
            encoder = load(model)
            values = {name: public_measures(encoder, options.qa / name) for name in PUBLIC if options.qa}
            values |= own.measures(encoder, groups)
            columns[model] = {(name, measure): value for name, row in values.items() for measure, value in row.items()}
    except (CorpusError, EncoderError, EvaluationError, OSError) as error:
        sys.stderr.write(f"embeddings: {error}\n")
        return 1
    for at, model in enumerate(columns):
        sys.stdout.write(f"[{at}] {model}\n")
    sys.stdout.write(f"{'':34}" + "".join(f"{f'[{at}]':>8}" for at in range(len(columns))) + "\n")
    for name, measure in next(iter(columns.values())):
        row = "".join(f"{values[name, measure]:8.3f}" for values in columns.values())
        sys.stdout.write(f"{name.removesuffix('.jsonl.gz'):26}{measure:8}{row}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
