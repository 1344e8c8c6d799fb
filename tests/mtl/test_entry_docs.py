"""What a catalog's entry says of itself."""

from dataclasses import dataclass

import pytest

from mtl.catalog import Catalog
from mtl.entry_docs import described, listed, summary
from mtl.extensions import SCHEMES, SHARING


@dataclass(frozen=True)
class Entry:
    """A rule, in one line: w = 1.

    More that only a reader of the code needs.

    Attributes:
        rate: how fast it learns, and a
            second line of it.
        kind: one of two.
    """

    rate: float
    kind: str = "plain"


class Bare:
    """Nothing to set."""


def test_the_first_line_is_what_an_entry_does() -> None:
    assert summary(Entry) == "A rule, in one line: w = 1."
    assert summary(Bare) == "Nothing to set."


def test_what_is_said_of_an_option_is_one_line_however_it_was_broken() -> None:
    assert described(Entry) == {"rate": "how fast it learns, and a second line of it.", "kind": "one of two."}
    assert described(Bare) == {}


def test_options_are_listed_with_their_defaults_where_they_have_one() -> None:
    assert listed(Entry) == "rate, kind = plain"


@pytest.mark.parametrize("catalog", [SCHEMES, SHARING], ids=["schemes", "ways of sharing"])
def test_every_entry_in_the_readmes_tables_says_what_it_does_in_a_sentence(catalog: "Catalog[type]") -> None:
    for name, entry in catalog.items():
        assert summary(entry).endswith("."), name
        assert len(summary(entry).split()) > 2, name
