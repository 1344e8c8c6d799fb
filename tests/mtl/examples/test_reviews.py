"""Facts of the reviews example."""

import numpy as np
import pandas as pd
import pytest

from mtl import examples
from mtl.data.splits import split_rows
from mtl.examples.readers.reviews import SOURCES
from mtl.spec import GroupSplit, load_spec
from tests.mtl.examples.cache import example_table

pytestmark = pytest.mark.network


@pytest.fixture
def table() -> pd.DataFrame:
    return example_table("reviews")


def test_rows_per_source(table: pd.DataFrame) -> None:
    assert table["source"].value_counts().to_dict() == {"movie": 10605, "nyt": 5190, "tweet": 4200, "amazon": 3708}


def test_each_row_carries_the_rating_of_its_own_source_alone(table: pd.DataFrame) -> None:
    rated = table[list(SOURCES)].notna()
    assert (rated.sum(axis=1) == 1).all()
    assert (rated.idxmax(axis=1) == table["source"]).all()


def test_ratings_use_the_whole_scale_of_plus_minus_4(table: pd.DataFrame) -> None:
    ratings = table[list(SOURCES)]
    assert ratings.min().between(-4, -2.5).all()
    assert ratings.max().between(2.5, 4).all()


def test_sentences_of_one_review_or_editorial_share_a_group_of_one_source(table: pd.DataFrame) -> None:
    groups = table.groupby("article")["source"].agg(["nunique", "first"])
    assert (groups["nunique"] == 1).all()
    assert groups["first"].value_counts().to_dict() == {"movie": 10605, "tweet": 4200, "nyt": 498, "amazon": 300}
    assert table.loc[table["id"] == "amazon_12_3", "article"].tolist() == ["amazon_12"]


@pytest.mark.parametrize("name", ["reviews", "reviews_topic", "reviews_pretrained"])
def test_the_specs_split_and_resample_by_that_group(name: str) -> None:
    spec = load_spec(name, examples.specs())
    assert isinstance(spec.split, GroupSplit)
    assert spec.split.column == spec.unit_column == "article"


def test_no_article_straddles_sides_and_each_side_has_every_source(table: pd.DataFrame) -> None:
    split = split_rows(load_spec("reviews", examples.specs()), table)
    sides = [table.iloc[split.rows(side)] for side in ("train", "validation", "test")]
    assert sum(side["article"].nunique() for side in sides) == table["article"].nunique()
    assert [round(len(side) / len(table), 1) for side in sides] == [0.6, 0.1, 0.3]
    assert all(set(side["source"]) == set(SOURCES) for side in sides)


def test_the_film_task_is_auxiliary_and_the_text_is_the_only_feature() -> None:
    spec = load_spec("reviews", examples.specs())
    assert spec.gated_tasks == ("tweet", "amazon", "nyt")
    assert spec.features.columns == ("text",)


def test_texts_are_clean(table: pd.DataFrame) -> None:
    texts = table["text"]
    assert (texts.str.strip() == texts).all()
    assert (texts != "").all()
    assert not texts.str.contains("\ufeff|\ufffd|&(?:amp|lt|gt|quot);").any()
    assert texts[table["id"] == "tweet_3"].item().startswith("We were 17 deep last night & the love")


def test_quotation_marks_are_text(table: pd.DataFrame) -> None:
    assert table["text"].str.contains('"').any()
    assert table["text"].str.count("\t").sum() == 0


def test_sentiment_is_the_sign_of_a_clear_rating(table: pd.DataFrame) -> None:
    rating = table[list(SOURCES)].sum(axis=1)
    clear = rating.abs() >= 0.5
    assert table["sentiment"].notna().equals(clear)
    assert (table["sentiment"][clear] == (rating[clear] > 0)).all()
    assert int(clear.sum()) == 19459
    assert (table["topic"] == table["source"]).all()


def test_nothing_of_the_raters_but_their_mean_is_kept(table: pd.DataFrame) -> None:
    assert set(table.select_dtypes(np.number).columns) == {*SOURCES, "sentiment"}


def test_sentiment_and_topic_are_read_from_the_text_alone_by_an_lstm() -> None:
    spec = load_spec("reviews_topic", examples.specs())
    assert spec.gated_tasks == ("sentiment", "topic")
    assert [task.kind for task in spec.tasks.values()] == ["binary", "multiclass"]
    assert spec.features.columns == ("text",)
    assert spec.model.text_encoder.label == "lstm"


def test_a_row_is_on_the_same_side_in_both_studies(table: pd.DataFrame) -> None:
    one, other = (split_rows(load_spec(name, examples.specs()), table) for name in ("reviews", "reviews_topic"))
    assert all((one.rows(side) == other.rows(side)).all() for side in ("train", "validation", "test"))
