"""One run of Great Expectations over a table. Importing this module imports Great Expectations, which takes seconds."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations.checkpoint.actions import UpdateDataDocsAction
from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.core.run_identifier import RunIdentifier
from great_expectations.data_context.data_context.context_factory import set_context
from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity

from data_checks.check_values import Check, CheckResult

# Counts alone. The Data Docs put values into their pages unescaped, so a cell with markup in it would run there; the
# richer formats also gather every unexpected row.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}


def validate(
    name: str, checks: Sequence[Check], table: pd.DataFrame, docs_root: Path
) -> tuple[tuple[CheckResult, ...], Path]:
    """Evaluate the checks as a checkpoint called `name`; the outcomes, and the first page of the Data Docs."""
    context = gx.get_context(mode="ephemeral", project_config=_project(docs_root))
    try:
        run = _checkpoint(context, name, checks).run(
            batch_parameters={"dataframe": table}, run_id=RunIdentifier(run_name=name)
        )
    finally:
        set_context(None)  # the process would keep it, and with it the table, until the next check
    answers = {_number(answer): answer for result in run.run_results.values() for answer in result.results}
    outcomes = tuple(_outcome(check, answers.get(number)) for number, check in enumerate(checks))
    return outcomes, docs_root.resolve() / "index.html"


def _checkpoint(context: EphemeralDataContext, name: str, checks: Sequence[Check]) -> gx.Checkpoint:
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset(name)
    expectations = (_expectation(number, check) for number, check in enumerate(checks))
    suite = gx.ExpectationSuite(name, expectations=[accepted for accepted in expectations if accepted is not None])
    definition = gx.ValidationDefinition(
        name=name,
        data=asset.add_batch_definition_whole_dataframe(name),
        suite=context.suites.add(suite),  # add_or_update takes time quadratic in the number of checks
    )
    checkpoint = gx.Checkpoint(
        name=name,
        validation_definitions=[context.validation_definitions.add(definition)],
        actions=[UpdateDataDocsAction(name="update_data_docs")],
        result_format=RESULT_FORMAT,
    )
    return context.checkpoints.add(checkpoint)


def _expectation(number: int, check: Check) -> Expectation | None:
    """None when its arguments are refused; it then gets no answer, which is a failure."""
    configuration = ExpectationConfiguration(
        type=check.expectation,
        kwargs=dict(check.kwargs),
        severity=FailureSeverity(check.severity),
        description=html.escape(f"{check.expected} ({check.severity}, {check.place})", quote=False),
        meta={"number": number},
    )
    try:
        return configuration.to_domain_obj()
    except ValueError:
        return None


def _number(answer: ExpectationValidationResult) -> int:
    """The position among the checks: answers come in another order than the suite's."""
    meta = answer.expectation_config.meta if answer.expectation_config else None
    return int(meta["number"]) if meta else -1


def _outcome(check: Check, answer: ExpectationValidationResult | None) -> CheckResult:
    if answer is None:
        return CheckResult(check, False, {}, "Great Expectations refused its arguments or gave no answer")
    return CheckResult(check, bool(answer.success), answer.result, _error(answer.exception_info))


def _error(info: Mapping[str, Any]) -> str | None:
    """The first exception, in one line: `info` is one record, or one for each metric that could not be computed."""
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [" ".join(str(record["exception_message"]).split()) for record in records if record["raised_exception"]]
    return raised[0] if raised else None


def _project(docs_root: Path) -> DataContextConfig:
    """Everything in memory but the Data Docs, in `docs_root`; nothing is reported to anyone."""
    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs_root.resolve())},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites={"site": site},
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
