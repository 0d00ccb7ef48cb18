"""The canonical texts of documents, against which the quotes of a run are checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from corpus.errors import CorpusError
from corpus.library import load_documents
from corpus.settings import Settings
from eval.jsonl import EvaluationError
from eval.runs import Run


def cited_texts(runs: Iterable[Run]) -> Mapping[str, str]:
    """Return the texts of those documents in use, bundled and added, that runs cite, by document id.

    Raises EvaluationError when one of them cannot be read.
    """
    cited = {citation.doc for run in runs for line in run.lines.values() for citation in line.answer.citations}
    if not cited:
        return {}
    try:
        catalogue = load_documents(Settings.from_environment())
        return {one.id: catalogue.read(one).text for one in catalogue.documents if one.id in cited}
    except CorpusError as error:
        raise EvaluationError(f"the quotes of the run cannot be checked: {' '.join(str(error).split())}") from error
