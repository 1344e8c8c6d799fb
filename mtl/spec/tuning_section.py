"""How many settings of each model are tried on validation."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from mtl.extensions import BASELINES
from mtl.hints import did_you_mean, expected_one_of
from mtl.options import OptionError, make
from mtl.ranges import Range
from mtl.spec.section import Name, Section

if TYPE_CHECKING:
    from mtl.baselines.baseline import Baseline

Bounds = tuple[Annotated[float, Field(allow_inf_nan=False)], Annotated[float, Field(allow_inf_nan=False)]]


MOST_TRIALS = 100
"""Of a study that is bound by time alone."""


class TuningSpec(Section):
    """Equal effort: each approach, and each baseline of each task, is tried with as many settings."""

    trials: int = Field(
        0,
        ge=0,
        le=10_000,
        description="settings tried, the spec's own first; 0: the spec's own alone; needs the extra `tuning`",
    )
    finalists: int = Field(
        0,
        ge=0,
        le=10_000,
        description="approaches that are trained to their end; others are stopped early, half of them at a time, by"
        " validation (successive halving), baselines never; 0: all are",
    )
    ranges: Mapping[Name, Mapping[str, Bounds]] = Field(
        {}, description="by baseline and option the lowest and the highest value; network: also of every approach"
    )

    def timed(self) -> "TuningSpec":
        """Of a study whose time says how many trials there are: as many as the spec allows, if it says so."""
        return self.model_copy(update={"trials": self.trials or MOST_TRIALS})

    def ranges_of(self, baseline: str) -> dict[str, Range]:
        """Where settings of a baseline, by its name in the catalog, are looked for; `network`: of an approach, too."""
        declared: Mapping[str, Range] = BASELINES.get(baseline).ranges
        given = self.ranges.get(baseline, {})
        return {
            option: replace(known, low=given[option][0], high=given[option][1]) if option in given else known
            for option, known in declared.items()
        }

    def mistakes(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """What is wrong with `ranges`, and the keys below the section that lead to it."""
        for baseline, given in self.ranges.items():
            if baseline not in BASELINES.names:
                yield expected_one_of(BASELINES.names, baseline), ("ranges", baseline)
                continue
            for option in given:
                problem = _problem(BASELINES.get(baseline), option, self.ranges_of(baseline))
                if problem:
                    yield problem, ("ranges", baseline, option)


def _problem(kind: "type[Baseline]", option: str, told: Mapping[str, Range]) -> str:
    if option not in told:
        return f"'{option}' is not tuned; {did_you_mean(option, told)}allowed: {', '.join(told) or 'none'}"
    found = told[option]
    if problem := found.problem():
        return problem
    if not hasattr(kind, option):
        return ""
    try:
        for bound in (found.low, found.high):
            make(kind, {option: found.kept(bound)})
    except OptionError as mistake:
        return mistake.problem
    return ""
