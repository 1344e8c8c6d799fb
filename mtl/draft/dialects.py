"""How a table of text is written, from its first bytes."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Sequence

from mtl.data.delimited import Dialect
from mtl.errors import DataError

SEPARATORS = (",", ";", "\t", "|")

LINES = 200
"""Of a file that separator and decimals follow from."""

MARKS_OF_ORDER = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

KNOWN_BINARY = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11", "an old Excel workbook"),
)

POINT, COMMA = re.compile(r"[-+]?\d*\.\d+(e[-+]?\d+)?", re.IGNORECASE), re.compile(r"[-+]?\d*,\d+")


def dialect_of(start: bytes, whole: bool, usual: str) -> Dialect:
    """How a table is written.

    Args:
        start: the bytes at its beginning.
        whole: whether these are all; else they may end within a character.
        usual: the separator that the file's suffix stands for, which wins where several fit alike.

    Raises:
        DataError: no table of text with names in its first line.
    """
    encoding = encoding_of(start, whole)
    rows = start.decode(encoding, errors="ignore").lstrip("\ufeff").splitlines()
    lines = [line for line in (rows if whole else rows[:-1] or rows) if line.strip()][:LINES]
    if not lines:
        raise DataError("the file is empty: expected a line of column names, then a line for each row")
    separator = separator_of(lines, usual)
    cells = list(csv.reader(lines, delimiter=separator))
    _require_names(cells[0])
    return Dialect(separator, decimal_of(cells[1:], separator), encoding)


def encoding_of(start: bytes, whole: bool) -> str:
    """utf-8, utf-16, cp1252 or latin-1: the first that the bytes are.

    Raises:
        DataError: they are no text.
    """
    for begins, named in KNOWN_BINARY:
        if start.startswith(begins):
            raise DataError(f"the file is no text, but {named}: export it as CSV, or give it the suffix of what it is")
    for mark, encoding in MARKS_OF_ORDER:
        if start.startswith(mark):
            return encoding
    if b"\x00" in start or _controls(start) > len(start) / 100:
        raise DataError("the file is no text: expected CSV, TSV, Parquet or Feather, by the suffix of each")
    if _is(start, "utf-8", whole):
        return "utf-8"
    # Latin-1 has nothing but controls there; Windows has quotation marks and the euro.
    windows = any(0x80 <= byte < 0xA0 for byte in start) and _is(start, "cp1252", whole)
    return "cp1252" if windows else "latin-1"


def separator_of(lines: Sequence[str], usual: str) -> str:
    """What cuts the most lines into equally many cells, and into the most."""

    def fit(separator: str) -> tuple[float, int, bool]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
        cells, times = counts.most_common(1)[0]
        return (round(times / sum(counts.values()), 1) if cells > 1 else 0.0, cells, separator == usual)

    return max(SEPARATORS, key=fit) if any(fit(each)[0] for each in SEPARATORS) else usual


def decimal_of(rows: Sequence[Sequence[str]], separator: str) -> str:
    """A comma, where more columns are numbers with commas than numbers with points."""
    if separator == ",":
        return "."
    columns = [[cell.strip() for cell in column if cell.strip()] for column in zip(*rows, strict=False)]
    commas, points = (sum(_spelled(column, form) for column in columns) for form in (COMMA, POINT))
    return "," if commas > points else "."


def _spelled(column: Sequence[str], form: re.Pattern[str]) -> bool:
    """Whether a column is of numbers, some of them with decimals of this form."""
    decimals = [cell for cell in column if form.fullmatch(cell)]
    whole = [cell for cell in column if re.fullmatch(r"[-+]?\d+", cell)]
    return bool(decimals) and len(decimals) + len(whole) >= 0.8 * len(column)


def _is(start: bytes, encoding: str, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(start, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _controls(start: bytes) -> int:
    return sum(byte < 32 and byte not in b"\t\n\r\f" for byte in start[:10_000])


def _require_names(header: Sequence[str]) -> None:
    """A header of numbers is a row."""
    if all(re.fullmatch(r"[-+]?[\d.,]+", cell.strip()) for cell in header):
        shown = ", ".join(header[:5])
        raise DataError(f"the first line holds numbers ({shown}), no names: write a line of column names above it")
