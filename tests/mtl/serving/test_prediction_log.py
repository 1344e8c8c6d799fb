"""What was answered is in the files, and no answer waits for them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtl.errors import UserError
from mtl.serving import prediction_log
from mtl.serving.app import create_app
from mtl.serving.bundle import Bundle, load_bundle
from mtl.serving.logged_rows import Exchange, LogTo
from mtl.serving.prediction_log import PredictionLog, log_to
from mtl.serving.reload import FixedSource, Follower
from mtl.serving.server import running
from tests.mtl.serving.test_logged_rows import NOON, ROW, asked, records


@contextmanager
def serving(bundle_folder: Path, to: LogTo) -> Iterator[httpx.Client]:
    follower = Follower(
        FixedSource("7", bundle_folder), load=lambda folder: replace(load_bundle(folder), key=("patient",))
    )
    with (
        running(create_app("demo", follower, log=to)) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client,
    ):
        yield client


def rows_in(folder: Path) -> list[dict[str, Any]]:
    return [row for path in sorted(folder.glob("*/*.parquet")) for row in pq.ParquetFile(path).read().to_pylist()]


def numbered(first: int, count: int) -> bytes:
    return records(*({**ROW, "patient": number} for number in range(first, first + count)))


def test_whatever_was_answered_is_in_the_files_once_the_server_has_ended(folder: Path, tmp_path: Path) -> None:
    json_type, other = {"Content-Type": "application/json"}, {"Content-Type": "application/json; charset=utf-8"}
    with serving(folder, LogTo(tmp_path, 1.0)) as client:
        sent = [(numbered(0, 1), json_type), (numbered(1, 200), json_type), (numbered(201, 2), other)]
        answers = [client.post("/invocations", content=body, headers=headers) for body, headers in sent]
        assert client.post("/invocations", content=b"{}", headers=json_type).status_code == 400
        tensor = {name: [cell] for name, cell in ROW.items()}
        inputs = [
            {"name": name, "shape": [1], "datatype": "BYTES" if isinstance(cell[0], str) else "FP64", "data": cell}
            for name, cell in (tensor | {"patient": [203.0]}).items()
        ]
        assert client.post("/v2/models/demo/infer", json={"inputs": inputs}).status_code == 200
    logged = sorted(rows_in(tmp_path), key=lambda row: int(row["key.patient"]))
    assert [row["key.patient"] for row in logged] == [str(number) for number in range(204)]
    answered = [each for answer in answers for each in answer.json()["predictions"]]
    for row, answer in zip(logged, answered, strict=False):
        assert {name: row[f"prediction.{name}"] for name in answer} == answer
    assert {path.parent.name for path in tmp_path.glob("*/*.parquet")} == {str(row["time"].date()) for row in logged}


def test_metrics_say_what_was_dropped_and_only_where_there_is_a_log(
    folder: Path, client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction_log, "QUEUED_BYTES", 1)
    with serving(folder, LogTo(tmp_path, 1.0)) as logging_client:
        answer = logging_client.post(
            "/invocations", content=numbered(0, 1), headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 200
        assert "mtl_log_dropped_requests_total 1\n" in logging_client.get("/metrics").text
    assert rows_in(tmp_path) == []
    assert "mtl_log" not in client.get("/metrics").text


def test_what_finds_the_queue_full_is_dropped_and_counted(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction_log, "QUEUED", 5)
    log = PredictionLog(LogTo(tmp_path, 1.0))
    for _ in range(8):
        log.offer(asked(bundle, records(ROW)))
    assert log.counts.dropped == 3
    log.start()
    log.close()
    assert (log.counts.rows, len(rows_in(tmp_path))) == (5, 5)


def logging_of(to: LogTo, *exchanges: Exchange) -> PredictionLog:
    log = PredictionLog(to)
    for exchange in exchanges:
        log.offer(exchange)
    log.start()
    log.close()
    return log


def test_rows_lie_under_the_day_of_their_answer_in_utc(bundle: Bundle, tmp_path: Path) -> None:
    times = [datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)]
    logging_of(LogTo(tmp_path, 1.0), *(asked(bundle, records(ROW), time=time) for time in times))
    assert sorted(path.parent.name for path in tmp_path.glob("*/*.parquet")) == ["2026-03-01", "2026-03-02"]


def test_versions_with_other_columns_are_in_files_of_their_own(bundle: Bundle, tmp_path: Path) -> None:
    keyed = replace(asked(replace(bundle, key=("patient",)), numbered(0, 1)), version="8")
    log = logging_of(LogTo(tmp_path, 1.0), asked(bundle, records(ROW)), keyed)
    assert sorted((row["version"], "key.patient" in row) for row in rows_in(tmp_path)) == [("7", False), ("8", True)]
    assert (log.counts.rows, log.counts.lost) == (2, 0)


def test_a_full_batch_is_written_before_the_end(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction_log, "BATCH_ROWS", 4)
    logging_of(LogTo(tmp_path, 1.0), *(asked(bundle, records(ROW)) for _ in range(10)))
    sizes = sorted(pq.ParquetFile(path).metadata.num_rows for path in tmp_path.glob("*/*.parquet"))
    assert sizes == [2, 4, 4]


def test_a_file_that_could_not_be_written_whole_is_not_there_and_its_rows_are_counted(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def half(table: pa.Table, path: Path) -> None:
        path.write_bytes(b"PAR1")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", half)
    log = logging_of(LogTo(tmp_path, 1.0), asked(bundle, records(ROW, ROW)))
    assert (log.counts.rows, log.counts.lost) == (0, 2)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert "2 rows could not be logged" in caplog.text
    assert "No space left on device" in caplog.text


def test_an_answer_that_cannot_be_read_costs_no_other(bundle: Bundle, tmp_path: Path) -> None:
    broken = replace(asked(bundle, records(ROW)), answer=b"not JSON")
    log = logging_of(LogTo(tmp_path, 1.0), broken, asked(bundle, records(ROW)))
    assert (log.counts.rows, log.counts.lost) == (1, 1)


def test_what_is_asked_for_must_be_possible(tmp_path: Path) -> None:
    assert log_to(None, 0.1, texts=False) is None
    assert log_to(tmp_path / "new", 1.0, texts=True) == LogTo(tmp_path / "new", 1.0, texts=True)
    for share in (0.0, 1.5, float("nan")):
        with pytest.raises(UserError, match=r"--log-share: expected a share above 0"):
            log_to(tmp_path, share, texts=False)
    (tmp_path / "file").write_text(json.dumps(str(NOON)))
    with pytest.raises(UserError, match=r"--log-predictions: expected a folder to write in; '.*file' is none: "):
        log_to(tmp_path / "file", 0.1, texts=False)
