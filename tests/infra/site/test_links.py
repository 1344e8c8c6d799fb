"""A link of a page of the repository leads to the same thing on the site, or the build ends."""

import pytest

from infra.site.links import Site, address, relinked, site_of, slug
from infra.site.pages import PAGES, Page

HOME, GATE = Page("index.md", "Start", ()), Page("the-gate.md", "Gate", ())
SITE = site_of(
    [
        (HOME, "README.md", "## Two commands\n"),
        (GATE, "README.md", "## How often?\n"),
        (GATE, "infra/docs/gate.md", ""),
    ],
    {"mtl.promotion.better": "api/mtl.promotion.md"},
)


@pytest.mark.parametrize(
    ("link", "source", "there"),
    [
        ("infra/docs/gate.md", "README.md", "the-gate.md"),
        ("#how-often", "README.md", "the-gate.md#how-often"),
        ("../../README.md#two-commands", "infra/docs/gate.md", "index.md#two-commands"),
        ("../../README.md", "infra/docs/gate.md", "index.md"),
        ("mtl/promotion/better.py", "README.md", "api/mtl.promotion.md#mtl.promotion.better"),
        ("infra/images/a.png", "README.md", "images/a.png"),
        ("https://arxiv.org/abs/1#2", "README.md", "https://arxiv.org/abs/1#2"),
    ],
)
def test_where_a_link_leads(link: str, source: str, there: str) -> None:
    assert address(link, source, "index.md", SITE) == there


def test_from_a_page_in_a_folder_the_way_goes_up() -> None:
    assert address("README.md", "README.md", "api/mtl.md", SITE) == "../index.md"


@pytest.mark.parametrize("link", ["nothing.md", "#no-such-heading", "infra/docs/gate.md#nor-this", "mtl/none.py"])
def test_a_link_that_leads_nowhere_is_told(link: str) -> None:
    with pytest.raises(ValueError, match="leads to nothing that the site has"):
        address(link, "README.md", "index.md", SITE)


def test_links_in_a_text_are_changed_and_those_in_code_are_not() -> None:
    text = "See [one\nof them](infra/docs/gate.md), ![two [b]](infra/images/a.png).\n```\n[x](infra/docs/gate.md)\n```"
    expected = "See [one\nof them](the-gate.md), ![two [b]](images/a.png).\n```\n[x](infra/docs/gate.md)\n```"
    assert relinked(text, "README.md", "index.md", SITE) == expected


def test_headings_are_called_as_github_calls_them() -> None:
    assert slug("Backup, and a home that moves") == "backup-and-a-home-that-moves"
    assert slug("`mtl run`: what it does") == "mtl-run-what-it-does"


def test_no_two_pages_have_one_name() -> None:
    assert len({page.name for page in PAGES}) == len(PAGES)
    assert Site({}, {}) == site_of([], {})
