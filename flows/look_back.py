"""`mtl history` and `mtl verify`: what the registry has kept of a model, and whether it is still that."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.arguments import require_name, require_version
from flows.settings import read_keys, read_settings
from mtl import registry
from mtl.errors import MtlError, RegistryUnreachableError
from mtl.study.deciding import evidence_digest
from mtl.study.decision_basis import FILE as EVIDENCE


def history_of(name: str) -> registry.History:
    """All versions, decisions and champions of a model."""
    require_name(name)
    return registry.read_history(_registry(), name)


def verify(name: str, version: str) -> registry.Verified:
    """Compare a version, and the evidence that MLflow keeps, with the version's latest decision."""
    require_name(name)
    require_version(version)
    where = _registry()
    found = registry.verify_version(where, registry.read_version(where, name, version), read_keys())
    doubt = _doubt_about_evidence(where, found.record) if found.record else ""
    return replace(found, problems=(*found.problems, doubt)) if doubt else found


def _doubt_about_evidence(where: registry.Registry, record: registry.DecisionRecord) -> str:
    with TemporaryDirectory(prefix="mtl-evidence-") as folder:
        try:
            report = registry.download_report(where, record.origin.study, Path(folder))
        except RegistryUnreachableError:
            raise
        except MtlError:
            return f"the evidence of its decision is gone: run {record.origin.study} has no report"
        kept = evidence_digest(report) if (report / EVIDENCE).is_file() else ""
    return "" if kept == record.origin.evidence else "the evidence in MLflow is not the one that was decided on"


def _registry() -> registry.Registry:
    where = registry.Registry(read_settings().tracking_uri)
    registry.probe(where)
    return where
