"""Homes that share a registry and move one alias at the same moment: one wins, every other is told so."""

import json
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.registry import Champion, Registry
from tests.mtl.registry.movers import Mover, mover
from tests.servers import mlflow_server, postgresql

pytestmark = pytest.mark.faults

NAME = "reviews"
TRIALS = int(os.environ.get("MTL_TRIALS", "5"))
"""Of each kind and number of homes."""

VERSIONS = 6


@contextmanager
def shared(kind: str, folder: Path) -> Iterator[str]:
    with ExitStack() as servers:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/mlflow.db"
            return
        database = servers.enter_context(postgresql())
        yield database if kind == "postgresql" else servers.enter_context(mlflow_server(database, folder))


def state(client: MlflowClient) -> tuple[str, list[str]]:
    model = client.get_registered_model(NAME)
    return str(model.aliases["champion"]), json.loads(model.tags.get("champion.previous", "[]"))


def wanted(draw: random.Random, champion: str, stack: list[str], homes: int) -> list[str]:
    """What each home does: to promote a version of its own, or to roll back, if it can; at least one promotes."""
    others = [str(number) for number in range(1, VERSIONS + 1) if str(number) != champion]
    promotions = [f"promote {version} {champion}" for version in draw.sample(others, homes)]
    back = [f"rollback {champion}"] if stack else []
    return [promotions[0], *(draw.choice([each, *back]) for each in promotions[1:])]


def after(champion: str, stack: list[str], done: str) -> tuple[str, list[str]]:
    """What a move leaves."""
    if done.startswith("promoted "):
        return done.removeprefix("promoted "), [*stack, champion]
    return stack[-1], stack[:-1]


def one_trial(client: MlflowClient, movers: list[Mover], draw: random.Random) -> None:
    champion, stack = state(client)
    asked = wanted(draw, champion, stack, len(movers))
    draw.shuffle(asked)
    for home, line in zip(movers, asked, strict=True):
        home.do(line)
    said = [home.says() for home in movers]
    won = [(line, answer) for line, answer in zip(asked, said, strict=True) if not answer.startswith("refused: ")]
    assert len(won) == 1, said
    [(line, answer)] = won
    assert answer.split()[0] == {"promote": "promoted", "rollback": "back"}[line.split()[0]]
    now = state(client)
    assert now == after(champion, stack, answer)
    assert all(f"version {now[0]} is champion now" in each for each in said if each != answer), said


@pytest.mark.parametrize(
    ("kind", "homes"),
    [
        ("sqlite", 4),
        ("server", 2),
        *(
            pytest.param(kind, homes, marks=pytest.mark.long)
            for kind, homes in (("sqlite", 2), ("postgresql", 2), ("postgresql", 4), ("server", 4))
        ),
    ],
)
def test_of_homes_that_move_one_alias_at_once_one_wins_and_every_other_is_told(
    kind: str, homes: int, tmp_path: Path
) -> None:
    draw = random.Random(homes)
    with shared(kind, tmp_path) as uri, ExitStack() as running:
        store = Registry(uri, artifact_root=str(tmp_path / "artifacts"))
        first = registry.read_champion(store, NAME)
        client = MlflowClient(uri)
        client.create_registered_model(NAME)
        for _ in range(VERSIONS):
            client.create_model_version(NAME, "s3://nowhere/model", tags={"decision": "promote"})
        for version in ("1", "2", "3"):
            model = registry.read_version(store, NAME, version)
            registry.promote(store, model, registry.read_champion(store, NAME), str)
        movers = [running.enter_context(mover(uri)) for _ in range(homes)]
        assert {home.says() for home in movers} == {"ready"}
        for _ in range(TRIALS):
            one_trial(client, movers, draw)
        moves = len(registry.read_history(store, NAME).reigns)
    assert not isinstance(first, Champion)
    assert moves == TRIALS + 3
