"""Sentences on a terminal, which shows them as they are: whatever they quote, it neither moves nor colours anything."""

from rich.console import Console

from mtl.shown import printable, without_passwords


def print_plain(console: Console, text: str, style: str | None = None, soft_wrap: bool = False) -> None:
    """Print text that may quote cells, columns, specs or addresses; `soft_wrap`: the terminal breaks long lines."""
    shown = without_passwords(printable(text))
    console.print(shown, style=style, highlight=False, markup=False, emoji=False, soft_wrap=soft_wrap)
