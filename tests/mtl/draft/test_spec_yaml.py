"""The text of a draft is a spec that says what was found, whatever the columns are called."""

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.delimited import Dialect
from mtl.data.read_table import named_in
from mtl.data.sources.sql import SqlSource
from mtl.draft.drafted import Draft, draft
from mtl.draft.sampling import Sample
from mtl.draft.seen_table import look_at
from mtl.draft.spec_yaml import loose_bounds, of_path, of_query, scalar, spec_yaml
from mtl.spec import Spec, parse_spec

ROWS = 300
RNG = np.random.default_rng(0)


def drafted(table: pd.DataFrame, *targets: str, dialect: Dialect | None = None) -> Draft:
    sample = Sample("rows.csv", table, len(table), f"all {len(table)} rows", dialect, dialect and Dialect())
    return draft(look_at(sample), targets)


def written(found: Draft) -> tuple[Spec, str]:
    text = spec_yaml(found, "rows", of_path("rows.csv"), "mtl init rows.csv")
    return named_in(parse_spec(text), found.seen.table), text


def numbers(*names: str) -> pd.DataFrame:
    return pd.DataFrame(RNG.normal(size=(ROWS, len(names))).round(3), columns=list(names))


def test_the_spec_says_what_the_draft_does() -> None:
    table = numbers("a", "b", "y").assign(id=range(ROWS), day="31.12.2024", hit=RNG.random(ROWS) < 0.03)
    table.loc[::2, "day"] = "01.02.2023"
    spec, text = written(drafted(table, "y", "hit", dialect=Dialect(";", ",", "latin-1")))
    assert (spec.name, spec.data.key, spec.features.columns) == ("rows", ("id",), ("a", "b", "day"))
    assert (spec.data.separator, spec.data.decimal, spec.data.encoding) == (";", ",", "latin-1")
    assert spec.data.dates == {"day": "%d.%m.%Y"}
    assert (spec.tasks["hit"].metric, spec.tasks["hit"].balanced) == ("average_precision", True)
    assert all(len(line) <= 120 for line in text.splitlines())
    assert all(
        "#" in line
        for line in text.splitlines()
        if line and not line.startswith((" ", "#", "features", "tasks", "data", "checks"))
    )


@given(st.lists(st.text(min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=4, unique=True))
def test_whatever_the_columns_are_called(names: list[str]) -> None:
    table = pd.DataFrame(np.arange(40.0).reshape(20, 2) % 7 + 0.5, columns=["label", "other"])
    for position, name in enumerate(names):
        table[name] = np.linspace(0.1, 1.7, 20) ** (position + 2)
    found = drafted(table, "label")
    spec, _ = written(found)
    usable = [name for names in found.features.values() for name in names]
    assert set(spec.features.columns) == set(usable)
    assert set(names) - {"label"} <= {*usable, *(name for names in found.left_out.values() for name in names)}


@given(st.text(max_size=20).filter(str.isprintable))
def test_a_text_is_read_back_as_the_same_text(text: str) -> None:
    assert yaml.safe_load(f"[{scalar(text)}]") == [text]


@pytest.mark.parametrize(
    "text", ["yes", "1e3", "2024-01-01", "null", "~", "a: b", "[a]", "*", "0x1f", "a#b", "-999", ""]
)
def test_a_text_that_yaml_would_take_for_something_else_stays_a_text(text: str) -> None:
    rest = "features: {numeric: a}\ntasks: {y: {kind: binary}}\nschemes: [equal]\n"
    spec = parse_spec(f"name: x\ndata: {{path: a.csv, missing: [{scalar(text)}]}}\n{rest}")
    assert spec.data.missing == (text,)


@pytest.mark.parametrize("number", [-999, 0.5, 1e20, -1.5e-7])
def test_numbers_stay_numbers(number: float) -> None:
    assert float(yaml.safe_load(scalar(number))) == number


@pytest.mark.parametrize(
    ("least", "most", "bounds"), [(0, 10, (0, 15)), (-1, 1, (-2, 2)), (18, 90, (0, 130)), (5, 5, (0, 6))]
)
def test_bounds_are_loose_and_amounts_stay_positive(least: float, most: float, bounds: tuple[float, float]) -> None:
    assert loose_bounds(least, most) == bounds


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_bounds_hold_what_was_seen(least: float, width: float) -> None:
    low, high = loose_bounds(least, least + width)
    assert low <= least + 0.06 * max(abs(least), width, 1.0)
    assert high >= least + width - 0.06 * max(abs(least + width), width, 1.0)


def test_many_columns_are_a_pattern_or_all_of_their_type() -> None:
    wide = numbers(*(f"m{number}" for number in range(100)), "y")
    _, text = written(drafted(wide, "y"))
    assert '  numeric: ["m*"]' in text
    assert "    # and so on, for 70 more" in text
    named = [f"{first}{second}" for first in "abcdefg" for second in "hijklmn"]
    spec, text = written(drafted(numbers(*named, "y").assign(one=1), "y"))
    assert "  numeric: {all: numeric, but: [one]}" in text
    assert set(spec.features.columns) == set(named)


def test_labels_that_are_rare_lower_what_the_checks_ask() -> None:
    table = numbers("a", "y")
    table.loc[4:, "y"] = np.nan
    text = written(drafted(table, "y"))[1]
    assert "  min_label_rate: 0.0067" in text
    assert "  min_rows: 150" in text


def test_texts_that_lack_are_allowed_to() -> None:
    table = numbers("a", "y").assign(note=[f"some words on case {number}" for number in range(ROWS)])
    table.loc[:29, "note"] = None
    assert "    note: {max_null_rate: 0.25}" in written(drafted(table, "y"))[1]


def test_a_database_is_named_with_its_query() -> None:
    found = drafted(numbers("a", "y"), "y")
    query = "SELECT *\nFROM rows WHERE name = 'Zoë' # all"
    spec = parse_spec(spec_yaml(found, "rows", of_query("sqlite:///rows.db", query), "mtl init --sql"))
    assert spec.data.source == SqlSource("sqlite:///rows.db", query)
