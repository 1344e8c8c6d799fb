"""Passwords are made once and kept from others."""

import stat
from pathlib import Path

from infra.stack.passwords import passwords
from infra.stack.service_table import SECRETS


def test_each_is_generated_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "stack" / "passwords.env"
    made = passwords(file)
    assert set(made) == set(SECRETS)
    assert len(set(made.values())) == len(SECRETS)
    assert all(len(value) >= 32 for value in made.values())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert passwords(file) == made
    assert passwords(tmp_path / "another.env") != made


def test_one_that_was_lost_is_made_anew_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "passwords.env"
    made = passwords(file)
    file.write_text("".join(f"{name}={made[name]}\n" for name in SECRETS[1:]), encoding="utf-8")
    again = passwords(file)
    assert {name for name in SECRETS if again[name] != made[name]} == {SECRETS[0]}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
