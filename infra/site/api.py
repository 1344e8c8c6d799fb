"""The pages of the code's own words: one for each room, with an entry for each module, made of docstrings."""

from collections.abc import Iterator, Mapping
from pathlib import Path

HOUSES = ("mtl", "data_checks", "flows")


def rooms(root: Path) -> Mapping[str, tuple[str, ...]]:
    """Each room's page with its modules: a package of `mtl`, what stands in `mtl` itself, and the two other houses."""
    found: dict[str, list[str]] = {}
    for house in HOUSES:
        for module in sorted(_modules(root, house)):
            parts = module.split(".")
            package = house != "mtl" or len(parts) > 2 or (root / "mtl" / parts[-1]).is_dir()
            room = house if house != "mtl" or not package or len(parts) == 1 else ".".join(parts[:2])
            found.setdefault(f"api/{room}.md", []).append(module)
    return {page: tuple(modules) for page, modules in found.items()}


def _modules(root: Path, house: str) -> Iterator[str]:
    for path in (root / house).rglob("*.py"):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[-1] != "__main__":
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def text(page: str, modules: tuple[str, ...]) -> str:
    """A page, as mkdocstrings reads it."""
    entries = "\n".join(f"::: {module}\n" for module in modules)
    return f"# {page.removeprefix('api/').removesuffix('.md')}\n\n{entries}"
