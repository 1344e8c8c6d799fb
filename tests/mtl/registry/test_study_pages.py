import pytest
from mlflow import MlflowClient

from mtl import registry
from mtl.registry import Registry, StudyRecord
from mtl.registry.study_pages import MOST
from tests.mtl.registry.conftest import DATA

ADDRESS = "http://127.0.0.1:5000"


def test_the_latest_study_of_each_name_is_listed_with_its_pages(store: Registry, study: str) -> None:
    later = registry.start_study(store, StudyRecord("reviews", "reviews · reject 2/3 · 12:02", DATA))
    MlflowClient(store.tracking_uri).create_registered_model("reviews")
    [found] = registry.recent_studies(store)
    assert (found.name, found.run) == ("reviews", later)
    assert list(found.pages(ADDRESS)) == [
        (
            "reviews · reject 2/3 · 12:02",
            f"{ADDRESS}/#/experiments/1/runs/{later}?workflowType=machine_learning",
        ),
        ("its runs side by side", f"{ADDRESS}/#/experiments/1/runs?workflowType=machine_learning"),
        ("its versions", f"{ADDRESS}/#/models/reviews?workflowType=machine_learning"),
    ]


def test_without_a_version_there_is_no_page_of_versions(store: Registry, study: str) -> None:
    [found] = registry.recent_studies(store)
    assert [what for what, _ in found.pages(ADDRESS)] == ["first", "its runs side by side"]


@pytest.mark.parametrize("studies", [0, 1, MOST + 3])
def test_no_more_than_a_few_are_listed_and_the_latest_first(store: Registry, studies: int) -> None:
    names = [f"study{number}" for number in range(studies)]
    for name in names:
        registry.start_study(store, StudyRecord(name, name, DATA))
    found = [study.name for study in registry.recent_studies(store)]
    assert found == names[::-1][:MOST]
