"""Ten tables of different shape, as people keep them in files; their features tell something about their labels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Shape:
    """A table in a file.

    Attributes:
        file: the file's name.
        write: draws the table and writes it.
        targets: what to tell of it; nothing where its names say it.
    """

    file: str
    write: Callable[[Path], None]
    targets: tuple[str, ...] = ()


WORDS = "the card was charged twice and nobody answers my letters about this late bank fee again"


def columns_200(path: Path) -> None:
    """200 numbers, an id and two labels."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.normal(size=(800, 200)).round(3), columns=[f"m{number}" for number in range(200)])
    signal = table[["m0", "m1", "m2"]].sum(axis=1) + rng.normal(size=800)
    table.insert(0, "sample_id", [f"S{number:05}" for number in range(800)])
    table.assign(target_level=signal.round(3), target_high=(signal > 1).astype(int)).to_csv(path, index=False)


def with_text(path: Path) -> None:
    """Complaints, some of them empty, with a product, a sum and a class."""
    rng = np.random.default_rng(1)
    words = np.array(WORDS.split())
    texts = [" ".join(rng.choice(words, rng.integers(6, 20))) for _ in range(900)]
    label = np.where([("late" in text) for text in texts], "fees", np.where(rng.random(900) < 0.5, "service", "other"))
    table = pd.DataFrame(
        {"complaint no": np.arange(900) + 70_000, "text": texts, "product": rng.choice(["card", "loan"], 900)}
    )
    table["sum"] = rng.gamma(2.0, 50.0, 900).round(2)
    table["class"] = label
    table.loc[::50, "text"] = None
    table.to_csv(path, sep="\t", index=False)


def sparse_targets(path: Path) -> None:
    """40 assays of molecules, each of them done for a fifth, and seldom positive."""
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.integers(0, 2, (3000, 64)), columns=[f"fp_{number}" for number in range(64)])
    scores = table.to_numpy() @ rng.normal(size=(64, 40))
    positive = scores > np.quantile(scores, 0.96, axis=0)
    assays = np.where(rng.random((3000, 40)) < 0.2, positive, np.nan)
    table.insert(0, "molecule", [f"C{number}H{number % 7}" for number in range(3000)])
    labels = pd.DataFrame(assays, columns=[f"tox_{number}" for number in range(40)])
    pd.concat([table, labels], axis="columns").to_parquet(path)


def three_formats(path: Path) -> None:
    """Dates as Germans, Americans and machines write them; semicolons, decimal commas, marks of missing values."""
    rng = np.random.default_rng(3)
    born, seen, sent = (
        pd.Timestamp(day) + pd.to_timedelta(rng.integers(900, size=1000), "D")
        for day in ("1970-01-01", "2019-01-01", "2022-06-01")
    )
    stay = rng.gamma(3.0, 2.0, 1000)
    table = pd.DataFrame(
        {"case": rng.permutation(1000) + 1, "born": born.strftime("%d.%m.%Y"), "seen": seen.strftime("%m/%d/%Y %H:%M")}
    )
    table["sent"], table["weight"] = sent.strftime("%Y-%m-%d"), rng.normal(75, 12, 1000).round(1)
    table.loc[:30, "weight"] = -999
    table["ward"] = rng.choice(["A", "B", "?"], 1000)
    table["outcome"] = (stay + rng.normal(0, 1, 1000) + (table["ward"] == "A")).round(2)
    table.to_csv(path, sep=";", decimal=",", index=False)


