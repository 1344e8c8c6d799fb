"""`python -m infra.docs.draw_imports` writes the generated part of `architecture.md` anew: who imports whom.

Everything in it comes from the code: the arrows from the imports, the rows of the table from the layers that
`pyproject.toml` holds the code to, the words from each room's docstring.
"""

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TypeAlias

import grimp

ROOT = Path(__file__).parents[2]
PAGE = Path(__file__).with_name("architecture.md")
HOUSES = ("mtl", "data_checks", "flows")
BEGIN, END = "<!-- drawn from the code by `make docs` -->\n", "<!-- end of what is drawn -->\n"

Imports: TypeAlias = Mapping[str, frozenset[str]]
"""Room → the rooms that it imports, itself not among them."""


def room_of(module: str) -> str:
    """`mtl.data` for `mtl.data.frame`; a house other than `mtl` is one room."""
    house, _, rest = module.partition(".")
    return f"{house}.{rest.partition('.')[0]}" if house == "mtl" and rest else house


def imports_between_rooms() -> Imports:
    """Which room imports which, imports for type checkers alone left out."""
    graph = grimp.build_graph(*HOUSES, exclude_type_checking_imports=True, cache_dir=None)
    found: dict[str, set[str]] = {room_of(module): set() for module in graph.modules if module != "mtl"}
    for module in graph.modules - {"mtl"}:
        imported = {room_of(other) for other in graph.find_modules_directly_imported_by(module)}
        found[room_of(module)] |= imported - {room_of(module), "mtl"}
    return {room: frozenset(imported) for room, imported in found.items()}


def without_detours(imports: Imports) -> Imports:
    """The transitive reduction: an arrow that a longer way makes superfluous is left out.

    Raises:
        graphlib.CycleError: rooms import each other.
    """
    reached: dict[str, frozenset[str]] = {}
    for room in TopologicalSorter(imports).static_order():
        reached[room] = imports[room].union(*(reached[other] for other in imports[room]))
    return {
        room: frozenset(other for other in imported if not any(other in reached[via] for via in imported))
        for room, imported in imports.items()
    }


def layers() -> list[list[str]]:
    """The rooms from the highest layer to the lowest, as `pyproject.toml` orders them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    houses, rooms = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    above = [house for house in houses if house != "mtl"]
    return [[name.strip() for name in layer.split("|")] for layer in [*above, *rooms]]


def purpose(room: str) -> str:
    """The first line of a room's docstring."""
    path = ROOT / room.replace(".", "/")
    source = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return (ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or "").splitlines()[0]


def drawn() -> str:
    """The picture and the table, as Markdown."""
    imports = imports_between_rooms()
    return "\n".join(
        [
            "```mermaid",
            "flowchart TD",
            *(f"    {line}" for line in _arrows(without_detours(imports))),
            "```",
            "",
            "| layer | room | what it is |",
            "| --- | --- | --- |",
            *_rows(layers(), imports),
            "",
        ]
    )


def _arrows(imports: Imports) -> Iterator[str]:
    for room in sorted(imports):
        for other in sorted(imports[room]):
            yield f"{_node(room)} --> {_node(other)}"


def _node(room: str) -> str:
    return f"{room.replace('.', '_')}[{room.removeprefix('mtl.')}]"


def _rows(ordered: Sequence[Sequence[str]], imports: Imports) -> Iterator[str]:
    for number, layer in enumerate(ordered, start=1):
        for room in layer:
            if room in imports:
                yield f"| {number} | `{room}` | {purpose(room)} |"


def with_drawing(page: str) -> str:
    """A page with the part between its two marks replaced by what is drawn now."""
    before, found, rest = page.partition(BEGIN)
    if not found or END not in rest:
        raise ValueError(f"{PAGE}: the marks {BEGIN.strip()} and {END.strip()} are missing; put them in")
    return f"{before}{BEGIN}\n{drawn()}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(with_drawing(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
