"""The template engine, with the files of this folder: what is put into a page is escaped."""

import base64
import csv
import io
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup, escape

from mtl.shown import printable


def render(template: str, page: object) -> str:
    """A page of its own: what `template` makes of `page`, with styles and script in it.

    Raises:
        jinja2.UndefinedError: the template names what `page` lacks.
    """
    return _engine().get_template(template).render(page=page)


@cache
def _engine() -> jinja2.Environment:
    engine = jinja2.Environment(
        loader=jinja2.PackageLoader("mtl.report", "web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_without_controls,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters["keys"] = code_marked
    engine.globals["style"] = Markup(_text("style.css"))
    engine.globals["script"] = Markup(_text("script.js"))
    return engine


def _without_controls(value: object) -> object:
    """Words with their control characters written out, but for ends of lines; what is markup already stays as it is."""
    return printable(value) if type(value) is str else value


def _text(name: str) -> str:
    return (files("mtl.report") / "web" / name).read_text(encoding="utf-8")


def code_marked(text: str) -> Markup:
    """Text in which what stands between backticks is code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def download(name: str, content: str, words: str) -> Markup:
    """A link that saves `content`, which the page holds itself, as a file."""
    kind = {"json": "application/json", "csv": "text/csv"}[name.rpartition(".")[2]]
    held = base64.b64encode(content.encode()).decode()
    return Markup('<a download="{}" href="data:{};base64,{}">{}</a>').format(name, kind, held, words)


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    """Rows of a table, the headings first."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()
