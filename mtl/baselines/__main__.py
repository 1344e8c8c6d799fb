"""`python -m mtl.baselines` prints the table of baselines that the README shows."""

import sys

from mtl.entry_docs import listed, summary
from mtl.extensions import BASELINES


def table() -> str:
    """The catalog as a Markdown table: networks first, then by name."""
    lines = ["| baseline | options | fitted | what it is |", "| --- | --- | --- | --- |"]
    for name, baseline in sorted(BASELINES.items(), key=lambda item: not item[1].draws):
        how = "with every seed" if baseline.draws else "once"
        lines.append(f"| `{name}` | {listed(baseline)} | {how} | {summary(baseline)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
