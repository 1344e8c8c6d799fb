"""What looking at test rows costs: each look at them spends some of the error that they allow.

A test row that was looked at once is no fresh witness. Whoever retrains every night and tests on the same rows at
level α promotes something by luck sooner or later: after 50 nights with probability 92 % where each night's candidate
errs by itself. So the α of a decision is what a set of rows allows in all, and each look is granted a part of what is
left:

    spent(S) = the larger of
               the mean over the rows u of S of the levels of the looks that held u, and
               the levels of all looks that S is linked with by common rows, less α for each renewal among them
    level    = (α − spent(S)) / 3

A look that promotes gives its level back, as in Bonferroni's fallback procedure: a claim that was proven owes nothing.
Fresh rows have spent nothing, so the more of S they are, the more there is again. The mean is the larger where rows are
added, or leave without regard to their age; the sum where the oldest leave first, as in a window that rolls on, or
where parts of the rows are looked at one by one. Levels on the same rows, with their one-sided normal quantiles, for
α = .05, beside equal parts for J looks that are fixed in advance:

    look       1      2      3      4      5      6      7      8 and on
    level    .0167  .0111  .0074  .0049  .0033  .0022  .0015   refused
    quantile  2.13   2.29   2.44   2.58   2.72   2.85   2.98

    J          1      2      5     10     20     50
    α/J      .0500  .0250  .0100  .0050  .0025  .0010
    quantile  1.64   1.96   2.33   2.58   2.81   3.09

A third grants the first look, often the only one, what three looks planned in advance would have, the second what five
would, and lasts for seven. A half would ask 1.96 of the first and 2.73 of the fourth, a fifth 2.33 of the first. Nobody
has to say in advance how many looks there will be. What would be granted below α/50 is refused: it asks more than 50
planned looks do, and the rows are used up.

What holds, by the union bound and whatever the dependence between looks: the levels of looks at the same rows that do
not promote sum to less than α, so P(any false promotion) ≤ α for as long as the rows are the same. In general it is at
most α(1 + R), where R, how often the test side was renewed, is the sum of the shares of rows that were fresh, over all
looks but the first.

What is assumed: a candidate knows of the test rows no more than whether those before it were promoted. Someone who
reads intervals on these rows and shapes the next candidate by them is not covered, nor are candidates whose making
follows from which truly better ones came through.

References:
    B. L. Wiens (2003), A fixed sequence Bonferroni procedure for testing multiple endpoints, Pharmaceutical Statistics
    2(3), 211–215.
    J. Feng, G. Pennello, N. Petrick, B. Sahiner, R. Pirracchio and A. Gossmann (2022), Sequential algorithmic
    modification with test data reuse, UAI; arXiv 2203.11377.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mtl.promotion.unit_sketch import UnitSketch

FRACTION = 1 / 3
"""Of what is left, for the next look."""

LEAST = 1 / 50
"""Of α: a look with less is not granted."""


@dataclass(frozen=True)
class PastLook:
    """Test rows were looked at.

    Attributes:
        units: the rows.
        level: the error that the look was allowed.
        share_fresh: of the rows, those that nobody had looked at before.
        promoted: it ended in a promotion, so that its level was given back.
    """

    units: UnitSketch
    level: float
    share_fresh: float
    promoted: bool = False

    @property
    def spent(self) -> float:
        """What the look has used up."""
        return 0.0 if self.promoted else self.level


@dataclass(frozen=True)
class Granted:
    """A look at test rows is allowed.

    Attributes:
        number: 1 where nobody has looked at any of the rows before.
        level: the error that the look may make: its tests are at confidence 1 − level.
        spent_before: by earlier looks.
        left_after: what later looks at the same rows may spend, if this one does not promote.
        share_fresh: of the rows, those that nobody has looked at.
    """

    number: int
    level: float
    spent_before: float
    left_after: float
    share_fresh: float


@dataclass(frozen=True)
class Refused:
    """Nothing is left for another look at these rows.

    Attributes:
        looks: earlier ones, at any of the rows.
        alpha: what the rows allow in all.
        spent: by those looks.
        share_fresh: of the rows, those that nobody has looked at.
    """

    looks: int
    alpha: float
    spent: float
    share_fresh: float

    @property
    def sentence(self) -> str:
        """What is spent and what would renew it."""
        return (
            f"the error budget of these test rows is spent: {self.looks} earlier looks have used {self.spent:.4f} of"
            f" {self.alpha:.4f}, and {self.share_fresh:.0%} of the rows are new; test on new rows, which give it back"
            " in proportion, or on other rows of the same table with `split: {salt: NEW, retired: [OLD]}`, which trains"
            " on the rows that were tested"
        )


def grant(units: UnitSketch, past: Sequence[PastLook], alpha: float) -> Granted | Refused:
    """The level of the next look at these rows, after all that were looked at in the past.

    Args:
        units: the rows that are to be looked at.
        past: earlier looks at these and at other rows, in any order.
        alpha: 1 − the confidence that is asked, 0 < α ≤ .5.
    """
    related = [look for look in past if units.share_in(look.units) > 0]
    fresh = 1 - units.share_in(*(look.units for look in related))
    spent = max(_spent_by_rows(units, related), _spent_in_all(units, past, fresh, alpha))
    level = FRACTION * (alpha - spent)
    if level < LEAST * alpha:
        return Refused(len(related), alpha, spent, fresh)
    return Granted(len(related) + 1, level, spent, alpha - spent - level, fresh)


def _spent_by_rows(units: UnitSketch, past: Iterable[PastLook]) -> float:
    """In the mean over the rows."""
    return sum(look.spent * units.share_in(look.units) for look in past)


def _spent_in_all(units: UnitSketch, past: Sequence[PastLook], fresh: float, alpha: float) -> float:
    """By all linked looks, less α for each time that rows as many as theirs were fresh, the first time apart."""
    linked = list(_linked(units, past))
    renewals = sum(look.share_fresh for look in linked) + fresh - 1
    return sum(look.spent for look in linked) - alpha * renewals


def _linked(units: UnitSketch, past: Sequence[PastLook]) -> Iterator[PastLook]:
    """The looks that hold some of the rows, those that hold some of theirs, and so on, as far as the sketches show."""
    holding: dict[int, list[int]] = {}
    for position, look in enumerate(past):
        for unit in look.units.smallest:
            holding.setdefault(unit, []).append(position)
    ahead, seen = list(units.smallest), set[int]()
    while ahead:
        for position in holding.pop(ahead.pop(), ()):
            if position not in seen:
                seen.add(position)
                ahead.extend(past[position].units.smallest)
                yield past[position]
