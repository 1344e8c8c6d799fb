"""The part of this package that a stored model needs: the modules that loading a bundle imports, and no others."""

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import mtl
from mtl.extensions import KINDS, SHARING

ROOT = Path(str(mtl.__file__)).parent


def copy_code(module: str, target: Path) -> Path:
    """Copy `module` and every module of this package that it needs below `target`; return the package's folder.

    What is needed follows from the import statements, wherever in a file they stand.
    """
    for file in sorted(_needed(module)):
        copy = target / ROOT.name / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    return target / ROOT.name


def _needed(module: str) -> set[Path]:
    found: set[Path] = set()
    # Kinds of tasks and ways of sharing are imported by their names: no import statement says so.
    entries = [f"{catalog.package}.{name}" for catalog in (KINDS, SHARING) for name in catalog.names]
    waiting = [module, *entries]
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
    """A node and all below it, but for what only a type checker reads."""
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _executed(child)
