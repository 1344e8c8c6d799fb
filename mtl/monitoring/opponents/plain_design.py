"""A fitted design as plain values and arrays, and back. What reads them executes nothing of them.

The parts of a design hold numbers, arrays, lists and tuples of them, the weights of words, and a projection. Anything
else is refused when it is stored.
"""

from typing import Any, TypeAlias

import numpy as np
from sklearn.decomposition import TruncatedSVD

from mtl.baselines.design.matrix import Design, Part
from mtl.baselines.design.word_weights import WordWeights
from mtl.errors import MtlError
from mtl.features.design_blocks import Codes, DesignBlock, Numbers, Texts

Arrays: TypeAlias = dict[str, np.ndarray]

Plain: TypeAlias = Any
"""What JSON holds, and what that stands for."""

EMPTY: dict[str, DesignBlock] = {
    "numbers": Numbers(np.zeros((0, 0))),
    "codes": Codes(np.zeros((0, 0), dtype=np.int64)),
    "texts": Texts(np.zeros(0, dtype=object)),
}
"""A block of each kind: it says which part it becomes."""


def plain_design(design: Design, arrays: Arrays) -> list[dict[str, Any]]:
    """The parts as JSON holds them; their arrays are added to `arrays`, which JSON names.

    Raises:
        MtlError: a part holds what cannot be stored.
    """
    return [
        {"block": _block_of(design, part), **{name: _plain(value, arrays) for name, value in vars(part).items()}}
        for part in design.parts
    ]


def restored_design(design: Design, plain: list[dict[str, Any]], arrays: Arrays) -> Design:
    """The inverse: `design`, which is not fitted, with the parts that were stored."""
    for described in plain:
        part = design.part_for(EMPTY[described["block"]])
        vars(part).update({name: _restored(each, arrays) for name, each in described.items() if name != "block"})
        design.parts.append(part)
    return design


def _block_of(design: Design, part: Part[Any]) -> str:
    return next(name for name, block in EMPTY.items() if type(design.part_for(block)) is type(part))


def _plain(value: object, arrays: Arrays) -> Plain:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case np.ndarray() if value.dtype != object:
            name = str(len(arrays))
            arrays[name] = np.ascontiguousarray(value)
            return {"array": name}
        case list() | tuple():
            return {type(value).__name__: [_plain(each, arrays) for each in value]}
        case WordWeights():
            return {"words": value.words, "rarity": _plain(value.rarity, arrays)}
        case TruncatedSVD():
            return {"directions": _plain(value.components_, arrays)}
        case _:
            raise MtlError(f"a {type(value).__name__} cannot be stored without pickle")


def _restored(plain: Plain, arrays: Arrays) -> Plain:
    match plain:
        case {"array": name}:
            return arrays[name]
        case {"list": items}:
            return [_restored(each, arrays) for each in items]
        case {"tuple": items}:
            return tuple(_restored(each, arrays) for each in items)
        case {"words": words, "rarity": rarity}:
            return WordWeights.known(words, _restored(rarity, arrays))
        case {"directions": components}:
            found = _restored(components, arrays)
            projection = TruncatedSVD(len(found))
            projection.components_ = found
            return projection
        case _:
            return plain
