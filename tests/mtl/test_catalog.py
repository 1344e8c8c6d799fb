"""Catalogs: entries are found by the names of their files."""

from importlib import import_module
from pathlib import Path

import pytest

from mtl.catalog import Catalog
from mtl.errors import SpecError


@pytest.fixture
def fruits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog[type]:
    """A catalog of three files, of which one registers nothing and one registers twice."""
    package = tmp_path / "orchard"
    package.mkdir()
    (package / "__init__.py").write_text("from mtl.catalog import Catalog\nFRUITS = Catalog('fruit', 'orchard')\n")
    (package / "apple.py").write_text("from orchard import FRUITS\n@FRUITS.register\nclass Apple: ...\n")
    (package / "stone.py").write_text("")
    twice = "@FRUITS.register\nclass Kiwi{}: ...\n"
    (package / "kiwi.py").write_text("from orchard import FRUITS\n" + twice.format(1) + twice.format(2))
    monkeypatch.syspath_prepend(tmp_path)
    catalog = import_module("orchard").FRUITS
    assert isinstance(catalog, Catalog)
    return catalog


def test_names_are_those_of_files_and_an_entry_is_imported_when_asked_for(fruits: Catalog[type]) -> None:
    assert fruits.names == ("apple", "kiwi", "stone")
    assert fruits.get("apple").__name__ == "Apple"


def test_an_unknown_name_is_answered_with_what_there_is(fruits: Catalog[type]) -> None:
    with pytest.raises(SpecError, match=r"no fruit 'aple'; did you mean 'apple'\? allowed: apple, kiwi, stone"):
        fruits.get("aple")


def test_a_file_without_an_entry_or_with_two_is_named(fruits: Catalog[type]) -> None:
    with pytest.raises(ValueError, match=r"stone\.py registers no fruit"):
        fruits.get("stone")
    with pytest.raises(ValueError, match=r"orchard\.kiwi has two entries"):
        fruits.get("kiwi")
