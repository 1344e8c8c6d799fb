"""`mtl monitor`, from a promotion through logged predictions and late labels to a rollback."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filelock import FileLock

from mtl import registry
from mtl.monitoring.opponents.beside import opponent_of, read_about
from mtl.registry import Champion, Registry
from mtl.serving.bundle import Bundle, load_bundle
from tests.flows.clinics import Finished, mtl, write_clinics

pytestmark = pytest.mark.faults

LOOK = ("--log", "log")


class Clinics:
    """A study that was promoted, and who comes to its clinics."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        spec = write_clinics(folder, schemes=["equal"], seeds=[0], baselines=["network", "linear", "boosted_trees"])
        done = mtl(self.home, "run", spec)
        assert done.status == 0, done.err
        self.store = Registry.in_folder(self.home)
        champion = registry.read_champion(self.store, "clinics")
        assert isinstance(champion, Champion), done.out
        self.champion: Champion = champion
        downloads = folder / "downloads"
        self.bundle: Bundle = load_bundle(registry.download_bundle(self.store, champion.model, downloads))
        beside = registry.download_opponents(self.store, champion.model, downloads)
        assert beside is not None
        self.beside: Path = beside
        self.rows = pd.read_parquet(folder / "clinics.parquet")

    def log(self, rows: pd.DataFrame) -> None:
        """As a server logs its answers."""
        answer = self.bundle.predict(rows[[column.name for column in self.bundle.columns]])
        logged = rows[[column.name for column in self.bundle.columns]].add_prefix("input.")
        logged = logged.join(answer.add_prefix("prediction."))
        logged.insert(0, "key.seqn", rows["seqn"].astype(int).astype(str))
        logged["version"], logged["time"] = self.champion.version, pd.Timestamp("2024-05-01", tz="UTC")
        day = self.folder / "log" / "2024-05-01"
        day.mkdir(parents=True, exist_ok=True)
        logged.to_parquet(day / f"{len(list(day.iterdir()))}.parquet", index=False)

    def monitor(self, *arguments: object) -> Finished:
        return mtl(self.home, "monitor", "clinics", *LOOK, *arguments)

    def found(self, *arguments: object) -> dict[str, Any]:
        done = self.monitor(*arguments, "--json")
        assert done.status == 0, done.err
        plain: dict[str, Any] = json.loads(done.out)
        return plain

    def opponents_say(self, rows: pd.DataFrame) -> pd.DataFrame:
        """What those who were replaced predict: labels by which the champion is the worse one."""
        promise, _ = read_about(self.beside)
        told = {each.task: opponent_of(self.beside, promise, each.task).predict(rows) for each in promise.tasks}
        return pd.DataFrame({"seqn": rows["seqn"].to_numpy(), **told})


@pytest.fixture(scope="module")
def clinics(tmp_path_factory: pytest.TempPathFactory) -> Clinics:
    found = Clinics(tmp_path_factory.mktemp("monitored"))
    found.log(found.rows.iloc[: len(found.rows) // 2])
    return found


def test_a_folder_without_a_log_and_labels_without_a_key_are_told_in_a_line(clinics: Clinics) -> None:
    done = mtl(clinics.home, "monitor", "clinics", "--log", "nowhere")
    assert (done.status, "mtl serve --log-predictions" in done.err) == (2, True)
    pd.DataFrame({"id": [1], "north": [0.1]}).to_csv(clinics.folder / "wrong.csv", index=False)
    done = clinics.monitor("--labels", "wrong.csv")
    assert (done.status, "the columns of the key, seqn" in done.err) == (2, True)
    done = clinics.monitor("--labels", "wrong.csv", "--labels-sql", "sqlite:///x.db", "select 1")
    assert (done.status, "not both" in done.err) == (2, True)
    assert "Traceback" not in done.err
    unknown = mtl(clinics.home, "monitor", "nobody", *LOOK)
    assert (unknown.status, "no champion yet" in unknown.err) == (1, True)


def test_without_labels_columns_are_compared_and_no_task_is_judged(clinics: Clinics) -> None:
    found = clinics.found()
    assert {each["verdict"] for each in found["tasks"]} == {"not watched"}
    assert found["rows"] == len(clinics.rows) // 2
    assert found["labelled"] == 0
    assert {"prediction.north", "prediction.south"} <= {each["name"] for each in found["columns"]}
    assert not any(each["moved"] for each in found["columns"])


def test_labels_as_they_were_show_no_harm_and_count_once(clinics: Clinics) -> None:
    file = clinics.folder / "labels.sqlite"
    with closing(sqlite3.connect(file)) as database:
        clinics.rows[["seqn", "north", "south"]].to_sql("labels", database, index=False)
    asked = ("--labels-sql", f"sqlite:///{file}", "select * from labels")
    first, again = clinics.found(*asked), clinics.found(*asked)
    assert [each["labels"] for each in first["tasks"]] == [each["labels"] for each in again["tasks"]]
    assert min(each["labels"] for each in first["tasks"]) > 100
    assert not any(each["alarmed_at"] for each in again["tasks"])
    assert all(each["now"]["difference"] > each["now"]["lower"] for each in again["tasks"])
    done = clinics.monitor(*asked)
    assert "No harm is shown of version 1" in done.out
    assert "north" in done.out


def test_two_monitors_of_a_model_do_not_count_at_once(clinics: Clinics) -> None:
    with FileLock(clinics.home / "monitor" / "clinics" / ".lock"):
        done = clinics.monitor()
    assert (done.status, "another monitor of clinics is at work" in done.err) == (2, True)


def test_a_champion_that_is_worse_by_new_labels_is_told_of_and_rolled_back_if_there_is_where_to(
    clinics: Clinics,
) -> None:
    later = clinics.rows.iloc[len(clinics.rows) // 2 :]
    clinics.log(later)
    labels = clinics.opponents_say(later)
    labels.to_parquet(clinics.folder / "harm.parquet")
    done = clinics.monitor("--labels", "harm.parquet", "--rollback-on-harm")
    assert done.status == 0, done.err
    assert "Harm: version 1 is worse than what it replaced on" in done.out
    assert "not rolled back: version 1 is the first champion" in " ".join(done.out.split())
    folder = clinics.home / "monitor" / "clinics"
    metrics = (folder / "metrics.prom").read_text()
    assert 'mtl_monitor_alarm{model="clinics",version="1",task="south"} 1' in metrics
    page = (folder / "monitor.html").read_text(encoding="utf-8")
    assert '<p class="word">Harm</p>' in page
    assert 'src="' not in page
    assert 'href="http' not in page
    calm = clinics.found()
    assert any(each["alarmed_at"] for each in calm["tasks"])


def test_a_file_of_watches_that_was_damaged_is_told_and_nothing_begins_anew(clinics: Clinics) -> None:
    [file] = (clinics.home / "monitor" / "clinics").glob("*.safetensors")
    kept = file.read_bytes()
    file.write_bytes(kept[:50])
    done = clinics.monitor()
    assert (done.status, "restore it, or remove it to begin anew" in " ".join(done.err.split())) == (1, True)
    file.write_bytes(kept)
    assert clinics.monitor().status == 0


def test_a_version_of_before_is_told(clinics: Clinics) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(clinics.store.tracking_uri)
    digest = clinics.champion.model.tags["opponents.digest"]
    client.delete_model_version_tag("clinics", "1", "opponents.digest")
    done = clinics.monitor()
    assert (done.status, "has nothing beside it to be compared with" in " ".join(done.err.split())) == (1, True)
    client.set_model_version_tag("clinics", "1", "opponents.digest", digest)
