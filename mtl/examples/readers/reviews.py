"""Human sentiment ratings of tweets, film reviews, product reviews and editorials (Hutto and Gilbert, ICWSM 2014)."""

import html
import io
import tarfile
from pathlib import Path
from typing import final

import numpy as np
import pandas as pd
from typing_extensions import override

from mtl.examples.example_reader import Example
from mtl.examples.fetch import Archive, fetch
from mtl.extensions import EXAMPLES

ARCHIVE = Archive(
    package="vaderSentiment",
    version="3.3.2",
    file="vaderSentiment-3.3.2.tar.gz",
    sha256="5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
)

SOURCES = {
    "tweet": "tweets",
    "movie": "movieReviewSnippets",
    "amazon": "amazonReviewSnippets",
    "nyt": "nytEditorialSnippets",
}
"""Each source and what its file's name begins with."""

_INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
_CLEAR = 0.5


@EXAMPLES.register
@final
class Reviews(Example):
    """Human sentiment ratings of tweets, film and product reviews and editorials (Hutto and Gilbert, ICWSM 2014)."""

    @override
    def read(self, cache: Path) -> pd.DataFrame:
        """One row per rated text, 23,703 in all.

        Columns:
            id: unique, such as `amazon_12_3`.
            source: tweet, movie, amazon or nyt.
            article: the tweet, review or editorial that the text is a sentence of, such as `amazon_12`.
            text: cleaned of HTML entities.
            tweet, movie, amazon, nyt: the mean human rating, −4 to 4, in the column of the text's source, else NaN.
            sentiment: 1 for a rating of 0.5 and above, 0 for −0.5 and below, NaN between.
            topic: the source, as a class to be predicted.

        Raises:
            DataError: the archive cannot be fetched.
        """
        path = fetch(ARCHIVE, cache)
        with tarfile.open(path) as outer, tarfile.open(fileobj=io.BytesIO(_member(outer, _INNER))) as inner:
            parts = [_source(inner, source, stem) for source, stem in SOURCES.items()]
        return _with_labels(pd.concat(parts, ignore_index=True))


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    assert file is not None, name  # the archive's sha256 is pinned: the member is a file
    return file.read()


def _source(archive: tarfile.TarFile, source: str, stem: str) -> pd.DataFrame:
    content = _member(archive, f"hutto_ICWSM_2014/{stem}_GroundTruth.txt").decode("utf-8-sig")
    # Not a CSV reader: quotation marks in these texts are text.
    rows = [line.split("\t") for line in content.splitlines() if line]
    number, rating, text = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "id": [f"{source}_{n}" for n in number],
            "source": source,
            "article": [f"{source}_{n.partition('_')[0]}" for n in number],
            "text": [_clean(t) for t in text],
            "rating": np.array(rating, dtype=float),
        }
    )


def _clean(text: str) -> str:
    """Some entities were escaped twice (`&amp;lt;`)."""
    return html.unescape(html.unescape(text)).strip()


def _with_labels(table: pd.DataFrame) -> pd.DataFrame:
    rating = table.pop("rating")
    for source in SOURCES:
        table[source] = rating.where(table["source"] == source)
    table["sentiment"] = (rating > 0).astype(float).where(rating.abs() >= _CLEAR)
    table["topic"] = table["source"]
    return table
