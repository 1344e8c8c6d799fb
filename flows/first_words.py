"""What a command says before its imports, which take seconds: whoever waits sees that it began."""

from flows.json_log import error_console
from mtl.report.plain_text import print_plain


def first_words(told: str) -> None:
    """A line on the error stream, which a reader of the output does not see."""
    print_plain(error_console(), told, style="dim", soft_wrap=True)
