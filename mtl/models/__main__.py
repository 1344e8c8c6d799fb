"""`python -m mtl.models` prints the table of ways of sharing that the README shows."""

import sys
from typing import get_args

from mtl.spec import AnySharing


def table() -> str:
    """The ways of sharing as a Markdown table."""
    lines = ["| sharing | options | schemes | source | what it does |", "| --- | --- | --- | --- | --- |"]
    for way in get_args(get_args(AnySharing)[0]):
        fields = {name: field for name, field in way.model_fields.items() if name != "name"}
        options = ", ".join(f"{name} = {field.default}" for name, field in fields.items()) or "–"
        schemes = "all" if way.shares_parameters else "those that read losses"
        lines.append(f"| `{way().name}` | {options} | {schemes} | {way.paper} | {way.__doc__} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
