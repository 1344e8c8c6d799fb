"""A comparison as it is kept."""

import json

import numpy as np
import pytest

from mtl.evaluation.comparison import ChampionAbsent, ChampionAnswer, ChampionUnknown, Comparison
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.run_against_run import compare_champion
from mtl.jsonable import from_json
from mtl.run_names import RunName
from tests.mtl.evaluation.studies import Study, make_study

FEW = Bootstrap(200, 0.95)


@pytest.fixture
def study() -> Study:
    return make_study()


@pytest.mark.parametrize("answer", [ChampionAbsent(), ChampionUnknown("the registry timed out"), "compared"])
def test_a_comparison_survives_json(study: Study, answer: ChampionAnswer | str) -> None:
    champion = study.predictions[RunName.single("price", 0)]
    compared = compare_champion(study.truths, study.predictions[study.candidate], champion, version="7", bootstrap=FEW)
    study.champion = compared if isinstance(answer, str) else answer
    comparison = study.compared()
    assert from_json(Comparison, comparison.to_json()) == comparison


def test_what_is_not_finite_survives_standard_json(study: Study) -> None:
    study.predictions[study.candidate]["price"][0] = np.nan
    text = study.compared().to_json()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    found = from_json(Comparison, text).of("price")
    assert found is not None
    assert np.isnan(found.difference.lower)
    assert from_json(Comparison, text).to_json() == text


def test_json_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="validation error"):
        from_json(Comparison, '{"promote": true}')
