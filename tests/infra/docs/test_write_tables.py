"""A table of the README is replaced by the one of the code, and nothing else is."""

import pytest

from infra.docs.write_tables import with_table

TABLE = "| scheme | reads |\n| --- | --- |\n| `equal` | losses |"
PAGE = "# Title\n\n{}\n\nText | with a bar.\n\n| other | reads |\n| --- | --- |\n| a | b |\n"


@pytest.mark.parametrize("rows", ["", "\n| `old` | gramian |", "\n| `old` | gramian |\n| `older` | losses |"])
def test_the_rows_below_a_heading_become_those_of_today(rows: str) -> None:
    old = f"| scheme | reads |\n| --- | --- |{rows}"
    assert with_table(PAGE.format(old), TABLE) == PAGE.format(TABLE)


def test_a_table_of_today_stays_as_it_is() -> None:
    assert with_table(PAGE.format(TABLE), TABLE) == PAGE.format(TABLE)


def test_a_table_may_end_the_page() -> None:
    assert with_table("Text\n\n| scheme | reads |\n| --- | --- |\n| `old` | losses |\n", TABLE) == f"Text\n\n{TABLE}\n"


@pytest.mark.parametrize("page", ["# Title\n", PAGE.format(TABLE) * 2], ids=["none", "two"])
def test_a_page_must_have_the_table_once(page: str) -> None:
    with pytest.raises(ValueError, match=r"expected one table with the heading \| scheme \| reads \|; found [02]$"):
        with_table(page, TABLE)
