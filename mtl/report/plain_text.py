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


def print_hanging(console: Console, text: str, bullet: str = "", style: str = "") -> None:
    """Print such a text after a bullet; further lines stand below its first word."""
    room = max(console.width - len(bullet), 20)
    for number, line in enumerate(plain(text, style).wrap(console, room)):
        line.rstrip()
        console.print(Text(bullet if number == 0 else " " * len(bullet), style).append_text(line), soft_wrap=True)
