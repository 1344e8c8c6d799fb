"""The picture in `architecture.md` is that of the code as it is now."""

import re
from graphlib import CycleError

import pytest

from infra.docs.draw_imports import (
    HOUSES,
    PAGE,
    ROOT,
    Imports,
    imports_between_rooms,
    layers,
    room_of,
    with_drawing,
    without_detours,
)

ROOMS = imports_between_rooms()


def test_the_page_shows_the_code_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_drawing(page) == page, "write it anew: make docs"


def test_a_page_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        with_drawing("# Architecture\n")


@pytest.mark.parametrize(
    ("module", "room"),
    [
        ("mtl.data.frame", "mtl.data"),
        ("mtl.weighting.schemes.equal", "mtl.weighting"),
        ("mtl.errors", "mtl.errors"),
        ("flows.cli", "flows"),
        ("data_checks", "data_checks"),
    ],
)
def test_a_room_is_a_folder_of_mtl_or_a_house(module: str, room: str) -> None:
    assert room_of(module) == room


def test_every_room_stands_in_one_layer_and_imports_from_lower_ones_alone() -> None:
    layer_of = {room: number for number, layer in enumerate(layers()) for room in layer}
    assert set(ROOMS) == set(layer_of)
    assert all(layer_of[room] < layer_of[other] for room, imported in ROOMS.items() for other in imported)


def test_an_arrow_is_left_out_where_a_longer_way_says_the_same() -> None:
    imports: Imports = {"a": frozenset("bcd"), "b": frozenset("c"), "c": frozenset("d"), "d": frozenset()}
    assert without_detours(imports) == {
        "a": frozenset("b"),
        "b": frozenset("c"),
        "c": frozenset("d"),
        "d": frozenset(),
    }


def test_rooms_that_import_each_other_cannot_be_drawn() -> None:
    with pytest.raises(CycleError):
        without_detours({"a": frozenset("b"), "b": frozenset("a")})


def test_every_value_on_the_datas_way_is_a_class_of_one_of_the_rooms_that_the_page_names() -> None:
    way = PAGE.read_text(encoding="utf-8").partition("## Who may import whom")[0]
    values = re.findall(r"^\| `(\w+)` \|", way, flags=re.MULTILINE)
    assert values == re.findall(r"\[(\w+)\]", way.partition("```mermaid")[2].partition("```")[0])
    sources = [path.read_text(encoding="utf-8") for house in HOUSES for path in (ROOT / house).rglob("*.py")]
    defined = {name for text in sources for name in re.findall(r"^class (\w+)", text, flags=re.MULTILINE)}
    assert set(values) <= defined
