"""Links between the repository's pages, as the site has them: to the page that a section is on, to a module's entry."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from infra.site.pages import Page
from infra.site.sections import with_headings

LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\]\()([^)\s]+)(\))")
IMAGES, FILES = "infra/images/", ("infra/spec.schema.json",)


def slug(heading: str) -> str:
    """What a heading is called in an address, as GitHub does it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@dataclass(frozen=True)
class Site:
    """Where what the repository's pages link to is on the site.

    Attributes:
        anchors: the page of each heading, by the source and the heading's slug; by the source and nothing, the first.
        modules: the page of each module that has an entry.
    """

    anchors: Mapping[tuple[str, str], str]
    modules: Mapping[str, str]


def site_of(texts: Sequence[tuple[Page, str, str]], modules: Mapping[str, str]) -> Site:
    """The site.

    Args:
        texts: each page with a source and the text that it has of it.
        modules: the page of each module.
    """
    anchors: dict[tuple[str, str], str] = {}
    for page, source, text in texts:
        anchors.setdefault((source, ""), page.name)
        for _, heading in with_headings(text):
            if heading is not None:
                anchors.setdefault((source, slug(heading[1])), page.name)
    return Site(anchors, modules)


def relinked(text: str, source: str, page: str, site: Site) -> str:
    """The text of a source as it stands on a page, with its links leading to the site's pages.

    Raises:
        ValueError: a link leads to what the site does not have.
    """
    prose, pieces = "", []
    for line, code in _with_code(text):
        if code:
            pieces += [_relinked(prose, source, page, site), line]
            prose = ""
        else:
            prose += line
    return "".join([*pieces, _relinked(prose, source, page, site)])


def _with_code(text: str) -> Iterator[tuple[str, bool]]:
    inside = False
    for line in text.splitlines(keepends=True):
        mark = line.lstrip().startswith(("```", "~~~"))
        yield line, inside or mark
        inside ^= mark


def _relinked(prose: str, source: str, page: str, site: Site) -> str:
    return LINK.sub(lambda found: f"{found[1]}{address(found[2], source, page, site)}{found[3]}", prose)


def address(link: str, source: str, page: str, site: Site) -> str:
    """Where a link of a source leads from a page of the site."""
    if re.match(r"[a-z]+:", link):
        return link
    path, _, anchor = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path)) if path else source
    return _to(*_target(target, anchor, link, source, site), page)


def _target(target: str, anchor: str, link: str, source: str, site: Site) -> tuple[str, str]:
    """The file of the site, and the anchor in it."""
    if (target, anchor) in site.anchors:
        return site.anchors[target, anchor], anchor
    if target.startswith(IMAGES) or target in FILES:
        return target.removeprefix("infra/"), ""
    module = ".".join(PurePosixPath(target).with_suffix("").parts)
    if module in site.modules:
        return site.modules[module], module
    raise ValueError(f"{source}: the link {link!r} leads to nothing that the site has")


def _to(file: str, anchor: str, page: str) -> str:
    relative = posixpath.relpath(file, posixpath.dirname(page) or ".")
    return f"{relative}#{anchor}" if anchor else relative
