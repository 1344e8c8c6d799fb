"""`python -m infra.docs.write_tables` writes the README's tables of schemes, ways of sharing and baselines anew."""

from pathlib import Path

from mtl.baselines.__main__ import table as baselines
from mtl.models.__main__ import table as ways_of_sharing
from mtl.weighting.__main__ import table as schemes

README = Path(__file__).parents[2] / "README.md"


def with_table(page: str, table: str) -> str:
    """A page with the table that has the same heading replaced by this one.

    Raises:
        ValueError: the page has no table with that heading, or several.
    """
    heading = table.partition("\n")[0] + "\n"
    if page.count(heading) != 1:
        raise ValueError(f"expected one table with the heading {heading.strip()}; found {page.count(heading)}")
    before, _, rest = page.partition(heading)
    rows = rest.splitlines(keepends=True)
    end = next((number for number, row in enumerate(rows) if not row.startswith("|")), len(rows))
    return f"{before}{table}\n{''.join(rows[end:])}"


def main() -> None:
    """Write the page anew."""
    page = README.read_text(encoding="utf-8")
    for table in (schemes(), ways_of_sharing(), baselines()):
        page = with_table(page, table)
    README.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
