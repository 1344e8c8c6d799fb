"""What tells one process from another, and whether it is known to be gone."""

import re

from mtl import process_identity


def test_a_process_is_gone_when_its_number_is_free_or_anothers_and_foreign_ones_never_are() -> None:
    mine = process_identity.this_process()
    assert re.fullmatch(r"[^/]+/\d+/\d+", mine)
    assert not process_identity.is_gone(mine)
    machine, number, started = mine.split("/")
    assert process_identity.is_gone(f"{machine}/{number}/{int(started) + 1}")
    assert process_identity.is_gone(f"{machine}/4194305/1")
    assert not process_identity.is_gone("elsewhere/1/1")
    assert not process_identity.is_gone("")