def other_letters(path: Path) -> None:
    """Names in German, Greek and Chinese, in a file of Windows."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame(
        {
            "Straße": rng.choice(["Königsallee", "Großer Weg", "Am Bächle"], 600),
            "Größe (m²)": rng.gamma(8, 12, 600).round(1),
        }
    )
    table["naïve, Wert"] = rng.normal(size=600).round(3)
    table["Käufer‑Nr"] = np.arange(600)
    table["Preis €"] = (1000 * table["Größe (m²)"] + 5000 * rng.normal(size=600)).round()
    table.columns = [name.replace("‑", "-") for name in table.columns]
    table.to_csv(path, index=False, encoding="cp1252")


def published_split(path: Path) -> None:
    """Rows that others have split, compressed."""
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(size=(1200, 6)).round(3), columns=list("abcdef"))
    table["split"] = rng.choice(["train", "val", "test"], 1200, p=[0.6, 0.15, 0.25])
    table["y"] = (table["a"] + rng.normal(size=1200) > 0).astype(int)
    table.to_csv(path, index=False)


def events(path: Path) -> None:
    """A row for each purchase of 300 customers."""
    rng = np.random.default_rng(6)
    customer = np.sort(rng.integers(0, 300, 4000))
    time = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(86400 * 200, size=4000), "s")
    table = pd.DataFrame(
        {
            "customerId": customer + 5000,
            "purchased_at": time.strftime("%Y-%m-%d %H:%M:%S"),
            "amount": rng.gamma(2, 20, 4000).round(2),
        }
    )
    table["channel"] = rng.choice(["web", "shop", "phone"], 4000)
    taste = rng.normal(size=300)[customer]
    table["returned"] = taste + rng.normal(size=4000) + 0.01 * table["amount"] > 1.5
    table.to_feather(path)


def wide(path: Path) -> None:
    """5,000 columns of 400 rows."""
    rng = np.random.default_rng(7)
    table = pd.DataFrame(
        rng.normal(size=(400, 5000)).astype(np.float32), columns=[f"gene{number}" for number in range(5000)]
    )
    label = np.where(table["gene0"] + table["gene1"] + 0.5 * rng.normal(size=400) > 0, "ill", "well")
    table.insert(2500, "batch", 1)
    table.assign(label=label, patient=[f"P{number}" for number in range(400)]).to_parquet(path)


def tiny(path: Path) -> None:
    """50 rows, two of them alike, and no key."""
    rng = np.random.default_rng(8)
    table = pd.DataFrame(
        {
            "dose": rng.choice([1.5, 2.5, 5.0], 50),
            "weight": rng.normal(70, 9, 50).round(1),
            "sex": rng.choice(["f", "m"], 50),
        }
    )
    table["response"] = (2 * table["dose"] + rng.normal(size=50)).round(2)
    table.iloc[1] = table.iloc[0]
    table.to_csv(path, index=False)


def two_million(path: Path) -> None:
    """Two million rows, in the order of their day."""
    rng = np.random.default_rng(9)
    rows = 2_000_000
    table = pd.DataFrame(
        {
            "ride": np.arange(rows),
            "day": (pd.Timestamp("2022-01-01") + pd.to_timedelta(np.arange(rows) // 3000, "D")).strftime("%Y-%m-%d"),
        }
    )
    for name in ("km", "minutes", "fare"):
        table[name] = rng.gamma(3.0, 4.0, rows).round(1)
    table["zone"] = rng.choice([f"Z{number}" for number in range(200)], rows)
    table["label"] = (table["km"] + rng.normal(0, 6, rows) > 15).astype(int)
    table.to_csv(path, index=False)


SHAPES: Mapping[str, Shape] = {
    "200 columns": Shape("measured.csv", columns_200, ("target_*",)),
    "a text": Shape("complaints.tsv", with_text),
    "40 sparse targets": Shape("tox21.parquet", sparse_targets, ("tox_*",)),
    "three formats of dates": Shape("cases.csv", three_formats),
    "other letters": Shape("Häuser und Gärten.csv", other_letters, ("Preis €",)),
    "a published split": Shape("benchmark.csv.gz", published_split),
    "events of entities": Shape("events.feather", events, ("returned",)),
    "5,000 columns": Shape("genes.parquet", wide),
    "50 rows": Shape("trial-1.csv", tiny),
    "2 million rows": Shape("rides.csv", two_million),
}
LARGE = ("5,000 columns", "2 million rows")
