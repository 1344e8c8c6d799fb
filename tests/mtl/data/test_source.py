"""What a spec says of a source, to the source and back."""

from dataclasses import dataclass
from pathlib import Path
from typing import final

import pandas as pd
import pytest
from pydantic import ValidationError

from mtl.data.source import Source
from mtl.data.sources.path import PathSource


@final
@dataclass(frozen=True)
class Query(Source):
    """A source of two fields."""

    url: str
    limit: int = 10

    @property
    def place(self) -> str:
        return self.url

    def read(self, cache: Path) -> pd.DataFrame:
        return pd.DataFrame({"row": range(self.limit)})


def test_a_source_of_one_field_is_given_its_value_alone() -> None:
    source = PathSource.of("path", "rows.csv")
    assert source == PathSource(Path("rows.csv"))
    assert source.plain() == "rows.csv"


def test_a_source_of_several_fields_is_given_them_by_name() -> None:
    source = Query.of("query", {"url": "somewhere"})
    assert source == Query("somewhere", 10)
    assert source.plain() == {"url": "somewhere", "limit": 10}
    assert Query.of("query", source.plain()) == source


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("somewhere", ("query",)),
        ({}, ("query", "url")),
        ({"url": 1}, ("query", "url")),
        ({"url": "x", "limt": 3}, ("query", "limt")),
    ],
)
def test_anything_else_is_refused_where_it_stands(value: object, where: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Query.of("query", value)
    assert caught.value.errors()[0]["loc"] == where


def test_relative_paths_are_those_of_the_spec_s_folder_and_other_sources_have_none(tmp_path: Path) -> None:
    assert PathSource(Path("rows.csv")).below(tmp_path) == PathSource((tmp_path / "rows.csv").resolve())
    assert PathSource(tmp_path / "rows.csv").below(Path("/elsewhere")).place == str((tmp_path / "rows.csv").resolve())
    assert Query("somewhere").below(tmp_path) == Query("somewhere")
