"""What a catalog's entry says of itself: for the README's tables and for editors."""

import re
from dataclasses import MISSING
from inspect import cleandoc

from mtl.options import settable


def summary(kind: type) -> str:
    """What an entry does, in one line: the first of its docstring."""
    return (kind.__doc__ or "").splitlines()[0]


def described(kind: type) -> dict[str, str]:
    """What the docstring, or that of what it inherits from, says of options below `Attributes:`, in one line each."""
    options = {option.name for option in settable(kind)}
    texts: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        _, _, attributes = cleandoc(each.__doc__ or "").partition("Attributes:\n")
        found = re.findall(r"^ {4}(\w+): (.*(?:\n {8,}.*)*)", attributes, flags=re.MULTILINE)
        texts |= {name: " ".join(text.split()) for name, text in found if name in options}
    return texts


def listed(kind: type) -> str:
    """The options and their defaults, for people."""
    shown = (
        option.name if option.default is MISSING else f"{option.name} = {option.default}" for option in settable(kind)
    )
    return ", ".join(shown) or "–"
