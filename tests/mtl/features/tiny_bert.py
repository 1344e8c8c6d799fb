"""A sentence encoder that is small: two layers of width 16 with drawn weights, and a real WordPiece tokeniser."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

WIDTH, INNER, HEADS, LAYERS, POSITIONS = 16, 32, 4, 2, 24
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "much", "pain", "no", "rash", "##es", "tired", "and", "!", ","]
CONFIG = {
    "model_type": "bert",
    "hidden_act": "gelu",
    "hidden_size": WIDTH,
    "intermediate_size": INNER,
    "max_position_embeddings": POSITIONS,
    "num_attention_heads": HEADS,
    "num_hidden_layers": LAYERS,
    "vocab_size": len(WORDS),
    "layer_norm_eps": 1e-12,
}
MODULES = [{"type": f"sentence_transformers.models.{name}"} for name in ("Transformer", "Pooling", "Normalize")]


def write_encoder(folder: Path, seed: int = 0) -> Path:
    """Write the folder of an encoder whose weights follow from `seed`."""
    (folder / "1_Pooling").mkdir(parents=True)
    for name, plain in (("config.json", CONFIG), ("modules.json", MODULES)):
        (folder / name).write_text(json.dumps(plain), encoding="utf-8")
    pooling = {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    generator = torch.Generator().manual_seed(seed)
    weights = {name: torch.randn(shape, generator=generator) * 0.3 for name, shape in shapes().items()}
    save_file(weights, folder / "model.safetensors")
    tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def tokenizer() -> Tokenizer:
    """Words of a small vocabulary between [CLS] and [SEP]; it pads and cuts by itself, as some that are shipped do."""
    made = Tokenizer(WordPiece({word: code for code, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    made.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    made.enable_padding(length=12)
    made.enable_truncation(12)
    return made


def shapes() -> dict[str, tuple[int, ...]]:
    """The names and shapes of the weights, as the published files have them."""
    found: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDTH),
        "embeddings.position_embeddings.weight": (POSITIONS, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "pooler.dense.weight": (WIDTH, WIDTH),
    }
    linear = {
        "attention.self.query": (WIDTH, WIDTH),
        "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH),
        "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH),
        "output.dense": (WIDTH, INNER),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        for name, shape in linear.items():
            found |= {f"{layer}.{name}.weight": shape, f"{layer}.{name}.bias": shape[:1]}
        norms += [f"{layer}.attention.output.LayerNorm", f"{layer}.output.LayerNorm"]
    return found | {f"{name}.{part}": (WIDTH,) for name in norms for part in ("weight", "bias")}


def spoil_weights(folder: Path, **changed: torch.Tensor | None) -> None:
    """Replace weights by name (`.` written `__`), or leave out those that are None."""
    weights = load_file(folder / "model.safetensors")
    for name, weight in changed.items():
        weights.pop(name.replace("__", "."), None)
        if weight is not None:
            weights[name.replace("__", ".")] = weight
    save_file(weights, folder / "model.safetensors")


def spoil_json(folder: Path, name: str, **changed: object) -> None:
    """Replace keys of a JSON file; those that become None are left out."""
    plain = {**json.loads((folder / name).read_text(encoding="utf-8")), **changed}
    kept = {key: value for key, value in plain.items() if value is not None}
    (folder / name).write_text(json.dumps(kept), encoding="utf-8")
