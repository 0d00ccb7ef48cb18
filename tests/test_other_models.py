"""Another embedding model by one setting: a real transformer, made here, from the index to the found passage."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from small_index import ROOT, TEXT, catalogue_of, environment

from indexer.encoder import Encoder
from indexer.store import open_generation
from search import SearchEngine

FAMILIES = {
    "ruri-v3-tiny": ("検索クエリ: ", "検索文書: "),
    "multilingual-e5-tiny": ("query: ", "passage: "),
    "bge-m3-tiny": ("", ""),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small BERT models without prompts of their own, named like families that were trained with some."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models")
    letters = sorted(set(TEXT) - set(" \n\t")) + list("検索クエリ文書:")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(letters), "query", "passage"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(words), **sizes)).save_pretrained(folder / "bert")
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[transformer, Pooling(transformer.get_embedding_dimension())], device="cpu")
    for name in FAMILIES:
        model.save(str(folder / name))
    return folder


def run(room: str, *arguments: str, **variables: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", room, *arguments],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("family", "prompts"), FAMILIES.items(), ids=FAMILIES)
def test_a_model_of_a_known_family_is_used_with_its_prompts(
    models: Path, tmp_path: Path, family: str, prompts: tuple[str, str]
) -> None:
    index = tmp_path / "index"
    documents = catalogue_of(tmp_path / "documents", plan=TEXT).folder
    setting = {"KAIKAKU_MODEL": models / family, "KAIKAKU_INDEX": index, "KAIKAKU_DOCUMENTS": documents}
    built = run("indexer", "build", "--quiet", **setting)
    assert built.returncode == 0, built.stderr
    model = open_generation(index)[1].model
    assert (model["query_prompt"], model["document_prompt"], model["dimension"]) == (*prompts, 16)
    found = run("search", "find", "改革", "--top-k", "1", "--json", **setting)
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["text"] in (documents / "plan.txt").read_text(encoding="utf-8")


def test_prompts_change_the_vectors_of_queries_and_documents(models: Path) -> None:
    ruri, bge = (Encoder.load(str(models / name)) for name in ("ruri-v3-tiny", "bge-m3-tiny"))
    assert not (ruri.encode_query("改革") == bge.encode_query("改革")).all()
    assert (ruri.encode_query("改革") == bge.encode_query("検索クエリ: 改革")).all()
    assert (ruri.encode_documents(["改革"]) == bge.encode_documents(["検索文書: 改革"])).all()


def test_an_index_of_another_model_is_refused_with_the_command(models: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    documents = catalogue_of(tmp_path / "documents", plan=TEXT).folder
    setting = {"KAIKAKU_INDEX": index, "KAIKAKU_DOCUMENTS": documents}
    assert run("indexer", "build", "--quiet", KAIKAKU_MODEL=models / "bge-m3-tiny", **setting).returncode == 0
    found = run("search", "find", "改革", KAIKAKU_MODEL="embedded", **setting)
    assert found.returncode == 1
    assert "run `python -m indexer build --model embedded`" in found.stderr
    assert SearchEngine.open(index, model=str(models / "bge-m3-tiny")).search("改革")
