"""`mtl export`: what is written where, and what is told."""

from pathlib import Path

import onnx
import pytest
from typer.testing import CliRunner, Result

import flows.export_command
from flows.cli import app
from mtl.registry import Registry
from tests.mtl.serving.bench_serving import NAME, registered


def asked(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


@pytest.mark.slow
def test_the_champion_becomes_a_file_that_says_which_version_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(tmp_path)
    monkeypatch.setenv("MTL_HOME", str(tmp_path))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", Registry.in_folder(tmp_path).tracking_uri)
    out = tmp_path / "model.onnx"
    done = asked(NAME, "--format", "onnx", out)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"version 1 of {NAME}: {out}, opset 18, outputs task_0, task_1, ")
    about = {each.key: each.value for each in onnx.load(out).metadata_props}
    assert (about["mtl.model"], about["mtl.version"]) == (NAME, "1")
    missing = asked(NAME, out, "--version", "77")
    assert missing.exit_code == 1
    assert f"version 77 of {NAME}" in missing.output


def test_mistakes_are_told_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTL_HOME", str(tmp_path / "home"))
    (tmp_path / "file").touch()
    for arguments, said in [
        (("demo", tmp_path / "model.pb"), "OUT: expected the name of an .onnx file; got"),
        (("demo", tmp_path / "file" / "model.onnx"), "OUT: expected a place to write in"),
        (("7", tmp_path / "model.onnx"), "NAME: expected a study's name"),
        (("demo", tmp_path / "model.onnx", "--format", "pmml"), "onnx"),
    ]:
        done = asked(*arguments)
        assert (done.exit_code, "Traceback" in done.output) == (2, False)
        assert said in " ".join(done.output.split())


def test_a_package_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows.export_command, "find_spec", lambda name: None)
    done = asked("demo", "model.onnx")
    assert done.exit_code == 2
    told = " ".join(done.output.split())
    assert "--format onnx needs onnx and onnxruntime: pip install 'mtl-pipeline[onnx]'" in told
