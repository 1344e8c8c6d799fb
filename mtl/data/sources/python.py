"""A function of the user's."""

import importlib
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Self, final

import pandas as pd
from pydantic import AfterValidator
from typing_extensions import override

from mtl.data.source import Source
from mtl.errors import DataError, SpecError
from mtl.extensions import SOURCES
from mtl.hints import did_you_mean
from mtl.shown import reason_of
from mtl.spec.section import inconsistent
from mtl.storage import is_file, resolved

FORM = "expected package.module:function, of the spec's folder or installed"


def _parts(written: str) -> tuple[str, str, str]:
    """Folder, module and function."""
    where, _, name = written.rpartition(":")
    folder, slash, module = where.rpartition("/")
    return folder or slash, module, name


def _named(written: str) -> str:
    _, module, name = _parts(written)
    if not name.isidentifier() or not all(part.isidentifier() for part in module.split(".")):
        raise inconsistent(f"{FORM}; got {written!r}")
    return written


@SOURCES.register
@final
@dataclass(frozen=True)
class PythonSource(Source):
    """A function that gives the rows as a DataFrame, package.module:function: of the spec's folder, or installed.

    It is run with the rights of who runs the study. Of another folder than the spec's: folder/package.module:function.
    """

    python: Annotated[str, AfterValidator(_named)]

    @override
    def below(self, folder: Path) -> Self:
        inside, module, name = _parts(self.python)
        return replace(self, python=f"{resolved(folder, inside or '.')}/{module}:{name}")

    @property
    @override
    def place(self) -> str:
        _, module, name = _parts(self.python)
        return f"{module}:{name}"

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        return _called(self.place, _function(*_parts(self.python)))


def _function(folder: str, module: str, name: str) -> Callable[[], object]:
    found = _imported(folder, module)
    if not hasattr(found, name):
        hint = did_you_mean(name, [each for each, value in vars(found).items() if callable(value)])
        raise SpecError(f"module '{module}' has no '{name}'; {hint}{FORM}")
    function: Any = getattr(found, name)
    if not callable(function):
        raise SpecError(f"'{module}:{name}' is {type(function).__name__}, which cannot be called; {FORM}")
    called: Callable[[], object] = function
    return called


def _imported(folder: str, module: str) -> ModuleType:
    """The module, of the folder where there is such a file, and else what is installed by that name.

    Raises:
        SpecError: there is none, or another of that name is in use.
        DataError: it raises.
    """
    below = Path(folder, *module.split("."))
    files = [file for file in (below.with_suffix(".py"), below / "__init__.py") if is_file(file)]
    with _first_on_path(folder if files else None):
        try:
            found = importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not f"{module}.".startswith(f"{error.name}."):
                raise DataError(f"'{module}' needs the module '{error.name}', which is not installed") from error
            raise SpecError(f"no module '{module}' in {folder}, nor installed; {FORM}") from error
        except Exception as error:
            raise DataError(f"'{module}' cannot be imported: {_where(error)}") from error
    if files and Path(found.__file__ or "").resolve() != files[0].resolve():
        raise SpecError(f"'{module}' is the name of another module, {found.__file__}; rename {files[0].name}")
    return found


def _called(place: str, function: Callable[[], object]) -> pd.DataFrame:
    try:
        rows = function()
    except Exception as error:
        raise DataError(f"{place} raised {_where(error)}") from error
    if not isinstance(rows, pd.DataFrame):
        raise DataError(f"{place} is to return a pandas DataFrame; it returned {type(rows).__name__}")
    return rows.set_axis([str(name) for name in rows.columns], axis="columns").reset_index(drop=True)


def _where(error: Exception) -> str:
    """What was raised, and in which line of which file."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {reason_of(error)} ({Path(last.filename).name}:{last.lineno})"


@contextmanager
def _first_on_path(folder: str | None) -> Iterator[None]:
    if folder is None:
        yield
        return
    importlib.invalidate_caches()
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
