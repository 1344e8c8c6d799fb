"""What the answers say together: values, errors relative to trees, ranks, promotions, how training ended, seconds."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from tests.quality.cells import Found
from tests.quality.promotions import Judged
from tests.quality.tables import BenchTable

REFERENCE = "trees"
STRONGEST = "trees, tuned"

NEAR = 1.01
"""The ratio of two errors up to which one is as good as the other."""


def summarise(found: Sequence[Found], judged: Sequence[Judged], tables: Mapping[str, BenchTable]) -> str:
    """All tables of the report as text; only splits that every contender has answered are compared."""
    rows = pd.DataFrame(
        [
            {"table": one.table, "split": one.split, "task": task, "contender": one.contender, "value": value}
            for one in found
            for task, value in one.values.items()
        ]
    )
    wide = rows.pivot(index=["table", "split", "task"], columns="contender", values="value") if found else rows
    wide = wide[list(dict.fromkeys(one.contender for one in found))].dropna()
    if wide.empty:
        return "no split of any table has been answered by all contenders yet\n"
    return "\n".join(_parts(found, judged, wide, tables))


def _parts(
    found: Sequence[Found], judged: Sequence[Judged], wide: pd.DataFrame, tables: Mapping[str, BenchTable]
) -> Iterator[str]:
    yield "Mean value (R², ROC AUC or accuracy; over tasks, then splits)\n" + _shown(_by_table(wide))
    if REFERENCE in wide:
        yield "Error, 1 − value, as a ratio to that of the trees\n" + _shown(_relative_errors(wide, REFERENCE))
    if STRONGEST in wide:
        count = wide.index.unique("table").size
        title = f"On how many of {count} tables the error is at most {NEAR} times that of the tuned trees\n"
        yield title + _shown(_near(wide))
    yield "Mean rank (over tasks, then splits and tables; 1 is best)\n" + _shown(_ranks(wide, tables), digits=2)
    if judged:
        yield (
            "What the gate would say of the multi-task network with members and default settings, by table and split\n"
            + _shown(_promotions(judged, tables))
        )
    yield "How training ended, and what it took\n" + _shown(_ends(found), digits=3)


def _by_table(wide: pd.DataFrame) -> pd.DataFrame:
    means = wide.groupby(level="table", sort=False).mean()
    return pd.concat([means, means.mean().to_frame("mean").T])


def _relative_errors(wide: pd.DataFrame, reference: str) -> pd.DataFrame:
    errors = 1.0 - wide.groupby(level="table", sort=False).mean()
    return errors.div(errors[reference], axis="index")


def _near(wide: pd.DataFrame) -> pd.DataFrame:
    return (_relative_errors(wide, STRONGEST) <= NEAR).sum().to_frame("tables")


def _promotions(judged: Sequence[Judged], tables: Mapping[str, BenchTable]) -> pd.DataFrame:
    """How often each verdict, by the relatedness that is planted."""
    planted = [tables[one.table].relatedness for one in judged]
    groups = pd.Series(["unknown" if each is None else f"{each:g}" for each in planted], name="relatedness")
    verdicts = pd.Categorical([one.verdict for one in judged], ["better", "undecided", "worse"])
    counts = pd.crosstab(groups, verdicts, colnames=["verdict"], dropna=False)
    return counts.assign(all=counts.sum(axis="columns"))


def _ranks(wide: pd.DataFrame, tables: Mapping[str, BenchTable]) -> pd.DataFrame:
    ranks = wide.rank(axis="columns", ascending=False).groupby(level="table", sort=False).mean()
    planted = pd.Series({name: tables[name].relatedness for name in ranks.index}, dtype=float)
    groups = {
        "all": planted.isna() | planted.notna(),
        "real": planted.isna(),
        "planted, relatedness 0.5 and more": planted >= 0.5,
        "planted, less": planted < 0.5,
    }
    return pd.DataFrame({name: ranks[kept].mean() for name, kept in groups.items() if kept.any()}).T


def _ends(found: Sequence[Found]) -> pd.DataFrame:
    counts = pd.DataFrame([vars(one) for one in found]).groupby("contender", sort=False)
    ends = counts[["runs", "at_cap", "at_first", "failed", "seconds"]].sum()
    shares = ends[["at_cap", "at_first", "failed"]].div(ends["runs"].clip(lower=1), axis="index")
    return pd.concat([ends["runs"], shares, ends["seconds"]], axis="columns")


def _shown(table: pd.DataFrame, digits: int = 3) -> str:
    return table.to_string(float_format=lambda value: f"{value:.{digits}f}") + "\n"
