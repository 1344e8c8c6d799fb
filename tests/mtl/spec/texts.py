"""A small spec as text, and ways to spoil it."""

import pytest

from mtl.errors import SpecError
from mtl.spec import Spec, parse_spec

TEXT = """\
name: demo
data:
  path: rows.csv
  key: [id]
features:
  numeric: [age, weight]
  categorical: [city]
  text: note
tasks:
  ill: {kind: binary}
  cost:
    kind: regression
    metric: rmse
schemes: [equal]
"""


def spec(more: str = "", **replaced: str) -> Spec:
    """The small spec with more lines, or with whole lines replaced."""
    return parse_spec(changed(more, **replaced), "demo.yaml")


def changed(more: str = "", **replaced: str) -> str:
    """The text with the line that begins with `key:` replaced, and more lines at the end."""
    lines = TEXT.splitlines()
    for key, line in replaced.items():
        position = next(n for n, text in enumerate(lines) if text.strip().startswith(f"{key}:"))
        indent = lines[position][: len(lines[position]) - len(lines[position].lstrip())]
        lines[position] = indent + line
    return "\n".join(lines) + "\n" + more


def mistakes(text: str) -> list[str]:
    """The lines that a bad spec is refused with."""
    with pytest.raises(SpecError) as caught:
        parse_spec(text, "demo.yaml")
    return str(caught.value).splitlines()
