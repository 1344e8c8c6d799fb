"""What may go is old, is not among the last used, and could be made again; all else stays as it is."""

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mtl.manifest import is_intact, kept_folder
from mtl.study.store import Store
from mtl.study.unused import remove, unused

NOW = 1_700_000_000
ROOMS = ("frames", "prepared", "runs", "bundles")

ENTRIES = st.dictionaries(
    st.tuples(st.sampled_from(ROOMS), st.integers(0, 9)), st.integers(0, 200), min_size=1, max_size=12
)
"""By room and name: how many days ago an entry was used."""


def put(path: Path, days: int, content: bytes = b"arrays") -> Path:
    """A folder with a file that was last read so many days ago."""
    path.mkdir(parents=True)
    (path / "a.npy").write_bytes(content)
    seen(path, days)
    return path


def seen(path: Path, days: int) -> None:
    """Have a file, or a folder and all that is in it, used last so many days ago."""
    for each in (*path.rglob("*"), path):
        os.utime(each, (NOW - 86_400 * days, NOW - 86_400 * days))


@settings(max_examples=60, deadline=None)
@given(ENTRIES, st.integers(0, 4), st.integers(2, 150))
def test_the_old_go_but_for_the_last_used_of_each_room(
    entries: dict[tuple[str, int], int], keep: int, days: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        paths = {entry: put(store.root / entry[0] / str(entry[1]), age) for entry, age in entries.items()}
        found = unused(store, NOW - 86_400 * days, keep)
        gone = {entry.path for entry in found}
        assert [entry.last_used for entry in found] == sorted(entry.last_used for entry in found)
        remove(found)
        for room in ROOMS:
            ages = {path: entries[entry] for entry, path in paths.items() if entry[0] == room}
            left = {path for path in ages if path.exists()}
            assert left == ages.keys() - gone
            assert all(ages[path] > days for path in ages.keys() - left)
            assert len(left) >= min(keep, len(ages))
            assert all(ages[old] >= ages[kept] for old in ages.keys() - left for kept in left) or not ages.keys() - left
            assert sum(ages[path] > days for path in left) <= keep
        assert list(store.root.glob("*/.removed-*")) == []
        assert unused(store, NOW - 86_400 * days, keep) == ()


def test_what_nobody_could_make_again_is_never_named(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for place in (store.reports / "a", store.outcome("a"), store.docs("a"), tmp_path / "artifacts" / "1"):
        put(place, 900)
    put(store.downloads("sqlite:///x") / "7", 900)
    put(store.prepared / "kept" / "vectors", 900)
    (tmp_path / "mlflow.db").write_bytes(b"registry")
    assert unused(store, NOW, 0) == ()


def test_a_read_is_a_use_but_a_look_into_a_folder_is_none(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with kept_folder(store.runs / "read") as folder:
        (folder / "weights").write_bytes(b"w")
    seen(store.runs / "read", 100)
    other = put(store.runs / "other", 100)
    os.utime(other, (NOW, NOW - 86_400 * 100))
    assert {entry.path.name for entry in unused(store, NOW - 86_400 * 90, 0)} == {"read", "other"}
    os.utime(store.runs / "read" / "weights", (NOW, NOW - 86_400 * 100))
    assert {entry.path.name for entry in unused(store, NOW - 86_400 * 90, 0)} == {"other"}
    assert is_intact(store.runs / "read")


def test_what_is_damaged_or_was_cut_short_does_not_count_as_kept(tmp_path: Path) -> None:
    store = Store(tmp_path)
    put(store.runs / "whole", 120)
    for left in ("whole.damaged-1", ".whole-0123456789abcdef"):
        put(store.runs / left, 100)
    checkpoint = store.runs / "cut.checkpoint"
    checkpoint.write_bytes(b"half")
    seen(checkpoint, 130)
    found = unused(store, NOW - 86_400 * 90, 1)
    assert {entry.path.name for entry in found} == {"whole.damaged-1", ".whole-0123456789abcdef", "cut.checkpoint"}
    assert remove(found) == sum(entry.size for entry in found) > 0
    assert {path.name for path in store.runs.iterdir()} == {"whole"}


def test_what_another_process_removed_first_is_no_error(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = put(store.bundles / "gone", 100)
    found = unused(store, NOW, 0)
    path.rename(tmp_path / "elsewhere")
    assert remove(found) == 0


def test_a_home_that_is_new_has_nothing(tmp_path: Path) -> None:
    assert unused(Store(tmp_path / "none"), NOW, 0) == ()
