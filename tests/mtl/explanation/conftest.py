"""The small study is fitted once for the tests of a process."""

import pytest

from tests.mtl.study.fitted import FittedStudy


@pytest.fixture(scope="session")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> FittedStudy:
    return FittedStudy(tmp_path_factory.mktemp("explained"))
