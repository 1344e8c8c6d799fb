"""The comparison as it was made before version 4 of the gate's rules, so that decisions of then can be made again."""

from dataclasses import replace
from typing import assert_never

from mtl.evaluation.comparison import (
    ChampionAbsent,
    ChampionAnswer,
    ChampionCompared,
    ChampionUnknown,
    Comparison,
)
from mtl.evaluation.paired_difference import Bootstrap
from mtl.evaluation.run_against_run import compare, compare_champion, with_constants
from mtl.study.against_incumbents import against_incumbents
from mtl.study.measured import ChampionPredictions, Measured


def compare_as_before(measured: Measured, bootstrap: Bootstrap) -> Comparison:
    """One run against one, each pair on resamples of its own; the mean over seeds without an interval."""
    compared = compare(
        measured.truths,
        measured.predictions,
        candidate=measured.candidate,
        baselines=measured.baselines,
        champion=_against_champion(measured, bootstrap),
        bootstrap=bootstrap,
        contenders=measured.contenders,
    )
    ours = measured.predictions.get(measured.candidate, {})
    compared = with_constants(compared, measured.truths, ours, measured.constants, bootstrap)
    return replace(compared, incumbents=against_incumbents(measured, bootstrap))


def _against_champion(measured: Measured, bootstrap: Bootstrap) -> ChampionAnswer:
    match measured.champion:
        case ChampionPredictions(version, theirs):
            ours = measured.predictions[measured.candidate]
            return compare_champion(measured.truths, ours, theirs, version=version, bootstrap=bootstrap)
        case ChampionAbsent() | ChampionUnknown() | ChampionCompared() as answer:
            return answer
        case _ as never:
            assert_never(never)
