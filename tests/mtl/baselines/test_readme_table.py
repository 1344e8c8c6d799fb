"""The README's table of baselines is that of the catalog."""

from pathlib import Path

from mtl.baselines.__main__ import table
from mtl.extensions import BASELINES

README = Path(__file__).parents[3] / "README.md"


def test_every_baseline_has_a_row_with_networks_first() -> None:
    _, _, *rows = table().splitlines()
    names = [row.split("`")[1] for row in rows]
    assert names[0] == "network"
    assert sorted(names) == list(BASELINES.names)
    assert "| `network` | – | with every seed |" in rows[0]
    assert "| `linear` | iterations = 1000 | once |" in table()


def test_the_page_shows_the_table_of_today() -> None:
    assert table() in README.read_text(encoding="utf-8")
