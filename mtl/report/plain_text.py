"""Sentences on a terminal, which shows them as they are: whatever they quote, it neither moves nor colours anything."""

from rich.console import Console
from rich.text import Text

from mtl.shown import printable, without_passwords


def plain(text: str, style: str = "") -> Text:
    """Text that may quote cells, columns, specs or addresses."""
    return Text(without_passwords(printable(text)), style)


def print_plain(console: Console, text: str, style: str = "", soft_wrap: bool = False) -> None:
    """Print such a text; `soft_wrap`: the terminal breaks long lines."""
    console.print(plain(text, style), soft_wrap=soft_wrap)
