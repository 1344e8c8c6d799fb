"""A frame that was checked before is not checked again: the report is kept beside its page."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from data_checks.check_page import Past
from data_checks.check_report import CheckReport
from data_checks.check_table import PAGE, check
from data_checks.drifted import Known, drifted
from data_checks.set_aside import as_warning
from data_checks.suites import suite
from mtl.data.frame import Frame
from mtl.data.prepared import prepared_digest
from mtl.jsonable import to_json
from mtl.manifest import is_intact, write_manifest
from mtl.provenance import digest_of, source_digest
from mtl.spec import Spec
from mtl.storage import read_json, replaced_folder, write_json

KEPT = "checked.json"
"""The file, beside the pages, of the last report and of what it follows from."""


MOST_PAST = 50
"""Earlier checks that a page tells of."""


def check_once(spec: Spec, frame: Frame, docs_root: Path, champion: Known | None = None) -> CheckReport:
    """The report on a frame, with its page in `docs_root`; as `check`, unless that was the last one made there.

    `champion`: what is served, and what its training rows were like; columns that have moved since are told of.
    """
    key = digest_of(_key(spec, frame), "" if champion is None else to_json(champion))
    last = _last(docs_root / KEPT) if is_intact(docs_root) else None
    if last is not None and last.key == key:
        return last.report
    past = last.past if last else ()
    known = [as_warning(frame.set_aside, frame.rows)] if frame.set_aside else []
    known += drifted(spec, frame.by_need, champion) if champion else ()
    with replaced_folder(docs_root) as partial:
        made = check(spec, frame.by_need, partial, past, known)
        report = replace(made, docs=docs_root.resolve() / PAGE)
        _keep(partial / KEPT, _Kept(key, report, (*past, Past.of(made, datetime.now().astimezone()))[-MOST_PAST:]))
        write_manifest(partial)
    return report


@dataclass(frozen=True)
class _Kept:
    """The last report, what it follows from, and those before it with it."""

    key: str
    report: CheckReport
    past: tuple[Past, ...]


def _key(spec: Spec, frame: Frame) -> str:
    """What a report follows from: the rows, what is asked of them, how they are split and fitted, and the code."""
    asked = [asdict(each) for each in suite(spec)]
    code = (source_digest("data_checks", "mtl.evaluation"), version("great-expectations"))
    said = spec.gate.model_dump(mode="json"), spec.checks.model_dump(mode="json")
    return digest_of(spec.name, prepared_digest(spec, frame), *said, asked, code, str(frame.set_aside))


def _last(file: Path) -> _Kept | None:
    try:
        kept = read_json(file)
        past = tuple(Past(**each) for each in kept.get("past", ()))
        return _Kept(kept["key"], CheckReport.from_json(kept["report"]), past)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _keep(file: Path, last: _Kept) -> None:
    past = [asdict(each) for each in last.past]
    write_json(file, {"key": last.key, "report": last.report.to_json(), "past": past})
