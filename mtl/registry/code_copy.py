"""The part of this package that a stored model needs: the modules that loading a bundle imports, and no others."""

import ast
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import mtl

ROOT = Path(str(mtl.__file__)).parent


def copy_code(modules: Iterable[str], target: Path) -> Path:
    """Copy modules and every module of this package that they need below `target`; return the package's folder.

    What is needed follows from the import statements, wherever in a file they stand, but for those that only a type
    checker follows.
    """
    for file in sorted(_needed(modules)):
        copy = target / ROOT.name / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return target / ROOT.name


def _needed(modules: Iterable[str]) -> set[Path]:
    found: set[Path] = set()
    waiting = list(modules)
    while waiting:
        for file in _files(waiting.pop()):
            if file not in found:
                found.add(file)
                waiting.extend(_imported(file))
    return found


def _files(module: str) -> Iterator[Path]:
    """The files that importing `module` executes: the packages on the way, then its own; none if it is no module."""
    package, *rest = module.split(".")
    if package != ROOT.name:
        return
    folder = ROOT
    yield folder / "__init__.py"
    for part in rest:
        folder = folder / part
        file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
        if not file.is_file():  # a name inside the module before it
            return
        yield file


def _imported(file: Path) -> Iterator[str]:
    for node in _executed(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, without what stands under `if TYPE_CHECKING`."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING"):
            yield from _executed(child)
