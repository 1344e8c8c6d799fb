"""What the cells say together: mean value, mean rank, error relative to trees, how training ended, seconds."""

from collections.abc import Iterator, Sequence

import pandas as pd

from tests.quality.cells import Found
from tests.quality.tables import BenchTable

REFERENCE = "trees"


def summarise(found: Sequence[Found], tables: dict[str, BenchTable]) -> str:
    """All tables of the report as text; only splits that every contender has answered are compared."""
    rows = pd.DataFrame(
        [
            {"table": one.table, "split": one.split, "task": task, "contender": one.contender, "value": value}
            for one in found
            for task, value in one.values.items()
        ]
    )
    wide = rows.pivot(index=["table", "split", "task"], columns="contender", values="value")
    order = [name for name in dict.fromkeys(one.contender for one in found) if name in wide]
    wide = wide[order].dropna()
    if wide.empty:
        return "no split of any table has been answered by all contenders yet\n"
    return "\n".join(_parts(found, wide, tables))


def _parts(found: Sequence[Found], wide: pd.DataFrame, tables: dict[str, BenchTable]) -> Iterator[str]:
    yield "Mean value (R², ROC AUC or accuracy; over tasks, then splits)\n" + _shown(_by_table(wide))
    yield (
        "Error, 1 − value, as a ratio to that of the trees\n" + _shown(_relative_errors(wide))
        if REFERENCE in wide
        else ""
    )
    yield "Mean rank (over tasks, then splits and tables; 1 is best)\n" + _shown(_ranks(wide, tables), digits=2)
    yield "How training ended, and what it took\n" + _shown(_ends(found), digits=3)


def _by_table(wide: pd.DataFrame) -> pd.DataFrame:
    means = wide.groupby(level="table", sort=False).mean()
    return pd.concat([means, means.mean().to_frame("mean").T])


def _relative_errors(wide: pd.DataFrame) -> pd.DataFrame:
    errors = 1.0 - wide.groupby(level="table", sort=False).mean()
    return errors.div(errors[REFERENCE], axis="index")


def _ranks(wide: pd.DataFrame, tables: dict[str, BenchTable]) -> pd.DataFrame:
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
