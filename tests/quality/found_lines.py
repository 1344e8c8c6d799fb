"""What was found, one JSON object a line, in files that only grow."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T")


def known(file: Path, kind: type[T]) -> Iterator[T]:
    """What earlier runs of the benchmark found; a line that was cut off is skipped."""
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            yield kind(**json.loads(line))
        except (ValueError, TypeError):
            continue


def append(file: Path, found: "DataclassInstance") -> None:
    """Add a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(found)) + "\n")
