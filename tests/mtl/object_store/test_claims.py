"""One host at a time holds the claim of a run, and a host that is gone does not hold it for ever."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from mtl.object_store.claims import RELEASED, Claim, Pace, claim
from mtl.object_store.objects import Objects
from tests.mtl.registry.processes import ROOT

QUICK = Pace(beat=0.02, lost=0.3, look=0.02)


def never() -> bool:
    return False


def nothing() -> None:
    pass


def claimed(objects: Objects, pace: Pace = QUICK) -> Claim:
    found = claim(objects, "run", never, pace)
    assert found is not None
    return found


def test_of_hosts_that_ask_at_once_one_holds_the_claim_at_a_time(objects: Objects) -> None:
    done, inside, most = Event(), [], []

    def host(number: int) -> bool:
        ours = claim(objects, "run", done.is_set, QUICK)
        if ours is None:
            return False
        with ours.kept(QUICK, nothing):
            inside.append(number)
            most.append(len(inside))
            Event().wait(3 * QUICK.lost)
            inside.remove(number)
            done.set()
        return True

    with ThreadPoolExecutor(4) as hosts:
        held = list(hosts.map(host, range(4)))
    assert sum(held) == 1
    assert most == [1]


def test_a_host_that_says_nothing_loses_its_claim_and_finds_out(objects: Objects) -> None:
    silent = claimed(objects)
    assert silent.is_held
    taken = claimed(objects)
    assert (silent.number, taken.number) == (0, 1)
    assert not silent.is_held
    silent.beat()
    assert taken.is_held


def test_a_host_that_fails_gives_its_claim_up_at_once(folder: Objects) -> None:
    ours = claimed(folder)
    with pytest.raises(ZeroDivisionError), ours.kept(QUICK, nothing):
        raise ZeroDivisionError
    assert folder.read("beats/run/0") == RELEASED
    assert claimed(folder, Pace(lost=1e9, look=1e9)).number == 1


def test_a_process_of_this_machine_that_ended_is_not_waited_for(folder: Objects) -> None:
    make = "import sys; from tests.mtl.object_store.test_claims import *; from mtl.object_store.open_objects import *\n"
    code = f"{make}claimed(open_objects({Path(folder.address).as_uri()!r}))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=60)
    assert claimed(folder, Pace(lost=1e9, look=1e9)).number == 1


def test_whoever_waits_stops_when_the_run_is_done(folder: Objects) -> None:
    claimed(folder)
    asked: list[int] = []

    def done_at_the_third_question() -> bool:
        asked.append(1)
        return len(asked) >= 3

    assert claim(folder, "run", done_at_the_third_question, QUICK) is None
    assert len(asked) == 3


def test_a_run_that_was_done_between_two_looks_is_not_claimed(folder: Objects) -> None:
    answers = iter([False, True])
    assert claim(folder, "run", lambda: next(answers), QUICK) is None
    assert not folder.has("claims/run/0")


def test_of_a_run_that_is_done_no_claim_remains(objects: Objects) -> None:
    claimed(objects)
    last = claimed(objects)
    last.beat()
    last.remove()
    assert not any(objects.has(f"{kind}/run/{number}") for kind in ("claims", "beats") for number in (0, 1))


def test_a_store_that_is_away_for_a_moment_does_not_end_the_run(folder: Objects) -> None:
    calls: list[int] = []
    beaten = Event()

    def at_beats() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise OSError("away")
        beaten.set()

    ours = claimed(folder)
    with ours.kept(QUICK, at_beats):
        assert beaten.wait(30)
    assert len(calls) >= 2
