"""`mtl predict`: a version of a model on all rows of files."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from flows.arguments import require_place
from flows.progress import showing_progress, stage
from flows.served_model import served_version
from mtl.data.matching_files import matching_files
from mtl.data.row_chunks import rows_in
from mtl.errors import UserError
from mtl.serving.file_prediction import FilesPredicted, predict_files


def predict_file(name: str, source: Path, out: Path, version: str | None, console: Console) -> str:
    """Write the predictions for the files of a path or pattern to `out`; progress goes to `console`.

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

        found = predict_files(name, served, files, out, told)
    return _sentence(found, f"version {served.version} of {name}", out)


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
