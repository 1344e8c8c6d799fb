from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from pydantic import ConfigDict

from mtl.jsonable import EXACT, from_json, to_json


@dataclass(frozen=True)
class Pair:
    __pydantic_config__: ClassVar[ConfigDict] = EXACT

    first: float
    second: float


@pytest.mark.parametrize("value", [0.1 + 0.2, np.inf, -np.inf, 5e-324, -0.0])
def test_a_number_survives_exactly(value: float) -> None:
    assert from_json(Pair, to_json(Pair(value, 1.0))) == Pair(value, 1.0)


def test_nan_survives() -> None:
    assert np.isnan(from_json(Pair, to_json(Pair(1.0, np.nan))).second)


@pytest.mark.parametrize("text", ['{"first": 1}', '{"first": 1, "second": 2, "third": 3}', "[]", "{"])
def test_text_that_is_not_the_value_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        from_json(Pair, text)
