"""Which pages the site has, and which parts of the repository's own pages each is made of: nothing is written twice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A page of the repository, or some sections of it.

    Attributes:
        source: its path from the root.
        sections: headings of the second level, in their order; all of the page without any.
        opening: also what stands before the first heading of the second level.
    """

    source: str
    sections: tuple[str, ...] = ()
    opening: bool = False


@dataclass(frozen=True)
class Page:
    """A page of the site: its file, its title, what it is made of."""

    name: str
    title: str
    parts: tuple[Part, ...]


def _of_readme(*sections: str, opening: bool = False) -> Part:
    return Part("README.md", sections, opening)


PAGES = (
    Page("index.md", "Start here", (_of_readme("Two commands", "What the examples come to", opening=True),)),
    Page("own-data.md", "Your own data", (_of_readme("Your own data", "Is it better than the models you use now?"),)),
    Page(
        "the-gate.md",
        "The gate",
        (Part("infra/docs/the-gate.md"), _of_readme("How often the gate is wrong", "What the gate would have done")),
    ),
    Page(
        "schemes.md",
        "Schemes, and which one when",
        (
            Part("infra/docs/which-scheme.md"),
            _of_readme("The schemes", "Ways of sharing", "What a step costs", "A scheme of your own, in one file"),
        ),
    ),
    Page("quality.md", "How good the models are", (Part("infra/docs/quality.md"),)),
    Page("serving.md", "Promote and serve", (_of_readme("Promote and serve"), Part("infra/docs/serving.md"))),
    Page("monitoring.md", "Watch a champion", (Part("infra/docs/monitoring.md"),)),
    Page("team.md", "As a team", (_of_readme("As a team"), Part("infra/docs/team.md"))),
    Page("commands.md", "Commands", (_of_readme("The commands"),)),
    Page("reliability.md", "Reliability", (Part("infra/docs/reliability.md"),)),
    Page("architecture.md", "Architecture", (Part("infra/docs/architecture.md"), _of_readme("Where things are"))),
    Page("extend.md", "Extend it", (Part("infra/docs/extend.md"),)),
    Page("contributing.md", "Contribute", (Part("CONTRIBUTING.md"),)),
    Page("changelog.md", "Changes", (Part("CHANGELOG.md"),)),
)
