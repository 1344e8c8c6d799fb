"""A page that says how to ask the server, with an example that can be changed and sent. It needs no other server."""

import html
import json
import shlex
from collections.abc import Sequence
from typing import Any

from mtl.serving.predictor import Predictor

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{name}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
textarea, pre {{ width: 100%; box-sizing: border-box; font: 14px/1.4 ui-monospace, monospace; }}
pre {{ background: #f4f4f4; color: #222; padding: .8rem; overflow: auto; white-space: pre-wrap; }}
td, th {{ text-align: left; padding: .1rem 1rem .1rem 0; }}
</style>
<h1>{name}, version {version}</h1>
<h2>Ask</h2>
<p><label for="body">POST /invocations</label></p>
<textarea id="body" rows="12" spellcheck="false">{body}</textarea>
<p><button id="send">Send</button></p>
<pre id="answer" aria-live="polite"></pre>
<p>From a terminal:</p>
<pre>{curl}</pre>
<h2>Columns</h2>
<table><tr><th>input</th><th>holds</th></tr>{inputs}</table>
<table><tr><th>output</th><th>holds</th></tr>{outputs}</table>
<p>All of it for programs: <a href="openapi.json">openapi.json</a>; <a href="./">a form for people</a>.</p>
<script>
document.getElementById("send").onclick = async () => {{
  const shown = document.getElementById("answer"), body = document.getElementById("body").value;
  try {{
    const headers = {{"Content-Type": "application/json"}};
    const answer = await fetch("invocations", {{method: "POST", body, headers}});
    shown.textContent = JSON.stringify(await answer.json(), null, 2);
  }} catch (error) {{ shown.textContent = String(error); }}
}};
</script>
</html>
"""


def docs_page(name: str, version: str, predictor: Predictor, example: dict[str, Any], address: str) -> str:
    """The page, as HTML. `address`: of this server, for the line of curl."""
    inputs = [(column.name, column.cell.type) for column in predictor.columns]
    outputs = [(output.name, "number" if output.kind == "double" else "string") for output in predictor.outputs]
    return PAGE.format(
        name=html.escape(name),
        version=html.escape(version),
        body=html.escape(json.dumps(example, indent=2)),
        curl=html.escape(curl_line(address, example)),
        inputs=_rows(inputs),
        outputs=_rows(outputs),
    )


def curl_line(address: str, body: dict[str, Any], keyed: bool = False) -> str:
    """A line for a shell that asks a server for predictions, with a key in `$KEY` where one is asked for."""
    key = ' -H "Authorization: Bearer $KEY"' if keyed else ""
    return f"curl {address}/invocations{key} -H 'Content-Type: application/json' -d {shlex.quote(json.dumps(body))}"


def _rows(pairs: Sequence[tuple[str, str]]) -> str:
    return "".join(f"<tr><td>{html.escape(name)}</td><td>{kind}</td></tr>" for name, kind in pairs)
