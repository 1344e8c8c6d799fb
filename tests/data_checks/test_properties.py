"""Any table that is what the spec asks for passes; with one bad cell it does not."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_checks.check_table import check_columns
from data_checks.check_values import BETWEEN
from mtl.names import canonical_name
from mtl.spec import parse_spec

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:module 'sre_(constants|parse)' is deprecated:DeprecationWarning"),
]

LEAST, MOST = -40.5, 60.25
SPEC = parse_spec(f"""
name: weather
data: {{path: weather.parquet, key: [hour]}}
features: {{numeric: [temperature]}}
tasks: {{rain: {{kind: binary}}}}
schemes: [equal]
checks: {{min_rows: 2, columns: {{temperature: {{min: {LEAST}, max: {MOST}}}}}}}
""")


FAR = 2.0**100  # exact in 32 bits, like the bounds


@st.composite
def weather(draw: st.DrawFn) -> pd.DataFrame:
    """Two rows or more, with at least one temperature, of any float type, and both labels."""
    temperatures = st.none() | st.floats(LEAST, MOST, width=32)
    cells = draw(st.lists(temperatures, min_size=2, max_size=40).filter(lambda cells: set(cells) != {None}))
    labels = [0, 1, *(draw(st.sampled_from([0, 1, None])) for _ in cells[2:])]
    column = pd.Series(cells, dtype="Float64")
    typed = draw(
        st.sampled_from([column, column.astype("float64"), column.astype("float32"), column.astype("Float32")])
    )
    return pd.DataFrame({"hour": range(len(cells)), "temperature": typed, "rain": labels})


@settings(max_examples=8, deadline=None)
@given(table=weather(), data=st.data())
def test_a_table_as_described_passes_and_one_bad_cell_is_found(
    tmp_path_factory: pytest.TempPathFactory, table: pd.DataFrame, data: st.DataObject
) -> None:
    docs = tmp_path_factory.mktemp("docs")
    assert check_columns(SPEC, table, docs).failures == ()

    row = data.draw(st.integers(0, len(table) - 1))
    above = st.floats(MOST, FAR, exclude_min=True, width=32)
    below = st.floats(-FAR, LEAST, exclude_max=True, width=32)
    table.loc[row, "temperature"] = data.draw(above | below)
    report = check_columns(SPEC, table, docs)
    (failure,) = report.failures
    assert not report.passed
    assert (failure.expectation, failure.column, failure.failed_rows) == (BETWEEN, "temperature", 1)
    assert failure.examples == ((f"hour={row}", f"temperature={canonical_name(table['temperature'][row])}"),)
