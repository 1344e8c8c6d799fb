"""YAML that cannot be used is refused with its line; every key of what can be used has its line."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mtl.errors import SpecError
from mtl.spec.document import read_document
from tests.mtl.evaluation.cases import lightly
from tests.mtl.spec.spoilt import bomb

NAMES = st.text("abcdefgh", min_size=1, max_size=6)
VALUES = st.integers(-9, 9) | NAMES | st.booleans() | st.none()
TREES = st.recursive(VALUES, lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3))


def leaves(content: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    below = dict(enumerate(content)) if isinstance(content, list) else content
    for key, value in below.items() if isinstance(below, dict) else ():
        yield (*path, str(key))
        yield from leaves(value, (*path, str(key)))


@lightly
@given(TREES)
def test_the_content_is_what_was_written_and_every_key_has_the_line_that_it_stands_on(content: object) -> None:
    text = yaml.safe_dump(content, default_flow_style=False)
    document = read_document(text, "demo.yaml")
    assert document.content == content
    assert set(document.lines) == set(leaves(content))
    for path, line in document.lines.items():
        if not path[-1].isdigit():
            assert f"{path[-1]}:" in text.splitlines()[line - 1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\nb: [1, 2\n", "demo.yaml:3: not YAML: did not find expected ',' or ']'"),
        ("a: 1\nb:\n\tc: 1\n", "demo.yaml:3: not YAML: found character that cannot start any token"),
        ("a: b: c\n", "demo.yaml:1: not YAML: mapping values are not allowed in this context"),
        ("a: 1\n---\nb: 2\n", "demo.yaml:2: not YAML: but found another document"),
        ("a: *other\n", "demo.yaml:1: not YAML: found undefined alias"),
        ("a: 1\nb: !!python/object:os.system x\n", "demo.yaml:2: not YAML: could not determine a constructor"),
        ("a: 1\n[b, c]: 2\n", "demo.yaml:2: not YAML: found unhashable key"),
        ('a: 1\nb: "\a"\n', "demo.yaml:2: not YAML: character 0x7 is not allowed"),
        ("a: !!int one\n", "demo.yaml:1: not YAML that can be read: invalid literal for int()"),
        ("a: &a [*a]\n", "demo.yaml:1: this alias stands within what it names"),
    ],
)
def test_what_is_not_yaml_is_refused_in_one_line_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_document(text, "demo.yaml")
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)


def test_each_key_that_stands_twice_is_named_with_the_line_of_the_second() -> None:
    with pytest.raises(SpecError) as caught:
        read_document('a: 1\nb:\n  - c: 1\n    d: 2\n    "c": 3\na: 2\n', "demo.yaml")
    assert str(caught.value).splitlines() == [
        "demo.yaml:5: b.0.c: this key stands twice",
        "demo.yaml:6: a: this key stands twice",
    ]


def test_a_date_stays_text_so_that_a_bad_one_can_be_blamed_on_its_key() -> None:
    assert read_document("day: 2013-05-01\nbad: 2013-13-01\n", "demo.yaml").content == {
        "day": "2013-05-01",
        "bad": "2013-13-01",
    }


def test_a_key_that_was_not_written_has_the_place_of_the_nearest_one_around_it() -> None:
    document = read_document("a: 1\nb:\n  c: 2\n", "demo.yaml")
    assert document.place(("b", "c")) == "demo.yaml:3"
    assert document.place(("b", "d", "e")) == "demo.yaml:2"
    assert document.place(("z",)) == "demo.yaml:1"


def test_an_alias_and_a_merged_key_are_read_like_what_they_stand_for() -> None:
    document = read_document("a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n  y: 2\n", "demo.yaml")
    assert document.content == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}}
    assert document.place(("c", "x")) == "demo.yaml:3"


@pytest.mark.parametrize(("wide", "deep"), [(9, 9), (2, 40), (9, 40), (1, 60)])
def test_a_few_lines_that_stand_for_a_great_many_are_refused_before_they_are_written_out(wide: int, deep: int) -> None:
    with pytest.raises(SpecError, match="expected at most 1,000,000 characters, nested 50 deep"):
        read_document(bomb(wide, deep), "demo.yaml")


def test_an_alias_of_a_long_text_counts_as_often_as_it_stands() -> None:
    text = f"a: &a {'x' * 10_000}\nb: [{', '.join(['*a'] * 200)}]\n"
    with pytest.raises(SpecError, match=r"^demo.yaml:2: expected at most"):
        read_document(text, "demo.yaml")


def test_merged_keys_are_bounded_as_aliases_are() -> None:
    merged = "\n".join(f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    with pytest.raises(SpecError, match="expected at most"):
        read_document(f"a0: &a0 {{x: 1}}\n{merged}\n", "demo.yaml")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a" * 1_000_001, "demo.yaml:1: expected at most 1,000,000 characters; got 1,000,001"),
        ("[" * 60 + "]" * 60, "demo.yaml:1: expected at most 1,000,000 characters, nested 50 deep"),
        ("[" * 5000, "demo.yaml:2: not YAML: "),
        ("a: !!bool abc\n", "demo.yaml:1: not YAML that can be read: 'abc'"),
        ("a: !!int ''\n", "demo.yaml:1: not YAML that can be read: "),
        ("a: !!timestamp x\n", "demo.yaml:1: not YAML that can be read: "),
        ('a: 1\nb: "\\0"\n', "demo.yaml:2: not YAML: character 0x0 is not allowed"),
        ('a: "\\ud800"\n', "demo.yaml:1: not YAML: "),
        ("a: \ud800\n", "demo.yaml:1: not YAML: character 0xd800 is not allowed"),
        (f"a: 0x{'f' * 5000}\n", "demo.yaml:1: a number of 5,002 digits; expected at most 1,000"),
    ],
)
def test_what_no_spec_holds_is_refused_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(SpecError) as caught:
        read_document(text, "demo.yaml")
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)
