"""What is printed is printed as it is."""

from io import StringIO

from rich.console import Console

from mtl.report.plain_text import print_plain


def printed(text: str) -> str:
    out = StringIO()
    print_plain(Console(file=out, force_terminal=True, color_system=None, width=200), text)
    return out.getvalue()


def test_neither_markup_nor_a_control_character_nor_a_password_reaches_the_terminal() -> None:
    assert printed("column [red]x[/] and [/] :smile:") == "column [red]x[/] and [/] :smile:\n"
    assert printed("a\x1b[2J\x07\r\u202eb") == "a\\x1b[2J\\x07\\r\\u202eb\n"
    assert printed("MLflow: http://me:secret@host:5000") == "MLflow: http://me:***@host:5000\n"
