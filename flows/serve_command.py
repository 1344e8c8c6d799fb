"""`mtl serve`: the arguments of the command."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from flows.cli_options import Host, Name
from flows.edge import reporting_errors

if TYPE_CHECKING:
    from flows.replaced_models import ReplacedModels


def serve(
    name: Name,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8080,
    poll: Annotated[float, typer.Option(min=0.1, help="Seconds between looks for a new champion.")] = 5.0,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes that answer, on one port.")] = 1,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate in PEM: HTTPS.", show_default=False)] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key in PEM.", show_default=False)] = None,
    log_predictions: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Log predictions as Parquet by day.", show_default=False)
    ] = None,
    log_share: Annotated[float, typer.Option(help="Share of keys, or of requests, that is logged.")] = 0.1,
    single_task: Annotated[
        bool, typer.Option("--single-task", help="Show on the page what the models would have said that it replaced.")
    ] = False,
    log_texts: Annotated[bool, typer.Option("--log-texts", help="Log raw texts, too.")] = False,
) -> None:
    """Serve the champion over HTTP: /invocations, /ping, /version, as MLflow's scoring server does.

    A new champion is picked up without a restart and without a failed request. With MTL_API_KEYS a key is asked for.
    """
    with reporting_errors():
        from mtl.serving.freed_memory import UNCOLLECTED

        with UNCOLLECTED:
            from flows.serve_champion import Where, serve_champion, tls_of
            from mtl.serving.prediction_log import log_to

        log = log_to(log_predictions, log_share, texts=log_texts)
        where = Where(host, port, poll, workers, tls_of(tls_cert, tls_key), log, _beside(name) if single_task else None)
        serve_champion(name, where, Console())


def _beside(name: str) -> "ReplacedModels":
    """Imported where it is asked for: it brings the libraries of trees and linear models."""
    from functools import partial

    from flows.replaced_models import ReplacedModels
    from flows.served_model import replaced_by

    return ReplacedModels(partial(replaced_by, name))
