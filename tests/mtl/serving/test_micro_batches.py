"""What comes together is computed together, and each is told what is its own."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from mtl.serving.compiled import Compiled
from mtl.serving.micro_batches import SMALL, THREADS, MicroBatches
from mtl.serving.row_layout import TypedRows

DEADLINE = 30.0


@dataclass(eq=False)
class Doubling:
    """Predicts twice each number; `sizes` of its batches. Waits for `free`, if it is slow."""

    plain: bool = True
    failure: Exception | None = None
    sizes: list[int] = field(default_factory=list)
    free: threading.Event = field(default_factory=threading.Event)

    def predict(self, rows: TypedRows) -> NDArray[np.float64]:
        self.sizes.append(len(rows))
        if not self.plain:
            assert self.free.wait(DEADLINE)
        if self.failure is not None:
            raise self.failure
        return 2 * rows.numbers


def rows(*numbers: float) -> TypedRows:
    return TypedRows(np.array(numbers)[:, np.newaxis])


def together(model: Doubling, parts: list[TypedRows]) -> list[Any]:
    async def ask() -> list[Any]:
        batches = MicroBatches()
        asked = [batches.predict(cast("Compiled", model), part) for part in parts]
        return list(await asyncio.gather(*asked, return_exceptions=True))

    return asyncio.run(asyncio.wait_for(ask(), DEADLINE))


def numbers(found: list[Any]) -> Iterator[list[float]]:
    return (each[:, 0].tolist() for each in found)


def test_requests_of_one_moment_are_one_batch() -> None:
    model = Doubling()
    found = together(model, [rows(1.0), rows(2.0, 3.0), rows(4.0)])
    assert list(numbers(found)) == [[2.0], [4.0, 6.0], [8.0]]
    assert model.sizes == [4]


def test_a_long_table_goes_by_itself() -> None:
    model = Doubling()
    found = together(model, [rows(*range(SMALL + 1)), rows(5.0)])
    assert [len(each) for each in found] == [SMALL + 1, 1]
    assert sorted(model.sizes) == [1, SMALL + 1]


@pytest.mark.parametrize("plain", [True, False])
def test_what_a_model_raises_is_told_to_all_who_wait(plain: bool) -> None:
    model = Doubling(plain=plain, failure=ValueError("broken"))
    model.free.set()
    found = together(model, [rows(1.0), rows(2.0)])
    assert [str(each) for each in found] == ["broken", "broken"]


def test_what_arrives_while_a_slow_model_computes_is_its_next_batch() -> None:
    model = Doubling(plain=False)

    async def ask() -> list[Any]:
        batches = MicroBatches()
        asked = []
        for number in range(THREADS + 3):
            asked.append(asyncio.ensure_future(batches.predict(cast("Compiled", model), rows(float(number)))))
            while number < THREADS and len(model.sizes) <= number:  # each begins by itself while a thread is free
                await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert batches.queued == 3
        model.free.set()
        return list(await asyncio.gather(*asked))

    found = asyncio.run(asyncio.wait_for(ask(), DEADLINE))
    assert list(numbers(found)) == [[2.0 * number] for number in range(THREADS + 3)]
    assert model.sizes == [*[1] * THREADS, 3]


def test_two_versions_are_never_in_one_batch() -> None:
    first, second = Doubling(), Doubling()

    async def ask() -> list[Any]:
        batches = MicroBatches()
        models = [first, second, first]
        return list(await asyncio.gather(*(batches.predict(cast("Compiled", model), rows(1.0)) for model in models)))

    assert len(asyncio.run(ask())) == 3
    assert (first.sizes, second.sizes) == ([2], [1])
