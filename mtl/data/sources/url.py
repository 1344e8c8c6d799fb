"""Files elsewhere: on a web server, in an object store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, final

import pandas as pd
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from typing_extensions import override

from mtl.data.column_reader import ColumnReader
from mtl.data.source import Source
from mtl.data.sources.path import PathSource, suffix_of
from mtl.errors import DataError, SpecError
from mtl.extensions import SOURCES
from mtl.manifest import is_intact, write_manifest
from mtl.provenance import digest_of
from mtl.shown import reason_of, without_passwords
from mtl.storage import read_json, replaced_folder, write_json

FETCHED, SEEN, FILES = "fetched", "seen.json", "files"
"""Folder of the cache; in each address's own, what its files were when they were fetched, and they."""

MARKS = ("size", "mtime", "etag", "content-md5", "digest", "last-modified", "lastmodified", "generation", "created")
"""By which a store tells one content of a file from another, in small letters."""

WEAK = ("size", "created")
"""What is the same of many contents."""

GONE = 404
"""HTTP's word for a file that is not there."""

EXAMPLE = "such as https://host/rows.csv or s3://bucket/rows-*.parquet"


@SOURCES.register
@final
@dataclass(frozen=True)
class UrlSource(Source):
    """A file on a web server or in an object store, https://host/rows.csv; several by a pattern, s3://me/day-*.csv.

    Whatever fsspec knows, whose packages bring credentials of their own from the environment; none stand in a spec.
    """

    url: str
    separator: str | None = None
    decimal: str | None = None
    encoding: str | None = None

    beside: ClassVar[tuple[str, ...]] = PathSource.beside

    @property
    @override
    def place(self) -> str:
        return without_passwords(self.url)

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        return self._here(cache).read(cache)

    @override
    def by_column(self, cache: Path, scratch: Path, in_memory: int) -> ColumnReader | None:
        return self._here(cache).by_column(cache, scratch, in_memory)

    @cached_property
    def _fetched(self) -> dict[Path, PathSource]:
        """By cache: one fetch for whatever is asked of this value, since the next might find other contents."""
        return {}

    def _here(self, cache: Path) -> PathSource:
        """The files on this machine: those fetched before, if they are still what is there.

        Raises:
            SpecError: no address, of a kind whose package is not installed, with a password in it, or of no file.
            DataError: they cannot be reached.
        """
        if cache in self._fetched:
            return self._fetched[cache]
        require_no_secret(self.url)
        folder, pattern = cache / FETCHED / digest_of(self.url), PurePosixPath(self.url).name
        with self._told():
            store, place = url_to_fs(self.url)
            found = _files(store, place)
            for file in found:
                suffix_of(Path(file))
            if not is_known(folder, found):
                _fetch(store, found, folder)
        kept = sorted(file.name for file in (folder / FILES).iterdir())
        told = {name: getattr(self, name) for name in self.beside}
        return self._fetched.setdefault(
            cache, PathSource(folder / FILES / (kept[0] if len(kept) == 1 else pattern), **told)
        )

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever a store's package raises, in one line."""
        try:
            yield
        except (SpecError, DataError):
            raise
        except ImportError as error:
            raise SpecError(f"'{self.place}' needs a package: {reason_of(error)}") from error
        except FileNotFoundError as error:
            met = error.__cause__
            if met is None or isinstance(met, FileNotFoundError) or getattr(met, "status", None) == GONE:
                raise SpecError(f"no file '{self.place}'; give an address {EXAMPLE}") from error
            raise DataError(f"'{self.place}' cannot be fetched: {_reason(error)}") from error
        except ValueError as error:
            raise SpecError(f"'{self.place}' is no address of a file, {EXAMPLE}: {_reason(error)}") from error
        except Exception as error:
            raise DataError(f"'{self.place}' cannot be fetched: {_reason(error)}") from error


def require_no_secret(url: str) -> None:
    """Refuse a password in an address: it would be copied into reports and registered versions.

    Raises:
        SpecError: it holds one.
    """
    if without_passwords(url) != url:
        raise SpecError(
            f"url: a password stands in {without_passwords(url)}; leave it to the environment's credentials"
        )


def is_known(folder: Path, found: dict[str, dict[str, Any]]) -> bool:
    """Whether these contents were fetched before, and are whole. Never where a store does not tell contents apart."""
    if not all(set(marks) - set(WEAK) for marks in found.values()):
        return False
    return is_intact(folder) and bool(read_json(folder / SEEN) == found)


def _files(store: AbstractFileSystem, place: str) -> dict[str, dict[str, str]]:
    """Each file of an address or a pattern, with what tells its content."""
    places = sorted(store.glob(place)) if any(mark in place for mark in "*[") else [place]
    told = {file: store.info(file) for file in places}
    if not told:
        raise FileNotFoundError(place)
    if folders := [file for file, info in told.items() if info.get("type") == "directory"]:
        raise SpecError(f"'{folders[0]}' is a folder; name its files by a pattern, {EXAMPLE}")
    return {file: _marks(info) for file, info in told.items()}


def _marks(info: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in info.items() if name.lower() in MARKS and value is not None}


def _fetch(store: AbstractFileSystem, found: dict[str, dict[str, str]], folder: Path) -> None:
    with replaced_folder(folder) as partial:
        (partial / FILES).mkdir()
        for file in found:
            store.get_file(file, str(partial / FILES / PurePosixPath(file).name))
        write_json(partial / SEEN, found)
        write_manifest(partial)


def _reason(error: Exception) -> str:
    """What was met: fsspec says of whatever a web server answers that there is no such file."""
    met = error.__cause__ if isinstance(error.__cause__, Exception) else error
    return without_passwords(reason_of(met))
