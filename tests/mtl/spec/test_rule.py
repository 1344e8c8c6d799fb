"""What may stand in a rule, and which columns it names; nothing of it is ever run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtl.errors import SpecError
from mtl.spec import parse_spec
from mtl.spec.rule import parsed_rule
from tests.mtl.spec.texts import TEXT


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("discharge >= admission", ["discharge", "admission"]),
        ("0 <= age <= 120", ["age"]),
        ("`blood pressure` < 300 or missing(age)", ["blood pressure", "age"]),
        ("not (sex == 'male' and pregnant == True)", ["sex", "pregnant"]),
        ("city in ['Bern', 'Basel'] and age not in (0, -999)", ["city", "age"]),
        ("total == net + 0.077 * net - discount / 2", ["total", "net", "discount"]),
        ("discharge - admission <= 30", ["discharge", "admission"]),
        ("`größe` > 0", ["größe"]),
        ("größe > 0", ["größe"]),
    ],
)
def test_a_rule_names_its_columns_in_their_order(text: str, columns: list[str]) -> None:
    assert list(parsed_rule(text).columns.values()) == columns


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a rule, such as discharge >= admission"),
        ("a >", "expected a rule"),
        ("a = b", "expected a rule"),
        ("1 < 2", "expected at least one column"),
        ("a + b", "expected what is true or false of a row"),
        ("a", "expected what is true or false of a row"),
        ("(a < b) < c", "expected what is true or false of a row"),
        ("a and b > 1", "expected what is true or false of a row"),
        ("a.b > 1", "got Attribute"),
        ("a[0] > 1", "got Subscript"),
        ("(lambda: a)() > 1", "got"),
        ("__import__('os').system('true') == 0", "expected no function but missing(column)"),
        ("len(a) > 1", "expected no function but missing(column); got len(a)"),
        ("missing(1)", "expected no function but missing(column)"),
        ("missing(a, b)", "expected no function but missing(column)"),
        ("a in b", "expected a list after in"),
        ("a > [1]", "expected a list after in, and only there"),
        ("a in [b]", "expected a list of values"),
        ("a > 1j", "expected numbers, texts and truth values"),
        ("a == None", "expected numbers, texts and truth values; got None"),
        ("a ** 9 > 1", "got Pow"),
        ("a > 1 if b > 1 else c > 1", "got IfExp"),
        ("(" * 300 + "a" + ")" * 300 + " > 1", "expected"),
        ("not " * 30 + "a > 1", "expected at most 20 levels"),
        ("-" * 500 + "a > 1", "expected at most 20 levels"),
        ("a > 1 or " * 200 + "a > 1", "expected at most 1000 characters"),
    ],
)
def test_what_is_no_rule_is_told_with_an_example(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=r".") as caught:
        parsed_rule(text)
    assert said in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_told_to_be_none(text: str) -> None:
    told = ""
    try:
        columns = parsed_rule(text).columns
    except ValueError as error:
        columns, told = {}, str(error)
    assert bool(columns) != told.startswith("expected ")


def test_a_mistake_has_its_line_and_the_columns_are_the_studys() -> None:
    spec = parse_spec(
        TEXT + "checks:\n  rules:\n  - age < 150\n  - {rule: 'ward != unit', severity: warning}\n", "x.yaml"
    )
    assert {"age", "ward", "unit"} <= set(spec.columns)
    assert [(rule.rule, rule.severity) for rule in spec.checks.row_rules] == [
        ("age < 150", "critical"),
        ("ward != unit", "warning"),
    ]
    with pytest.raises(SpecError, match=r"x\.yaml:\d+: checks\.rules\.0.*expected a rule, such as discharge"):
        parse_spec(TEXT + "checks:\n  rules:\n  - age <\n", "x.yaml")
