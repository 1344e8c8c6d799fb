"""Bundles of earlier formats, which registries still hold, as bundles of today's: pure functions of what is in them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from torch import Tensor

from mtl.models.old_weights import renamed_weights

Described: TypeAlias = Mapping[str, Any]
"""The content of bundle.json."""

Weights: TypeAlias = Mapping[str, Tensor]


def from_format_3(described: Described, weights: Weights) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Format 3 knew three kinds of features by name, and one text."""
    transforms, shape = described["transforms"], described["shape"]
    upgraded = {
        "format": 4,
        "tasks": described["tasks"],
        "features": list(_features(transforms)),
        "shape": {
            "parts": list(_parts(shape, transforms)),
            "heads": [
                {"width": head["width"], "kind": head["kind"], "reads": head["parts"]} for head in shape["heads"]
            ],
            "trunk": shape["trunk"],
            "dropout": shape["dropout"],
            "sharing": shape.get("sharing", {"name": "hard"}),
        },
    }
    return upgraded, renamed_weights(weights)


def from_format_4(described: Described, weights: Weights) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Format 4 knew no members, and standardised numbers without clipping them."""
    upgraded = {
        **described,
        "format": 5,
        "features": [_with_centers(fit) if fit["kind"] == "numeric" else fit for fit in described["features"]],
        "shape": {**described["shape"], "members": 1},
    }
    return upgraded, dict(weights)


UPGRADES: Mapping[int, Callable[[Described, Weights], tuple[dict[str, Any], dict[str, Tensor]]]] = {
    3: from_format_3,
    4: from_format_4,
}
"""By the format that is read: each gives the next one."""


def _with_centers(numeric: Described) -> dict[str, Any]:
    columns = ({**column, "center": column["mean"], "limit": None} for column in numeric["fitted"])
    fitted = [{key: value for key, value in column.items() if key != "mean"} for column in columns]
    return {**numeric, "fitted": fitted}


def _features(transforms: Described) -> list[dict[str, Any]]:
    """The kinds that have a column, in the encoder's order."""
    found = [_columns(kind, transforms[kind]) for kind in ("numeric", "categorical") if transforms[kind]]
    text = transforms["text"]
    return [*found, {**_columns("text", [text]), "max_tokens": text["max_tokens"]}] if text else found


def _columns(kind: str, columns: list[dict[str, Any]]) -> dict[str, Any]:
    fitted = [{key: value for key, value in column.items() if key not in {"name", "max_tokens"}} for column in columns]
    return {"kind": kind, "columns": [column["name"] for column in columns], "fitted": fitted}


def _parts(shape: Described, transforms: Described) -> list[dict[str, Any]]:
    parts: dict[str, dict[str, Any]] = {
        "numeric": {"width": shape["numeric_width"]},
        "categorical": {"cardinalities": shape["cardinalities"], "width": shape["category_width"]},
        "text": {
            "encoder": shape.get("text_encoder", "mean"),
            "vocabulary_sizes": [shape["vocabulary_size"]],
            "max_tokens": transforms["text"]["max_tokens"] if transforms["text"] else 0,
            "width": shape["text_width"],
        },
    }
    return [{"kind": kind, **part} for kind, part in parts.items() if transforms[kind]]
