"""`python -m mtl.weighting` prints the table of schemes that the README shows."""

import sys

from mtl.entry_docs import summary
from mtl.extensions import SCHEMES
from mtl.weighting.scheme import Needs


def table() -> str:
    """The catalog as a Markdown table, by what a scheme reads, then by name."""
    lines = ["| scheme | reads | source | what it does |", "| --- | --- | --- | --- |"]
    for needs in Needs:
        for name, scheme in SCHEMES.items():
            if scheme.needs is needs:
                does = summary(scheme).replace("|", "∣")
                lines.append(f"| `{name}` | {needs.value} | {scheme.paper} | {does} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
