"""The page of a study: whole, escaped, and all in one file."""

import base64
import json
import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from mtl.report.report_material import Material
from mtl.report.web.study_page import study_page
from tests.mtl.report.materials import LONG, hard_to_show, material_of, of_one_task, without_candidate
from tests.mtl.study.fitted import FittedStudy

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 26, 12, 2).astimezone()
VOID = {"meta", "link", "br", "line", "path", "circle", "rect"}
MOST_BYTES = 2_000_000


class Page(HTMLParser):
    """The elements of a page, which must be closed in order, and the words outside of them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def material(fitted: FittedStudy) -> Material:
    return material_of(fitted)


@pytest.fixture(scope="module", params=["small", "hard to show", "one task", "no candidate"])
def page(request: pytest.FixtureRequest, fitted: FittedStudy) -> str:
    made = {
        "small": material_of,
        "hard to show": hard_to_show,
        "one task": of_one_task,
        "no candidate": without_candidate,
    }
    return study_page(made[request.param](fitted), NOW)


def test_a_page_is_well_formed_one_file_and_asks_for_nothing(page: str) -> None:
    found = Page(page)
    for tag, attributes in found.elements:
        assert tag not in ("img", "iframe", "object", "base", "form")
        for name in ("src", "href"):
            if name in attributes:
                assert str(attributes[name]).startswith("data:")
    assert "default-src 'none'" in page
    assert not re.search("@import|url\\(", page)
    assert len(page.encode()) < MOST_BYTES


def test_the_decision_comes_first_and_each_task_has_its_verdict_as_a_word(material: Material) -> None:
    told = Page(study_page(material, NOW)).text
    decision = material.decided.decision
    assert told.startswith("Reject: small small · 2026-11-26 12:02 small Reject Better on 0 of 3 gated tasks")
    for verdict in decision.verdicts:
        assert f"{verdict.task} {verdict.verdict} {verdict.reason}." in told
    assert f"{decision.verdicts[1].reason}. A lucky seed." in told
    assert "Too little data" not in told
    assert told.index("Why not") < told.index("The evidence") < told.index("Leaderboard") < told.index("How they were")


def test_a_promotion_has_no_section_on_why_not(material: Material) -> None:
    verdicts = tuple(replace(each, verdict="better") for each in material.decided.decision.verdicts)
    decision = replace(
        material.decided.decision,
        promote=True,
        verdicts=verdicts,
        reasons=(),
        sentence="Promote: the candidate is better.",
    )
    told = Page(study_page(replace(material, decided=replace(material.decided, decision=decision)), NOW)).text
    assert "Promote The candidate is better." in told
    assert "Why not" not in told


def test_what_was_too_little_evidence_comes_before_what_was_judged(fitted: FittedStudy) -> None:
    told = Page(study_page(hard_to_show(fitted), NOW)).text
    why = told[told.index("Why not") : told.index("The evidence")]
    assert why.index("unjudged") < why.index(LONG[:-2])
    assert "Nothing could be compared: give the task more labels" in why


def test_what_people_wrote_is_escaped(material: Material) -> None:
    odd = material.spec.model_copy(update={"title": "<script>alert(1)</script>"})
    told = study_page(replace(material, spec=odd), NOW)
    assert "<script>alert" not in told
    assert "&lt;script&gt;alert(1)" in told
    assert "age is &lt;odd&gt;" in told


def test_the_figures_behind_the_plots_can_be_saved(material: Material) -> None:
    links = {
        str(attributes["download"]): str(attributes["href"])
        for tag, attributes in Page(study_page(material, NOW)).elements
        if tag == "a"
    }
    assert set(links) == {"evidence.json", "leaderboard.csv", "curves.csv"}
    held = {name: base64.b64decode(link.partition("base64,")[2]).decode() for name, link in links.items()}
    assert material.decided.comparison is not None
    assert json.loads(held["evidence.json"]) == json.loads(material.decided.comparison.to_json())
    contenders = {line.split(",")[2] for line in held["leaderboard.csv"].splitlines()[1:]}
    assert {"network", "boosted_trees", "linear", "equal", "pcgrad"} <= contenders
    candidate = material.selection.candidate
    assert candidate is not None
    last = candidate.result.history["validation/hba1c/r2"][-1]
    assert f"hba1c (r2 ↑),multi-task,3,{last}" in held["curves.csv"].splitlines()


def test_who_reads_it_can_make_the_study_again(material: Material) -> None:
    told = Page(study_page(material, NOW)).text
    assert "mtl run small.yaml mtl decide small" in told
    assert material.about.digest in told
    assert material.about.program in told
    assert "general_health" in told
