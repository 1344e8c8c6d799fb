"""A study is opened once, and a mistake is found before anything is started."""

from datetime import date
from pathlib import Path

import pytest

from flows.open_study import Study, open_study
from flows.settings import Settings
from mtl.errors import SpecError, UserError
from mtl.spec import TimeSplit
from mtl.spec.tuning_section import MOST_TRIALS
from tests.mtl.studies import write_small


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "home", f"sqlite:///{tmp_path / 'mlflow.db'}", 2, None)


def opened(name: str, settings: Settings, as_of: date | None = None) -> Study:
    return open_study(name, settings, as_of)


def test_an_example_is_opened_by_its_name_and_another_study_by_its_path(tmp_path: Path, settings: Settings) -> None:
    assert opened("reviews", settings).spec.name == "reviews"
    study = opened(str(write_small(tmp_path)), settings)
    assert study.spec.name == "small"
    assert {name.scheme for name in study.approaches.chosen} == {"equal", "pcgrad"}
    assert study.store.root == settings.home
    assert (study.registry.tracking_uri, study.workers, study.promotes) == (settings.tracking_uri, 2, True)


def test_a_study_is_opened_once_in_a_process(settings: Settings) -> None:
    assert opened("reviews", settings) is opened("reviews", settings)
    assert opened("reviews", settings) is not open_study("reviews", settings, promotes=False)


def test_the_first_day_of_the_test_window_may_be_another(settings: Settings) -> None:
    day = date(2013, 8, 1)
    moved, plain = (opened("flights", settings, as_of).spec.split for as_of in (day, None))
    assert isinstance(moved, TimeSplit)
    assert isinstance(plain, TimeSplit)
    assert moved.as_of == day
    assert moved.model_copy(update={"as_of": plain.as_of}) == plain


def test_a_study_that_is_bound_by_time_is_tuned_whatever_its_spec_says(tmp_path: Path, settings: Settings) -> None:
    plain, told = write_small(tmp_path / "plain"), write_small(tmp_path / "told", tuning={"trials": 3})
    assert opened(str(plain), settings).spec.tuning.trials == 0
    timed = [open_study(str(path), settings, timed=True).spec for path in (plain, told)]
    assert [spec.tuning.trials for spec in timed] == [MOST_TRIALS, 3]
    assert timed[0].digest != opened(str(plain), settings).spec.digest


def test_a_day_for_a_study_that_is_not_split_by_time_is_a_mistake(settings: Settings) -> None:
    with pytest.raises(SpecError, match=r"reviews\.yaml:\d+: --as-of needs a split by time; .* by group$"):
        opened("reviews", settings, date(2013, 8, 1))


def test_a_study_that_there_is_not_is_a_mistake_that_names_those_that_there_are(settings: Settings) -> None:
    with pytest.raises(UserError, match="reviews"):
        opened("revews", settings)


def test_schemes_that_are_defined_under_no_way_of_sharing_are_found_here(tmp_path: Path, settings: Settings) -> None:
    path = write_small(tmp_path, schemes=["pcgrad"], sharing=["soft"])
    study = opened(str(path), settings)
    with pytest.raises(SpecError, match="soft shares no parameter"):
        study.require_sound()
    assert not settings.home.exists()
