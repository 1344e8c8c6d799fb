"""`mtl predict`: a version of a model on all rows of files."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from flows.arguments import require_place
from flows.executors import processes
from flows.progress import showing_progress, stage
from flows.run_places import run_executor
from flows.served_model import served_version
from flows.settings import read_settings
from mtl.data.matching_files import matching_files
from mtl.data.row_chunks import rows_in
from mtl.errors import UserError
from mtl.serving.file_prediction import FilesPredicted, predict_files

PRELOADED = ("mtl.serving.rest_of_file",)
"""Imported once for all processes that predict."""


def predict_file(
    name: str, source: Path, out: Path, version: str | None, console: Console, workers: int | None = None
) -> str:
    """Write the predictions for the files of a path or pattern to `out`; progress goes to `console`.

    Several files are predicted by the workers of the Dask cluster that is set, or by so many processes as `workers`.

    Returns:
        What became of it, in a sentence.

    Raises:
        UserError: what is no name, version, file of a table, or place for the result.
        DataError, MtlError, RegistryUnreachableError: as `served_version` and `predict_files` do.
    """
    files = matching_files(source)
    if not files:
        raise UserError(f"IN: expected a file of a table, or a pattern of several; there is no '{source}'")
    _require_place(out, files)
    served = served_version(name, version)
    counts = [rows_in(file) for file in files]
    total = sum(count for count in counts if count is not None) if None not in counts else None
    with showing_progress(console), stage(f"Predicting with version {served.version} of {name}", total) as shown:
        done = 0

        def told(rows: int) -> None:
            nonlocal done
            shown.advance(f"{rows:,} rows" if rows else "", rows - done)
            done = rows

        with _apart(len(files), workers) as apart:
            found = predict_files(name, served, files, out, told, apart=apart)
    return _sentence(found, f"version {served.version} of {name}", out)


@contextmanager
def _apart(count: int, workers: int | None) -> Iterator[Executor | None]:
    """Where files are predicted side by side; None where one comes after the other, in this process."""
    settings = read_settings()
    if count > 1 and settings.dask is not None:
        with run_executor(replace(settings, workers=workers or settings.workers)) as cluster:
            yield cluster
    elif count > 1 and workers is not None and workers > 1:
        with processes(min(count, workers), PRELOADED) as local:
            yield local
    else:
        yield None


def _sentence(found: FilesPredicted, by: str, out: Path) -> str:
    reused = f", {found.reused:,} of them by an earlier run of the same command" if found.reused else ""
    without = f"; {found.without:,} have no prediction: their numbers lie too far outside the training data"
    return f"{found.rows:,} rows predicted by {by}{reused}: {out}{without if found.without else ''}"


def _require_place(out: Path, files: Sequence[Path]) -> None:
    if out.suffix.lower() != ".parquet":
        raise UserError(f"OUT: expected the name of a .parquet file; got '{out}'")
    if out.is_dir() or any(file.resolve() == out.resolve() for file in files):
        raise UserError(f"OUT: expected a file that is neither a folder nor one of IN; got '{out}'")
    require_place(out)
