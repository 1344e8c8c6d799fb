"""`python -m mtl.models` prints the table of ways of sharing that the README shows."""

import sys

from mtl.entry_docs import listed, summary
from mtl.extensions import SHARING


def table() -> str:
    """The catalog as a Markdown table: ways that every scheme is defined for first, then by name."""
    lines = ["| sharing | options | schemes | source | what it does |", "| --- | --- | --- | --- | --- |"]
    for name, way in sorted(SHARING.items(), key=lambda item: not item[1].shares_parameters):
        schemes = "all" if way.shares_parameters else "those that read losses"
        lines.append(f"| `{name}` | {listed(way)} | {schemes} | {way.paper} | {summary(way)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
