"""A champion that does harm goes back to the one before it, by itself, while a server answers."""

import json
import signal
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest

from mtl import registry
from mtl.monitoring.opponents.beside import opponent_of, read_about
from mtl.registry import Champion, Registry
from mtl.serving.bundle import Bundle, load_bundle
from tests.flows.clinics import mtl, start_mtl, write_clinics
from tests.flows.test_notifying import webhook
from tests.flows.waiting import until
from tests.mtl.registry.processes import free_port

pytestmark = pytest.mark.faults

STUDIES: tuple[dict[str, object], ...] = ({"schemes": ["equal"], "seeds": [0]}, {"schemes": ["pcgrad"], "seeds": [3]})
ASKED = 1000
"""Rows that clients ask for after the second promotion."""

FAR = 10.0
"""How much farther a label is from those who were replaced than they are from the champion."""


def promoted(folder: Path, home: Path) -> list[Champion]:
    """The champions of two studies, the second of which replaced the first."""
    found = []
    for number, study in enumerate(STUDIES, 1):
        done = mtl(home, "run", write_clinics(folder, **study), "--json")
        assert done.outcome["decision"]["promote"], done.err
        champion = registry.read_champion(Registry.in_folder(home), "clinics")
        assert isinstance(champion, Champion)
        assert champion.version == str(number)
        found.append(champion)
    return found


def answered_by(address: str, rows: pd.DataFrame) -> tuple[str, pd.DataFrame]:
    """The version that answers to rows, and what it says."""
    plain = rows.astype(object).where(rows.notna(), None).to_dict("split")
    body = {"dataframe_split": {"columns": plain["columns"], "data": plain["data"]}}
    answer = httpx.post(f"{address}/invocations", json=body, timeout=60, trust_env=False).raise_for_status()
    return answer.headers["X-Model-Version"], pd.DataFrame(answer.json()["predictions"])


def version_at(address: str) -> str | None:
    """Which version a server says that it serves; None while it does not answer."""
    try:
        told: str = httpx.get(f"{address}/version", timeout=10, trust_env=False).json()["version"]
    except httpx.TransportError:
        return None
    return told


def harmful_labels(store: Registry, champion: Champion, rows: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Labels on the far side of what those who were replaced predict: the champion is the worse one for each row."""
    ours = load_bundle(registry.download_bundle(store, champion.model, folder)).predict(rows)
    beside = registry.download_opponents(store, champion.model, folder)
    assert beside is not None
    promise, _ = read_about(beside)
    theirs = {each.task: opponent_of(beside, promise, each.task).predict(rows) for each in promise.tasks}
    labels = {task: told + FAR * (told - ours[task].to_numpy()) for task, told in theirs.items()}
    return pd.DataFrame({"seqn": rows["seqn"].to_numpy(), **labels})


def test_harm_moves_the_champion_back_and_is_told_everywhere_and_the_server_follows(tmp_path: Path) -> None:
    home, store = tmp_path / "home", Registry.in_folder(tmp_path / "home")
    first, second = promoted(tmp_path, home)
    bundle = load_bundle(registry.download_bundle(store, first.model, tmp_path / "downloads"))
    rows = pd.read_parquet(tmp_path / "clinics.parquet")[:ASKED]
    inputs = rows[["seqn", *(column.name for column in bundle.columns)]]
    harmful_labels(store, second, rows, tmp_path / "downloads").to_parquet(tmp_path / "labels.parquet")
    port, log = free_port(), tmp_path / "log"
    server = start_mtl(
        home, "serve", "clinics", "--port", port, "--poll", 0.2, "--log-predictions", log, "--log-share", 1
    )
    address = f"http://127.0.0.1:{port}"
    try:
        assert until(lambda: version_at(address), "the server's first answer") == "2"
        assert answered_by(address, inputs)[0] == "2"
        until(lambda: list(log.glob("*/*.parquet")), "the logged predictions")
        told, bodies = monitored(home, tmp_path)
        assert champion_number(store) == "1"
        until(lambda: version_at(address) == "1", "the server's return to the first version")
        version, answers = answered_by(address, inputs)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate()
    assert server.returncode == 0
    assert version == "1"
    require_the_answers_of(bundle, inputs, answers)
    require_told(home, told, bodies)


def monitored(home: Path, folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a look says in its lines of JSON, and what the webhook got."""
    with webhook() as hook:
        asked = ("monitor", "clinics", "--log", folder / "log", "--labels", folder / "labels.parquet")
        done = mtl(home, *asked, "--rollback-on-harm", MTL_LOG="json", MTL_NOTIFY_WEBHOOK=hook.address)
    assert done.status == 0, done.err
    return [json.loads(line) for line in done.err.splitlines()], hook.bodies


def champion_number(store: Registry) -> str:
    champion = registry.read_champion(store, "clinics")
    assert isinstance(champion, Champion)
    return champion.version


def require_the_answers_of(bundle: Bundle, inputs: pd.DataFrame, answers: pd.DataFrame) -> None:
    expected = bundle.predict(inputs)
    np.testing.assert_allclose(answers[list(expected)], expected, atol=1e-5)


def require_told(home: Path, lines: list[dict[str, Any]], bodies: list[dict[str, Any]]) -> None:
    back = "clinics is back at version 1, after version 2."
    warned = [line["message"] for line in lines if line["level"] == "warning"]
    assert back in warned
    assert any("Version 2 of clinics is worse than" in line for line in warned)
    [notice] = bodies
    assert (notice["event"], notice["study"]) == ("harm", "clinics")
    assert back in notice["text"]
    metrics = (home / "monitor" / "clinics" / "metrics.prom").read_text(encoding="utf-8")
    assert 'mtl_monitor_alarm{model="clinics",version="2",task="' in metrics
    assert any(line.startswith("mtl_monitor_alarm{") and line.endswith(" 1") for line in metrics.splitlines())
    history = mtl(home, "history", "clinics")
    assert "worse than" in " ".join(history.out.split()), history.out
