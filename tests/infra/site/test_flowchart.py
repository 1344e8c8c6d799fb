"""Mermaid's flowcharts are drawn so that whoever looks sees which node leads to which."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.site.flowchart import HEIGHT, LAYER, Flowchart, parse, svg

DOWN = "flowchart TD\n    a[first] --> b[second]\n    a --> c[third] --> d[last]\n    b --> d\n    a --> d\n"


@st.composite
def charts(draw: st.DrawFn) -> Flowchart:
    names = [f"n{k}" for k in range(draw(st.integers(2, 12)))]
    pairs = [(one, other) for k, one in enumerate(names) for other in names[k + 1 :]]
    arrows = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    used = {name for arrow in arrows for name in arrow}
    labels = {name: draw(st.text("abc<&>\" '", min_size=1, max_size=20)) for name in names if name in used}
    return Flowchart(draw(st.sampled_from(["TD", "LR"])), labels, tuple(arrows))


def boxes(picture: str) -> list[tuple[float, float, float]]:
    """Of each node: left, right, top."""
    found = re.findall(r'<rect x="([-.\d]+)" y="([-.\d]+)" width="([-.\d]+)"', picture)
    return [(float(x), float(x) + float(width), float(y)) for x, y, width in found]


def test_a_chart_is_read_as_it_was_written() -> None:
    chart = parse(DOWN)
    assert chart.direction == "TD"
    assert chart.labels == {"a": "first", "b": "second", "c": "third", "d": "last"}
    assert chart.arrows == (("a", "b"), ("a", "c"), ("c", "d"), ("b", "d"), ("a", "d"))


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("graph TD\na --> b", "expected `flowchart TD`"),
        ("flowchart TD\na -.-> b", "expected `name[label] --> name[label]`; got 'a -.-> b'"),
        ("flowchart TD\na --> b\nb --> a", "cycle"),
    ],
)
def test_what_is_not_read_is_told(source: str, part: str) -> None:
    with pytest.raises(ValueError, match=re.escape(part)):
        parse(source)


@given(charts())
def test_no_node_covers_another_and_the_picture_holds_all(chart: Flowchart) -> None:
    picture = svg(chart)
    [drawn] = ElementTree.fromstring(picture)
    [_, _, right, below] = map(float, drawn.attrib["viewBox"].split())
    found = boxes(picture)
    assert len(found) == len(chart.labels)
    for k, (left, end, top) in enumerate(found):
        assert 0 <= left < end <= right
        assert 0 <= top < below
        assert all(
            end <= other or start >= end or top != high for start, other, high in found[k + 1 :] if start >= left
        )
    assert len(drawn.findall("path")) == len(chart.arrows)
    assert "\n" not in picture


@given(charts())
def test_arrows_lead_down(chart: Flowchart) -> None:
    if chart.direction != "TD":
        return
    tops = dict(zip(chart.labels, (top for *_, top in boxes(svg(chart))), strict=True))
    assert all(tops[start] < tops[end] for start, end in chart.arrows)
    assert all((top - HEIGHT / 2) % LAYER == pytest.approx(0) for top in tops.values()), "nodes stand in layers"
    first = {start for start, _ in chart.arrows} - {end for _, end in chart.arrows}
    assert {name for name, top in tops.items() if top == HEIGHT / 2} == first


def test_a_long_chain_goes_on_in_a_row_below() -> None:
    chain = " --> ".join(f"n{k}" for k in range(14))
    tops = [top for *_, top in boxes(svg(parse(f"flowchart LR\n{chain}")))]
    assert [tops.count(top) for top in sorted(set(tops))] == [6, 6, 2]
    assert min(tops) == HEIGHT / 2


def test_labels_are_words_and_never_markup() -> None:
    picture = svg(Flowchart("LR", {"a": "<script>", "b": "b"}, (("a", "b"),)))
    assert "<script>" not in picture
    assert "&lt;script&gt; to b" in picture, "who cannot see it is told the same"
