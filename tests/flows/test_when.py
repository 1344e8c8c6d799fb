"""When a schedule retrains, as its command is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from flows.when import When, interval_of, require_nothing_to_serve, when_of
from mtl.errors import UserError


def test_each_way_is_said_in_words() -> None:
    assert str(when_of("0 3 * * *", None, None, "Europe/Paris")) == "at '0 3 * * *' (Europe/Paris)"
    assert str(when_of(None, "6h", None, "UTC")) == "every 6:00:00"
    assert str(when_of(None, None, "/rows/*.csv", "UTC")) == "whenever /rows/*.csv has changed"
    assert (
        str(when_of(None, "6h", None, "UTC", on_drift=True))
        == "every 6:00:00, if rows have drifted from the champion's"
    )


def test_drift_alone_is_looked_for_every_hour() -> None:
    assert when_of(None, None, None, "UTC", on_drift=True) == When(interval=timedelta(hours=1), on_drift=True)
    with pytest.raises(UserError, match=r"^SPEC: "):
        require_nothing_to_serve(None, None, None, None, True)


def test_a_path_is_the_same_wherever_the_schedule_is_served_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert when_of(None, None, "rows.csv", "UTC").new_data == str(tmp_path / "rows.csv")


@pytest.mark.parametrize(
    ("text", "length"), [("1m", timedelta(minutes=1)), ("6h", timedelta(hours=6)), ("1d", timedelta(days=1))]
)
def test_an_interval_is_read(text: str, length: timedelta) -> None:
    assert interval_of(text) == length
    assert when_of(None, text, None, "UTC") == When(interval=length)


@pytest.mark.parametrize("text", ["", "0m", "6", "h", "1.5h", "-1h", "30s", "999999d", "1 h", "x" * 500])
def test_an_interval_that_is_none_is_told_with_what_was_expected(text: str) -> None:
    with pytest.raises(UserError, match=r"^--interval: expected a number above 0 and m, h or d, .*; got '") as caught:
        interval_of(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("cron", "interval", "got"), [(None, None, "none"), ("0 3 * * *", "1h", "--cron and --interval")]
)
def test_it_is_exactly_one_way(cron: str | None, interval: str | None, got: str) -> None:
    with pytest.raises(UserError, match=f"expected one of --cron, --interval, --on-new-data; got {got}"):
        when_of(cron, interval, None, "UTC")


def test_a_schedule_is_not_served_and_changed_in_one_command() -> None:
    require_nothing_to_serve(None, None, None, None)
    with pytest.raises(UserError, match=r"^SPEC: "):
        require_nothing_to_serve(None, "0 3 * * *", None, None)
