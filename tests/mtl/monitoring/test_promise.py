from dataclasses import replace

import numpy as np

from mtl.evaluation.paired_difference import Bootstrap, paired_difference
from mtl.jsonable import from_json, to_json
from mtl.monitoring.promise import LOST, Promise, TaskPromise, promise_of
from tests.mtl.monitoring.streams import numbers, promised


def test_a_twentieth_of_what_the_opponent_gains_on_a_constant_may_be_lost() -> None:
    truth, _, opponent = numbers(4000, 0, 1.3)
    promise = promised(4000)
    gained = np.mean(truth.labels**2) - np.mean((opponent - truth.labels) ** 2)
    np.testing.assert_allclose(promise.tolerance, LOST * gained)
    assert promise.loss_difference < 0 < promise.loss_error
    assert promise.tolerance < promise.bound
    assert promise.difference.lower > 0


def test_without_a_constant_nothing_may_be_lost_nor_where_the_opponent_is_worse_than_one() -> None:
    truth, champion, opponent = numbers(500, 0, 30.0)
    difference = paired_difference(truth, champion, opponent, Bootstrap(50, 0.95))
    for constant in (None, np.zeros(1)):
        assert promise_of(truth, (champion, opponent), constant, "linear", difference).tolerance == 0.0


def test_two_models_that_predict_the_same_have_a_bound_and_no_difference() -> None:
    truth, champion, _ = numbers(500, 0, 1.0)
    difference = paired_difference(truth, champion, champion, Bootstrap(50, 0.95))
    promise = promise_of(truth, (champion, champion), np.zeros(1), "itself", difference)
    assert promise.loss_difference == 0.0
    assert 0 <= promise.tolerance < promise.bound


def test_a_promise_survives_storage_even_where_a_number_is_none() -> None:
    known = promised()
    odd = replace(known, loss_error=float("nan"), task="height")
    stored = from_json(Promise, to_json(Promise((known, odd), {"height": "it is of another library"})))
    found, gone = stored.of("weight"), stored.of("nothing")
    assert found == known
    assert gone is None
    height = stored.of("height")
    assert isinstance(height, TaskPromise)
    assert np.isnan(height.loss_error)
