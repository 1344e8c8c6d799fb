"""How a text is written is told from its first bytes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.data.delimited import Dialect
from mtl.draft.dialects import SEPARATORS, decimal_of, dialect_of, encoding_of, separator_of
from mtl.errors import DataError

ROWS = [["name", "weight", "height"], ["Zoë", "60.5", "1"], ["Jürgen", "", "2"], ["O'Neill", "71.25", "3"]]


def text(separator: str, decimal: str = ".") -> str:
    return "".join(separator.join(cell.replace(".", decimal) for cell in row) + "\n" for row in ROWS)


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_separator_and_encoding_are_found_whatever_the_suffix(separator: str, encoding: str) -> None:
    found = dialect_of(text(separator).encode(encoding), True, ",")
    assert found == Dialect(separator, ".", encoding.removesuffix("-sig"))


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_decimal_comma_is_found_where_commas_do_not_separate(separator: str) -> None:
    assert dialect_of(text(separator, ",").encode(), True, ",").decimal == ","


def test_commas_in_words_and_thousands_are_no_decimals() -> None:
    assert decimal_of([["a, b", "1,5 kg", "7"], ["c,d", "2,5 kg", "8"]], ";") == "."


def test_windows_quotation_marks_and_the_euro_are_not_latin_1() -> None:
    assert encoding_of("a;b\n5 €;„so“\n".encode("cp1252"), True) == "cp1252"
    assert encoding_of("a;b\né;ü\n".encode("latin-1"), True) == "latin-1"


def test_a_character_that_the_sample_cuts_is_no_fault() -> None:
    cut = "name\nZoë".encode()[:-1]
    assert encoding_of(cut, whole=False) == "utf-8"
    assert encoding_of(cut, whole=True) == "latin-1"


def test_of_one_column_the_suffix_says_the_separator() -> None:
    assert separator_of(["name", "a", "b"], "\t") == "\t"


def test_separators_within_quotation_marks_do_not_count() -> None:
    assert separator_of(['"a;b;c","d"', '"e;f;g","h"'], ",") == ","


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"1,2.5\n3,4\n", r"the first line holds numbers \(1, 2.5\)"),
        (b"PAR1" + bytes(20), "but a Parquet file"),
        (b"\x89PNG\x1a\x00\x01", "the file is no text"),
    ],
)
def test_what_is_no_table_is_told_with_what_to_do(start: bytes, told: str) -> None:
    with pytest.raises(DataError, match=told):
        dialect_of(start, True, ",")


@given(st.binary(max_size=300))
def test_whatever_the_bytes_the_encoding_that_is_told_reads_them(start: bytes) -> None:
    with suppress(DataError):
        found = dialect_of(start, True, ",")
        assert found.separator in SEPARATORS
        assert start.decode(found.encoding)
