"""An expectation about many columns, whose answer is one for each. Importing this imports Great Expectations."""

import json
from typing import Any

from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from typing_extensions import override

from data_checks.check_values import Check, CheckResult
from data_checks.many_columns import answers, unmet_in_words


class ExpectColumnsEach(BatchExpectation):
    """Expect each of many columns to meet a check of its own.

    Attributes:
        of: what Great Expectations calls the check of a single column.
        arguments: the check's arguments, for each column, its name among them; as JSON, for what Great Expectations is
            given as values it copies and validates a hundred times.
    """

    of: str
    arguments: str

    @override
    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,  # as declared there, generic over what data is
    ) -> dict[str, Any]:
        assert isinstance(execution_engine, PandasExecutionEngine)
        table = execution_engine.dataframe
        found = list(answers(table, [Check(self.of, each, "", "") for each in json.loads(self.arguments)]))
        return {
            "success": all(each.met for each in found),
            "result": {
                "observed_value": unmet_in_words(table, found),
                "details": json.dumps([[each.success, dict(each.result), each.error] for each in found]),
            },
        }


def single_results(checks: list[Check], result: dict[str, Any]) -> list[CheckResult]:
    """What came of each of the checks, from the answer about all of them."""
    told = json.loads(result["details"])
    return [
        CheckResult(check, bool(met), counted, error) for check, (met, counted, error) in zip(checks, told, strict=True)
    ]
