"""Whoever types a command sees at once that it began."""

import subprocess
import sys


def test_the_commands_are_known_before_anything_that_computes_is_imported() -> None:
    heavy = {"pandas", "numpy", "scipy", "sklearn", "torch", "mlflow", "prefect", "pydantic", "great_expectations"}
    code = f"import sys; import flows.cli; sys.exit(', '.join({heavy} & set(sys.modules)) or None)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.stderr == "", "the first words wait for it"
    assert found.returncode == 0


def test_the_first_words_are_on_the_error_stream_alone() -> None:
    code = "from flows.first_words import first_words; first_words('Study of reviews: getting ready …')"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stderr == "Study of reviews: getting ready …\n"
    assert said.stdout == ""
