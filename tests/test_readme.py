"""What the README and its like promise is so."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from flows.cli import app
from flows.cli_options import SPEC_HELP
from mtl import examples, extensions
from mtl.catalog import Catalog
from mtl.models.__main__ import table as ways_of_sharing
from mtl.spec import parse_spec
from mtl.weighting.__main__ import table

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "infra" / "docs").glob("*.md")]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_table_of_schemes_is_the_catalogs() -> None:
    assert table() in README, "write it anew: make docs"


def test_the_table_of_ways_of_sharing_is_the_specs() -> None:
    assert ways_of_sharing() in README, "write it anew: make docs"


def test_the_spec_for_your_own_data_is_valid() -> None:
    block = "".join(re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL))
    spec = parse_spec(block)
    assert spec.gated_tasks == ("churned", "spend_next_year")
    assert set(yaml.safe_load(block)) <= set(type(spec).model_fields)


def test_every_example_is_listed_here_and_in_the_commands_help() -> None:
    listed = README.split("or a shipped example:")[1].split("\n\n")[0]
    for name in examples.specs():
        assert f"`{name}`" in listed
        assert re.search(rf"\b{name}\b", SPEC_HELP)


def test_every_command_is_listed() -> None:
    commands = {command.callback.__name__.replace("_", "-") for command in app.registered_commands if command.callback}
    assert commands - {"schema"} == set(
        re.findall(r"`mtl ([\w-]+)[^`]*`", README.split("## The commands")[1].split("##")[0])
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text(encoding="utf-8")):
        path, _, _ = target.partition("#")  # the site's own build holds the anchors to what is there
        assert target.startswith("https://") or (page.parent / path).exists(), target


def test_every_folder_that_contributing_names_is_there_and_every_catalogs_is_named() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:mtl|flows|data_checks|infra|tests)/[\w/.]*)`", text)) - {"mtl/tasks/kinds/x.py"}
    assert {path for path in named if not (ROOT / path).exists()} == set()
    catalogs = [value for value in vars(extensions).values() if isinstance(value, Catalog)]
    folders = {f"{catalog.package.replace('.', '/')}/" for catalog in catalogs if catalog is not extensions.KINDS}
    assert folders <= named


def test_the_changelog_begins_with_what_is_not_released_yet() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", text, flags=re.MULTILINE)[:2] == ["Unreleased", version("mtl-pipeline")]
