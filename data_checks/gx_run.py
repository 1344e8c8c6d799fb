"""One run of Great Expectations over a table. Importing this module imports Great Expectations, which takes seconds."""

import html
import json
from collections.abc import Iterator, Mapping, Sequence
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
from data_checks.gx_many_columns import ExpectColumnsEach, single_results
from data_checks.many_columns import apart
from mtl.shown import printable

# Counts alone. The Data Docs put values into their pages unescaped, so a cell with markup in it would run there; the
# richer formats also gather every unexpected row.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}

MOST_PHRASES = 3
"""Different things asked of many columns that a page lists."""


def validate(
    name: str, checks: Sequence[Check], table: pd.DataFrame, docs_root: Path | None
) -> tuple[CheckResult, ...]:
    """Evaluate the checks as a checkpoint called `name`; Data Docs are written where a folder for them is given."""
    context = gx.get_context(mode="ephemeral", project_config=_project(docs_root))
    named = table.set_axis([_escaped(column) for column in table.columns], axis="columns")
    try:
        run = _checkpoint(context, name, checks, docs_root is not None).run(
            batch_parameters={"dataframe": named}, run_id=RunIdentifier(run_name=name)
        )
    finally:
        set_context(None)  # the process would keep it, and with it the table, until the next check
    answered = [answer for result in run.run_results.values() for answer in result.results]
    outcomes = dict(found for answer in answered for found in _outcomes(checks, answer))
    return tuple(outcomes.get(n, _unanswered(check)) for n, check in enumerate(checks))


def _checkpoint(context: EphemeralDataContext, name: str, checks: Sequence[Check], docs: bool) -> gx.Checkpoint:
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset(name)
    alone, together = apart(checks)
    expectations = [_expectation(number, checks[number]) for number in alone]
    expectations += [_expectation_of_many(numbers, [checks[number] for number in numbers]) for numbers in together]
    suite = gx.ExpectationSuite(name, expectations=[accepted for accepted in expectations if accepted is not None])
    definition = gx.ValidationDefinition(
        name=name,
        data=asset.add_batch_definition_whole_dataframe(name),
        suite=context.suites.add(suite),  # add_or_update takes time quadratic in the number of checks
    )
    checkpoint = gx.Checkpoint(
        name=name,
        validation_definitions=[context.validation_definitions.add(definition)],
        actions=[UpdateDataDocsAction(name="update_data_docs")] if docs else [],
        result_format=RESULT_FORMAT,
    )
    return context.checkpoints.add(checkpoint)


def _expectation(number: int, check: Check) -> Expectation | None:
    """None when its arguments are refused; it then gets no answer, which is a failure."""
    configuration = ExpectationConfiguration(
        type=check.expectation,
        kwargs=_escaped_names(check.kwargs),
        severity=FailureSeverity(check.severity),
        description=_escaped(f"{check.expected} ({check.severity}, {check.place})"),
        meta={"numbers": [number]},
    )
    try:
        return configuration.to_domain_obj()
    except ValueError:
        return None


def _expectation_of_many(numbers: Sequence[int], checks: Sequence[Check]) -> Expectation:
    """One expectation for checks of the same kind, each of a column of its own."""
    asked = list(dict.fromkeys(check.expected.removeprefix(f"{check.columns[0]}: ") for check in checks))
    phrases = "; or ".join(asked[:MOST_PHRASES]) + ("; or …" if len(asked) > MOST_PHRASES else "")
    where = f"{checks[0].severity}, {checks[0].place} and elsewhere"
    return ExpectColumnsEach(
        of=checks[0].expectation,
        arguments=json.dumps([_escaped_names(check.kwargs) for check in checks]),
        severity=FailureSeverity(checks[0].severity),
        description=_escaped(f"{len(checks):,} columns, each: {phrases} ({where})"),
        meta={"numbers": list(numbers)},
    )


def _escaped(text: str) -> str:
    """As the pages need it, which escape nothing and replace what follows a dollar sign; as single as it was."""
    # A backslash of its own stays apart from those that stand for a control character: no two columns become one.
    return printable(html.escape(text).replace("\\", "&#92;")).replace("$", "&#36;")


def _escaped_names(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a check, about the columns as they are named in the table that is checked."""
    changed = dict(kwargs)
    if "column" in changed:
        changed["column"] = _escaped(changed["column"])
    if "column_list" in changed:
        changed["column_list"] = [_escaped(column) for column in changed["column_list"]]
    return changed


def _outcomes(checks: Sequence[Check], answer: ExpectationValidationResult) -> Iterator[tuple[int, CheckResult]]:
    """By their positions: answers come in another order than the suite's."""
    meta = answer.expectation_config.meta if answer.expectation_config else None
    numbers: Sequence[int] = meta["numbers"] if meta else ()
    error = _error(answer.exception_info)
    if len(numbers) > 1 and error is None:
        yield from zip(numbers, single_results([checks[n] for n in numbers], answer.result), strict=True)
        return
    yield from ((n, CheckResult(checks[n], bool(answer.success), answer.result, error)) for n in numbers)


def _unanswered(check: Check) -> CheckResult:
    return CheckResult(check, False, {}, "Great Expectations refused its arguments or gave no answer")


def _error(info: Mapping[str, Any]) -> str | None:
    """The first exception, in one line: `info` is one record, or one for each metric that could not be computed."""
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [" ".join(str(record["exception_message"]).split()) for record in records if record["raised_exception"]]
    return html.unescape(raised[0]) if raised else None


def _project(docs_root: Path | None) -> DataContextConfig:
    """Everything in memory but the Data Docs, in `docs_root`; nothing is reported to anyone."""
    return DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        data_docs_sites={"site": _site(docs_root)} if docs_root else {},
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )


def _site(docs_root: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs_root.resolve())},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
