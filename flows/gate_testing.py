"""`mtl gate-test`: what a spec's gate can be expected to answer, without Prefect and without training anything."""

from datetime import date

from flows.executors import WorkerProcesses
from flows.open_study import Study, open_study
from flows.reading import read_rows
from flows.settings import read_settings
from mtl import registry
from mtl.data.prepared import prepare
from mtl.gate_trials.gate_test import GateTest, gate_test

PRELOADED = ("mtl.gate_trials.gate_test",)


def simulate_gate(spec: str, as_of: date | None = None) -> tuple[Study, GateTest]:
    """Read and prepare the data of a spec, and simulate decisions on the labels of its test side.

    Raises:
        UserError: no such spec.
        MtlError: the data cannot be read or split, or the registry cannot be reached.
    """
    study = open_study(spec, read_settings(), as_of)
    registry.probe(study.registry)
    study, frame = read_rows(study)
    prepared = prepare(study.spec, frame, study.store.prepared)
    with WorkerProcesses(study.workers, PRELOADED) as executor:
        return study, gate_test(study.spec, study.registry, study.report, (prepared, frame), executor.map)
