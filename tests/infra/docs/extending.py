"""A pytest plugin: the program with files added from a folder, as if they had been put into its packages.

`MTL_EXTENSIONS` is the folder; `mtl/weighting/schemes/inverse.py` below it is found by the catalog of schemes.
"""

import os
from importlib import import_module
from pathlib import Path


def add_files(folder: Path) -> None:
    """Let each package of the program be searched in the folder of the same path below `folder`, too."""
    for package in sorted({file.parent for file in folder.rglob("*.*") if file.is_file()}):
        name = ".".join(package.relative_to(folder).parts)
        import_module(name).__path__.append(str(package))


if "MTL_EXTENSIONS" in os.environ:
    add_files(Path(os.environ["MTL_EXTENSIONS"]))
