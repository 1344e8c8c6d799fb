from contextlib import ExitStack
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path
from typing import cast

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.errors import LeaseError, MtlError, RegistryUnreachableError
from mtl.promotion.error_budget import Granted, Refused
from mtl.registry import LookRequest, Registry, ledger
from mtl.registry.ledger import LEDGER
from mtl.registry.records import Outcome
from tests.mtl.promotion.looks import ALPHA, rows
from tests.mtl.registry.movers import mover


def look(what: str, last: int = 300, first: int = 0, study: str = "reviews", alpha: float = ALPHA) -> LookRequest:
    return LookRequest(rows(range(first, last)), sha256(what.encode()).hexdigest(), study, "ab" * 16, alpha)


def opened(store: Registry, request: LookRequest) -> Granted:
    answer = registry.open_look(store, request)
    assert isinstance(answer, Granted)
    return answer


def test_where_nobody_has_looked_the_ledger_is_empty(store: Registry) -> None:
    assert registry.read_ledger(store) == ()


def test_a_look_is_entered_with_who_looked_at_what_and_what_it_was_granted(store: Registry) -> None:
    request = look("first")
    granted = opened(store, request)
    assert astuple(granted) == pytest.approx((1, ALPHA / 3, 0.0, 2 * ALPHA / 3, 1.0))
    [entry] = registry.read_ledger(store)
    assert (entry.entry, entry.digest, entry.granted, entry.units) == (1, request.digest, granted, request.units)
    assert (entry.study, entry.run_id, entry.alpha, entry.outcome) == ("reviews", "ab" * 16, ALPHA, "open")
    assert "@" in entry.by
    assert entry.at.endswith("+00:00")
    tags = MlflowClient(store.tracking_uri).get_model_version(LEDGER, "1").tags
    assert max(map(len, tags.values())) < 5000


def test_the_same_look_is_free_however_often_and_under_whatever_name_it_is_repeated(store: Registry) -> None:
    first = opened(store, look("first"))
    registry.close_look(store, look("first").digest, "rejected")
    assert opened(store, look("first", study="renamed")) == first
    assert len(registry.read_ledger(store)) == 1


def test_the_same_look_at_a_smaller_alpha_has_a_smaller_level_and_at_a_larger_one_its_old(store: Registry) -> None:
    first = opened(store, look("first"))
    assert opened(store, look("first", alpha=0.01)).level == pytest.approx(0.01 / 3)
    assert opened(store, look("first", alpha=0.2)).level == first.level


def test_another_study_with_another_name_spends_of_the_same_rows(store: Registry) -> None:
    opened(store, look("first"))
    assert opened(store, look("second", study="other")).number == 2


def test_once_all_is_spent_a_look_is_refused_and_enters_nothing_until_there_are_new_rows(store: Registry) -> None:
    for number in range(7):
        opened(store, look(f"look {number}"))
    answer = registry.open_look(store, look("look 8"))
    assert isinstance(answer, Refused)
    assert answer.looks == 7
    assert len(registry.read_ledger(store)) == 7
    assert opened(store, look("look 8", first=1000, last=1300)).level == pytest.approx(ALPHA / 3)


@pytest.mark.parametrize(
    ("outcome", "level"), [("promoted", ALPHA / 3), ("rejected", ALPHA * 2 / 9), ("judged better", ALPHA * 2 / 9)]
)
def test_a_look_that_was_promoted_gives_its_level_back(store: Registry, outcome: Outcome, level: float) -> None:
    opened(store, look("first"))
    for _ in range(2):
        registry.close_look(store, look("first").digest, outcome)
    assert [entry.outcome for entry in registry.read_ledger(store)] == [outcome]
    assert opened(store, look("second")).level == pytest.approx(level)


def test_what_was_never_opened_or_became_nothing_known_cannot_be_closed(store: Registry) -> None:
    with pytest.raises(MtlError, match=r"has no look [0-9a-f]{12}…: open it before it is closed"):
        registry.close_look(store, look("first").digest, "rejected")
    opened(store, look("first"))
    with pytest.raises(MtlError, match=r"expected one of open, promoted, .*; got 'perhaps'"):
        registry.close_look(store, look("first").digest, cast("Outcome", "perhaps"))


def test_many_entries_are_read_page_by_page(store: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PAGE", 2)
    for number in range(5):
        opened(store, look(f"look {number}", first=1000 * number, last=1000 * number + 5))
    assert [entry.entry for entry in registry.read_ledger(store)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("tags", [{}, {"look": "ab", "outcome": "open", "units": "x", "grant": "{}"}])
def test_a_version_that_is_no_look_is_an_error_that_says_what_to_do(store: Registry, tags: dict[str, str]) -> None:
    opened(store, look("first"))
    MlflowClient(store.tracking_uri).create_model_version(LEDGER, "ledger://x", tags=tags)
    with pytest.raises(MtlError, match=r"version 2 of mtl\.ledger is no look at test rows .* delete the version if"):
        registry.open_look(store, look("second"))


def test_a_ledger_that_cannot_be_read_is_an_error_and_grants_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "mlflow.db"
    broken.write_text("no database", encoding="utf-8")
    with pytest.raises(RegistryUnreachableError):
        registry.open_look(Registry.in_folder(tmp_path), look("first"))


def test_the_entry_is_written_before_the_level_is_known_and_never_without_the_lease(
    store: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_: object) -> None:
        raise LeaseError("this process paused")

    monkeypatch.setattr("mtl.registry.lease.Lease.require", lost)
    with pytest.raises(LeaseError):
        registry.open_look(store, look("first"))
    assert registry.read_ledger(store) == ()


def test_processes_that_look_at_once_each_have_a_level_of_their_own_and_the_same_look_is_spent_once(
    store: Registry,
) -> None:
    with ExitStack() as running:
        movers = [running.enter_context(mover(store.tracking_uri, "looker")) for _ in range(2)]
        assert [each.says() for each in movers] == ["ready", "ready"]
        for number, each in enumerate(movers):
            each.do(f"digest{number} 0 300")
        answers = sorted(each.says() for each in movers)
        for each in movers:
            each.do("together 0 300")
        assert len({each.says() for each in movers}) == 1
    assert [answer.split()[0] for answer in answers] == ["1", "2"]
    assert [float(answer.split()[1]) for answer in answers] == pytest.approx([ALPHA / 3, ALPHA * 2 / 9])
    assert [entry.granted.number for entry in registry.read_ledger(store)] == [1, 2, 3]


def test_the_history_of_a_model_has_the_looks_of_its_studies_alone(store: Registry) -> None:
    MlflowClient(store.tracking_uri).create_registered_model("reviews")
    opened(store, look("first"))
    opened(store, look("second", study="other"))
    assert [entry.digest for entry in registry.read_history(store, "reviews").looks] == [look("first").digest]
