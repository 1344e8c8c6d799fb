"""`python -m mtl.weighting` prints the table of schemes that the README shows."""

import sys

from mtl.weighting.catalog import describe


def table() -> str:
    """The catalog as a Markdown table."""
    lines = ["| scheme | reads | source | what it does |", "| --- | --- | --- | --- |"]
    lines += [f"| `{row.name}` | {row.needs} | {row.paper} | {row.summary.replace('|', '∣')} |" for row in describe()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
