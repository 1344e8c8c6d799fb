"""The ceiling: an app that knows one form, checks nothing and computes three products; uvicorn serves it."""

from itertools import pairwise

import numpy as np
import orjson

from mtl.serving.exchange import Receive, Scope, Send
from tests.mtl.serving.wide import NAMES, TASKS

_DRAW = np.random.default_rng(0)
_WIDTHS = (len(NAMES), 128, 128, len(TASKS))
WEIGHTS = [_DRAW.standard_normal(shape).astype(np.float32) for shape in pairwise(_WIDTHS)]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a body of `dataframe_split`."""
    body, more = b"", scope["type"] == "http"
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    passed = np.array(orjson.loads(body)["dataframe_split"]["data"], dtype=np.float32)
    for weight in WEIGHTS[:-1]:
        passed = np.maximum(passed @ weight, 0)
    content = orjson.dumps({"predictions": (passed @ WEIGHTS[-1]).tolist()})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})
