"""A digest changes with what it stands for, and with nothing else."""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.provenance import digest_of, folder_digest, source_digest
from tests.mtl.evaluation.cases import lightly

FILES = {"__init__.py": "", "one.py": "x = 1\n", "sub/__init__.py": "", "sub/two.py": "y = 2\n"}


def fill(folder: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@lightly
@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_the_order_of_keys_does_not_matter(plain: dict[str, object]) -> None:
    assert digest_of(plain) == digest_of(dict(reversed(plain.items())))


def test_different_values_have_different_digests() -> None:
    values = [(), (1,), (1, 2), (2, 1), ((1, 2),), ("1",), (1.5,), (True,), (None,), ("None",), ({"1": 2},)]
    assert len({digest_of(*value) for value in values}) == len(values)


def test_a_path_is_what_it_says() -> None:
    assert digest_of(Path("a/b")) == digest_of("a/b")


def test_a_folder_may_be_named_from_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "folder", FILES)
    monkeypatch.chdir(tmp_path)
    assert folder_digest(Path("folder")) == folder_digest(tmp_path / "folder")


CHANGED_FOLDERS = [
    {"a": "1", "b": "2"},
    {"a": "2", "b": "1"},
    {"a": "12", "b": ""},
    {"a": "1", "c": "2"},
    {"a": "1", "below/b": "2"},
    {"a": "1"},
    {"a": "1", "b": "2", "c": ""},
]


def test_the_digest_of_a_folder_follows_names_and_contents(tmp_path: Path) -> None:
    digests = [folder_digest(fill(tmp_path / str(n), files)) for n, files in enumerate(CHANGED_FOLDERS)]
    assert len(set(digests)) == len(CHANGED_FOLDERS)


def test_the_digest_of_a_folder_does_not_follow_where_or_when_it_was_written(tmp_path: Path) -> None:
    files = CHANGED_FOLDERS[0]
    first = fill(tmp_path / "first", files)
    second = fill(tmp_path / "second", dict(reversed(files.items())))
    (second / "empty").mkdir()
    assert folder_digest(first) == folder_digest(second)


def test_the_digest_of_code_follows_every_source_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    versions = [
        FILES,
        FILES | {"one.py": "x = 2\n"},
        FILES | {"sub/two.py": "y = 3\n"},
        {**{name: text for name, text in FILES.items() if name != "one.py"}, "uno.py": FILES["one.py"]},
        {**{name: text for name, text in FILES.items() if name != "one.py"}, "sub/one.py": FILES["one.py"]},
        FILES | {"three.py": ""},
    ]
    for number, files in enumerate(versions):
        fill(tmp_path / f"version{number}_of_code", files)
    digests = [source_digest(f"version{number}_of_code") for number in range(len(versions))]
    for (one, a), (other, b) in combinations(enumerate(digests), 2):
        assert a != b, (one, other)


def test_the_digest_of_code_follows_nothing_but_source_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    fill(tmp_path / "code_alone", FILES)
    fill(tmp_path / "code_and_more", FILES | {"notes.txt": "later", "__pycache__/one.pyc": "compiled"})
    assert source_digest("code_alone") == source_digest("code_and_more")


def test_a_single_module_has_a_digest_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    fill(tmp_path, {"lone_module.py": "x = 1\n", "other_module.py": "x = 1\n"})
    alone = source_digest("lone_module")
    assert alone != source_digest("other_module")
    assert source_digest("lone_module", "other_module") not in {alone, source_digest("other_module")}
