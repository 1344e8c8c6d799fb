import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from mtl.report.web.drawing import element, figure, path_of, tick_label, ticks

FINITE = st.floats(-1e6, 1e6)


def test_words_are_escaped_and_elements_are_not() -> None:
    assert element("text", "a < b") == "<text>a &lt; b</text>"
    assert element("g", element("line", x1=1.0)) == '<g><line x1="1"/></g>'
    assert (
        element("title", 'say "<hi>"', aria_label='"&"')
        == '<title aria-label="&#34;&amp;&#34;">say &#34;&lt;hi&gt;&#34;</title>'
    )


def test_attributes_are_named_as_svg_names_them_and_numbers_are_short() -> None:
    assert element("text", x=1.23456, text_anchor="end", class_="grid", dash=None) == (
        '<text x="1.23" text-anchor="end" class="grid"/>'
    )


def test_a_figure_says_what_it_shows() -> None:
    told = figure(340.0, 200.0, "tasks <and> epochs", [Markup("<g/>")])
    assert told == '<svg viewBox="0 0 340 200" role="img" aria-label="tasks &lt;and&gt; epochs"><g/></svg>'


def test_a_path_is_broken_where_nothing_is_known() -> None:
    ys = np.array([1.0, 2.0, np.nan, 3.0, np.inf, 4.0])
    assert path_of(np.arange(6.0), ys) == "M0 1L1 2M3 3M5 4"
    assert path_of(np.array([]), np.array([])) == ""


@given(low=FINITE, span=st.floats(1e-6, 1e6), most=st.integers(2, 9))
def test_ticks_are_round_within_the_bounds_and_not_too_many(low: float, span: float, most: int) -> None:
    high = low + span
    found = ticks(low, high, most)
    assert len(found) <= most + 1
    rounding = 1e-6 * span + 1e-12 * abs(low)
    assert all(low - rounding <= tick <= high + rounding for tick in found)
    assert found == sorted(found)


def test_ticks_of_nothing_are_none() -> None:
    assert ticks(np.nan, np.nan) == []
    assert ticks(3.0, 3.0) == [3.0]
    assert ticks(0.0, 10.0) == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]


@pytest.mark.parametrize(("value", "label"), [(-0.5, "−0.5"), (2.0, "2"), (1234567.0, "1.235e+06")])
def test_labels_have_no_more_digits_than_they_need(value: float, label: str) -> None:
    assert tick_label(value) == label
    assert not re.search("-[0-9]", label)
