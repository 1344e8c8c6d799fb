"""Names in a sentence."""

from mtl.draft.some_names import some


def test_the_first_are_named_and_the_others_counted() -> None:
    assert some(["a", "b"]) == "a, b"
    assert some([str(number) for number in range(2000)], most=2) == "0, 1 and 1,998 more"
    assert some([]) == ""


def test_a_name_of_blanks_is_seen() -> None:
    assert some(["", " ", "a"]) == "'', ' ', a"
