"""Specs spoilt at random: the same seed spoils the same way."""

import random
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias

import yaml

Keys: TypeAlias = tuple[object, ...]

NUMBERS = (0, -1, 1, 2, 0.5, 1e30, 1e308, -1e308, 1e-320, 10**9, 10**30, -(10**30), 10**4000, 2**32, 2**63, 2**64)
ODD_NUMBERS = (float("nan"), float("inf"), float("-inf"))
TEXTS = (
    "",
    " ",
    "x" * 300,
    "x" * 5000,
    "\x1b[31mred\x1b[0m",
    "[red]x",
    "[/]",
    "a\nb",
    "\u202etxet",
    "{}",
    "%s",
    "$column",
    "../../etc/passwd",
    "models:/a/1",
    "models:/" + "m" * 3000 + "/1",
    "0001-01-01",
    "9999-12-31",
    "300000-01-01",
    "nan",
    "²",
    "<img src=x onerror=alert(1)>",
    "é😀",
)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    [],
    {},
    [[]],
    [None],
    {"name": "equal"},
    {"": ""},
    {"a": {"b": 1}},
    [1, "a"],
    ["a", "a"],
)
MANY = ([*range(20_000)], ["a"] * 1000, [f"k{n}" for n in range(5000)], {f"k{n}": n for n in range(5000)})
WRITTEN = (
    "!!bool abc",
    "!!int ''",
    "!!float x",
    "!!timestamp x",
    "!!binary x",
    "!!binary aGVsbG8=",
    "!!set {a, b}",
    "!!omap [a: 1]",
    "!!pairs [a: 1]",
    "!!null x",
    "!!python/object/apply:os.system [x]",
    "!x y",
    '"\\ud800"',
    '"\\0"',
    '"\\e[31m"',
    "*nothing",
    "&a [*a]",
    "{<<: 1}",
    "{<<: [1, 2]}",
    "{<<: {a: 1}, a: 2}",
    "? [a]\n: b",
    "0o7",
    "0x" + "f" * 5000,
    "9" * 5000,
    "1:60:60",
    "1_0",
    ".inf",
    "-.nan",
    "2020-01-01 25:00:00",
    "[" * 400 + "]" * 400,
    "{a: " * 60 + "1" + "}" * 60,
    "|\n  a\n  b",
    "@",
    "`",
    "\t",
    "%",
)
"""YAML that stands for itself, and some that does not."""

PLACE = "replace_me_here"
INSERTED = (*TEXTS, *WRITTEN, ":", "- ", "\x00", "\ud800", "\r", "\n\n", "#", "'", "? ", "<<: *a0\n")


def spoil(text: str, seed: int) -> bytes:
    """A spec with one to three things wrong with it; now and then, by luck, with none."""
    draw = random.Random(seed)
    plain = _plain(text)
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        plain = draw.choice(OF_VALUES)(plain, draw)
    written = str(yaml.dump(plain, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False))
    written = written.replace(PLACE, draw.choice(WRITTEN))
    if draw.random() < 0.3:
        written = draw.choice(OF_TEXT)(written, draw)
    raw = written.encode("utf-8", "surrogatepass")
    return draw.choice(OF_BYTES)(raw, draw) if draw.random() < 0.05 else raw


def bomb(wide: int, deep: int) -> str:
    """A few lines that stand for `wide` to the power of `deep` values."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * wide)}]" for n in range(1, deep))]
    return "\n".join(lines) + "\n"


@cache
def _plain(text: str) -> object:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _other(plain: object, draw: random.Random) -> object:
    """A value of another type, size or sign."""
    values = draw.choice([NUMBERS, NUMBERS, ODD_NUMBERS, TEXTS, TEXTS, OTHERS, MANY, [PLACE]])
    return _with(plain, _somewhere(plain, draw), draw.choice(values))


def _missing(plain: object, draw: random.Random) -> object:
    return _with(plain, _somewhere(plain, draw), PLACE, keep=False)


def _renamed(plain: object, draw: random.Random) -> object:
    key = draw.choice([*TEXTS, 1, True, None, 1.5, "name", "options", "path", "columns"])
    return _with(plain, (*_somewhere(plain, draw)[:-1], key), draw.choice([*OTHERS, *NUMBERS, "x"]))


def _deeper(plain: object, draw: random.Random) -> object:
    value: object = draw.choice(OTHERS)
    for _ in range(draw.choice([3, 30, 80])):
        value = draw.choice([[value], {"a": value}])
    return _with(plain, _somewhere(plain, draw), value)


def _truncated(text: str, draw: random.Random) -> str:
    return text[: draw.randrange(len(text) + 1)]


def _cut(text: str, draw: random.Random) -> str:
    start = draw.randrange(len(text) + 1)
    return text[:start] + text[start + draw.randrange(1, 40) :]


def _inserted(text: str, draw: random.Random) -> str:
    start = draw.randrange(len(text) + 1)
    return text[:start] + draw.choice(INSERTED) + text[start:]


def _twice(text: str, draw: random.Random) -> str:
    lines = [*text.splitlines(keepends=True), "\n"]
    position = draw.randrange(len(lines))
    return "".join([*lines[: position + 1], *lines[position:]])


def _bombed(text: str, draw: random.Random) -> str:
    deep = draw.choice([3, 10, 40])
    return bomb(draw.choice([2, 9]), deep) + text.replace("name: ", f"name: *a{deep - 1} #", 1)


def _replaced(raw: bytes, draw: random.Random) -> bytes:
    position = draw.randrange(len(raw) + 1)
    return raw[:position] + bytes([draw.randrange(256)]) + raw[position + 1 :]


OF_VALUES: Sequence[Callable[[object, random.Random], object]] = (_other, _other, _other, _missing, _renamed, _deeper)
OF_TEXT: Sequence[Callable[[str, random.Random], str]] = (_truncated, _cut, _inserted, _inserted, _twice, _bombed)
OF_BYTES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _replaced,
    _replaced,
    lambda raw, _: raw.decode("utf-8", "replace").encode("utf-16"),
    lambda raw, _: b"\xef\xbb\xbf" + raw,
    lambda raw, _: bytes(range(256)) + raw,
    lambda raw, _: b"",
)


def _somewhere(plain: object, draw: random.Random) -> Keys:
    return draw.choice([*_paths(plain, ())] or [("name",)])


def _entries(plain: object) -> list[tuple[object, object]]:
    return list(plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ())


def _paths(plain: object, path: Keys) -> Iterator[Keys]:
    for key, value in _entries(plain)[:100]:
        yield (*path, key)
        yield from _paths(value, (*path, key))


def _with(plain: object, path: Keys, value: object, keep: bool = True) -> object:
    """The same with another value at a path, or without it."""
    if not path:
        return value
    first, *rest = path
    below = dict(_entries(plain))
    below[first] = _with(below.get(first), tuple(rest), value, keep)
    if not keep and not rest:
        del below[first]
    return list(below.values()) if isinstance(plain, list) else below
