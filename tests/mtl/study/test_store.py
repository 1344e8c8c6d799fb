"""Where a study's files are."""

from pathlib import Path

from mtl.study.store import Store

STORE = Store(Path("/home"))


def test_everything_lies_below_the_root_and_no_two_things_in_one_folder() -> None:
    plain = [STORE.archives, STORE.frames, STORE.prepared, STORE.runs, STORE.bundles]
    folders = [*plain, STORE.docs("reviews"), STORE.report("reviews")]
    assert all(folder.is_relative_to(STORE.root) for folder in folders)
    assert not any(one.is_relative_to(other) for one in folders for other in folders if one is not other)


def test_studies_have_reports_and_pages_of_their_own() -> None:
    assert STORE.report("reviews") != STORE.report("flights")
    assert STORE.docs("reviews") != STORE.docs("flights")


def test_bundles_of_two_registries_are_kept_apart_and_no_address_is_in_a_path() -> None:
    one, other = (STORE.downloads(f"http://user:secret@{host}") for host in ("one", "two"))
    assert one != other
    assert one == STORE.downloads("http://user:secret@one")
    assert "secret" not in str(one)
    assert one.is_relative_to(STORE.bundles)
