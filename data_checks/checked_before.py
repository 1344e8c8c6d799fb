"""A frame that was checked before is not checked again: the report is kept beside its Data Docs."""

from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

from data_checks.check_report import CheckReport
from data_checks.check_table import check
from data_checks.suites import suite
from mtl.data.frame import Frame
from mtl.data.prepared import prepared_digest
from mtl.manifest import is_intact, write_manifest
from mtl.provenance import digest_of, source_digest
from mtl.spec import Spec
from mtl.storage import read_json, replaced_folder, write_json

KEPT = "checked.json"
"""The file, beside the pages, of the last report and of what it follows from."""


def check_once(spec: Spec, frame: Frame, docs_root: Path) -> CheckReport:
    """The report on a frame, with the Data Docs in `docs_root`; as `check`, unless that was the last one made there."""
    key = _key(spec, frame)
    kept = _kept(docs_root / KEPT, key) if is_intact(docs_root) else None
    if kept is not None:
        return kept
    with replaced_folder(docs_root) as partial:
        made = check(spec, frame.table, partial)
        report = replace(made, docs=docs_root.resolve() / "index.html")
        write_json(partial / KEPT, {"key": key, "report": report.to_json()})
        write_manifest(partial)
    return report


def _key(spec: Spec, frame: Frame) -> str:
    """What a report follows from: the rows, what is asked of them, how they are split and fitted, and the code."""
    asked = [asdict(each) for each in suite(spec)]
    code = (source_digest("data_checks", "mtl.evaluation"), version("great-expectations"))
    return digest_of(spec.name, prepared_digest(spec, frame), spec.gate.model_dump(mode="json"), asked, code)


def _kept(file: Path, key: str) -> CheckReport | None:
    try:
        kept = read_json(file)
        return CheckReport.from_json(kept["report"]) if kept["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
