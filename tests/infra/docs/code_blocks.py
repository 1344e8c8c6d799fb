"""The files that a page of Markdown shows: fenced blocks whose first line is the file's path."""

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[3]
FENCED = re.compile(r"^```(?:python|yaml)\n# (?P<path>\S+\.(?:py|yaml))\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class CodeBlock:
    """A complete file that a page shows.

    Attributes:
        page: the page, relative to the repository.
        path: where the file would lie, relative to the repository.
        text: what would stand in it, without the line that names its path.
    """

    page: str
    path: PurePosixPath
    text: str

    @property
    def lines(self) -> int:
        """Lines as they are shown, with the one that names the path."""
        return self.text.count("\n") + 1

    def __str__(self) -> str:
        return f"{self.page}:{self.path}"


def code_blocks(page: Path) -> list[CodeBlock]:
    """All files that a page shows, in its order."""
    text = page.read_text(encoding="utf-8")
    shown = page.relative_to(ROOT).as_posix() if page.is_relative_to(ROOT) else page.name
    return [CodeBlock(shown, PurePosixPath(found["path"]), found["text"]) for found in FENCED.finditer(text)]
