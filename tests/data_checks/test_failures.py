"""A failed check names the key of the spec that allows what came, and how to write it where it is not written."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from data_checks.check_report import FailedCheck
from data_checks.check_table import check_columns
from mtl.spec import parse_spec

TEXT = """\
name: small
data: {path: small.csv, key: [id]}
features: {text: note}
tasks: {bought: {kind: binary}}
schemes: [equal]
"""


def table(rows: int = 120) -> pd.DataFrame:
    return pd.DataFrame({"id": range(rows), "note": "a b", "bought": [number % 2 for number in range(rows)]})


def few_labels(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(bought=rows["bought"].where(rows.index < 2))


def without_text(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(note=rows["note"].where(rows.index > 0))


def failures(folder: Path, rows: pd.DataFrame, more: str = "") -> list[FailedCheck]:
    return list(check_columns(parse_spec(TEXT + more, "small.yaml"), rows, folder).failures)


@pytest.mark.parametrize(
    ("spoil", "more", "told"),
    [
        (lambda rows: rows.head(20), "", "add `checks: {min_rows: 20}` to small.yaml"),
        (lambda rows: rows.head(20), "checks: {max_rows: 500}\n", "add `min_rows: 20` under checks (small.yaml:6)"),
        (lambda rows: rows.head(20), "checks:\n  min_rows: 50\n", "change checks.min_rows (small.yaml:7)"),
        (lambda rows: rows, "checks: {max_rows: 110}\n", "change checks.max_rows (small.yaml:6)"),
        (few_labels, "checks: {min_label_rate: 0.1}\n", "change checks.min_label_rate (small.yaml:6)"),
        (
            few_labels,
            "checks: {columns: {bought: {severity: warning}}, min_label_rate: 0.02}\n",
            "change checks.min_label_rate (small.yaml:6)",
        ),
        (without_text, "", "add `checks: {columns: {note: {max_null_rate: 0.1}}}` to small.yaml"),
        (lambda rows: rows.assign(id=1), "", "change data.key (small.yaml:2)"),
        (lambda rows: rows.assign(note=5), "", "change features.text (small.yaml:3)"),
    ],
)
def test_what_allows_it_is_named(
    tmp_path: Path, spoil: Callable[[pd.DataFrame], pd.DataFrame], more: str, told: str
) -> None:
    (failure,) = failures(tmp_path, spoil(table()), more)
    assert failure.message.endswith(f"; correct the data or {told}")


def test_what_is_added_to_a_spec_allows_what_came(tmp_path: Path) -> None:
    rows = few_labels(table(300))
    (failure,) = failures(tmp_path, rows)
    added = failure.message.partition("`")[2].partition("`")[0]
    assert added == "checks: {min_label_rate: 0.00666}"
    assert failures(tmp_path, rows, f"{added}\n") == []


def test_a_column_s_name_is_written_as_yaml_reads_it(tmp_path: Path) -> None:
    text = TEXT.replace("text: note", 'text: "note: a"')
    spec = parse_spec(text, "small.yaml")
    (failure,) = check_columns(spec, without_text(table()).rename(columns={"note": "note: a"}), tmp_path).failures
    assert '`checks: {columns: {"note: a": {max_null_rate: 0.1}}}`' in failure.message
