"""`python -m infra.site [FOLDER]` builds the site into a folder, else into `build/site`; no page asks another host.

A link that leads nowhere, an anchor that is not there and a docstring that contradicts its function end it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.site.compose import compose

ROOT = Path(__file__).parents[2]


def build(folder: Path) -> str:
    """Build the site.

    Returns:
        What is wrong with it, as mkdocs tells it; nothing where nothing is.
    """
    with tempfile.TemporaryDirectory() as pages:
        configuration = compose(ROOT, Path(pages) / "composed")
        # It counts as wrong what it would tell of: `--quiet` would make `--strict` mean nothing.
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(configuration)]
        # mkdocs-material tells on every build of the plans of its makers.
        there = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, "-d", str(folder.resolve())], cwd=ROOT, env=there, stderr=subprocess.PIPE, text=True, check=False
        )
    return done.stderr if done.returncode else ""


def main() -> None:
    """Build it, and say where its first page is."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "site"
    wrong = build(folder)
    if wrong:
        sys.exit(wrong)
    sys.stdout.write(f"{folder / 'index.html'}\n")


if __name__ == "__main__":
    main()
