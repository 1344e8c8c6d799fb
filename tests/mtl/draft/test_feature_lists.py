"""Many columns in few words, which stand for these columns and no others."""

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from mtl.draft.feature_lists import LONGEST, FeatureList, feature_list

MANY = [f"fp_{number}" for number in range(50)]
UNALIKE = [f"{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(60)]


def test_few_columns_are_named() -> None:
    assert feature_list(["a", "b"], "numeric", ["c"], []) == FeatureList(("a", "b"))


def test_many_that_begin_alike_are_a_pattern_beside_the_others() -> None:
    assert feature_list(["age", *MANY], "numeric", ["y"], []) == FeatureList(("age", "fp_*"))


def test_a_pattern_that_matches_others_is_none() -> None:
    assert feature_list(MANY, "numeric", ["fp_label"], ["fp_label"]) == FeatureList(all="numeric", but=("fp_label",))


def test_many_that_are_unalike_are_all_of_their_type_but_some() -> None:
    assert feature_list(UNALIKE, "text", ["id"], ["id"]) == FeatureList(all="text", but=("id",))
    assert feature_list(UNALIKE, "", ["id"], []) == FeatureList(tuple(UNALIKE))
    left_out = [f"left {name}" for name in UNALIKE]
    assert feature_list(UNALIKE, "text", left_out, left_out) == FeatureList(tuple(UNALIKE))


names = st.lists(st.text("ab_1*", min_size=1, max_size=4), unique=True, max_size=60)


@given(names, names)
def test_patterns_match_what_is_wanted_and_nothing_else(wanted: list[str], others: list[str]) -> None:
    others = [name for name in others if name not in wanted]
    listed = feature_list(wanted, "", others, [])
    known = {*wanted, *others}
    found = {
        name
        for entry in listed.entries
        for name in known
        if name == entry or (entry not in known and fnmatchcase(name, entry))
    }
    assert found == set(wanted)
    assert len(listed.entries) <= max(LONGEST, len(wanted))
