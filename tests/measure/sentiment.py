"""How our sentiment compares with people's labels: `python -m tests.measure.sentiment` prints Markdown tables.

Needs WATCHFLOOR_TEST_DATA. The posts are the 7,189 airline tweets of 16-21 February 2015, whose labels people gave.
The lexicon was set before it met them and is not fitted to them.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from config import Brand
from connectors.records import Mention
from jobs.understand import MODEL, Understanding
from jobs.understand.sentiment import label_of

POSTS = "mentions/airline_2015/Tweets_feb16_21.csv"
LABELS = ("negative", "neutral", "positive")
Counts = dict[str, Counter[str]]

AIRLINES = [
    Brand.model_validate({"name": name, "terms": terms, "not": ["manchester united"] if name == "United" else []})
    for name, terms in {
        "United": ["united", "@united"],
        "Southwest": ["southwest", "@southwestair"],
        "US Airways": ["us airways", "@usairways"],
        "Delta": ["delta", "@delta", "jetblue", "@jetblue"],  # the posts labelled Delta were written to @JetBlue
        "Virgin America": ["virgin america", "@virginamerica"],
        "American": ["american airlines", "@americanair"],
    }.items()
]


def net(counts: Mapping[str, int]) -> float:
    """Net sentiment of label counts: (positive - negative) / judged."""
    return (counts["positive"] - counts["negative"]) / sum(counts[label] for label in LABELS)


def read(folder: Path) -> list[tuple[Mention, str]]:
    """The airline posts of the shared data, each with the label people gave it."""
    with (folder / POSTS).open(encoding="utf-8", newline="") as file:
        return [(_mention(row), row["airline_sentiment"]) for row in csv.DictReader(file)]


def judge(folder: Path) -> tuple[Counts, Counts, Counts]:
    """Label counts per airline by people, by plain VADER, and by us ("" where we did not judge)."""
    posts = read(folder)
    plain = SentimentIntensityAnalyzer()
    people: Counts = defaultdict(Counter)
    vader: Counts = defaultdict(Counter)
    ours: Counts = defaultdict(Counter)
    for mention, label in posts:
        people[mention.brands[0]][label] += 1
        vader[mention.brands[0]][label_of(plain.polarity_scores(mention.text)["compound"])] += 1
    for row in Understanding(AIRLINES).rows([mention for mention, _ in posts]).rows:
        ours[row.brand][row.sentiment_label or ""] += 1
    return dict(people), dict(vader), dict(ours)


def recalls(folder: Path) -> tuple[dict[str, float], dict[str, float]]:
    """For each label, the share of posts people gave it that plain VADER, and that we, gave it too, of those judged."""
    posts = read(folder)
    plain = SentimentIntensityAnalyzer()
    rows = {row.item_id: row.sentiment_label for row in Understanding(AIRLINES).rows([post for post, _ in posts]).rows}
    vader = [(label, label_of(plain.polarity_scores(post.text)["compound"])) for post, label in posts]
    ours = [(label, found) for post, label in posts if (found := rows[post.item_id]) is not None]
    return _recall(vader), _recall(ours)


def _recall(pairs: list[tuple[str, str]]) -> dict[str, float]:
    right = Counter(label for label, found in pairs if label == found)
    return {label: right[label] / Counter(truth for truth, _ in pairs)[label] for label in LABELS}


def _mention(row: dict[str, str]) -> Mention:
    return Mention(
        item_id=f"twitter:{row['tweet_id']}",
        platform="twitter",
        published_at=datetime(2015, 2, 17, tzinfo=UTC),
        text=row["text"],
        brands=(row["airline"],),
    )


def _table(folder: Path) -> list[str]:
    people, vader, ours = judge(folder)
    names = sorted(people, key=lambda name: -people[name].total())
    lines = [
        f"| airline | posts | net, people | net, plain VADER | net, {MODEL} | not judged | sign |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for name in ["all", *names]:
        true, stock, our = (sum(by.values(), Counter()) if name == "all" else by[name] for by in (people, vader, ours))
        nets = " | ".join(f"{net(counts):+.3f}" for counts in (true, stock, our))
        sign = "right" if net(true) * net(our) > 0 else "wrong"
        lines.append(f"| {name} | {true.total():,} | {nets} | {our['']:,} | {sign} |")
    return lines


def _recall_table(folder: Path) -> list[str]:
    lines = ["| recall | negative | neutral | positive | mean |", "|---|---:|---:|---:|---:|"]
    for name, found in zip(("plain VADER", MODEL), recalls(folder), strict=True):
        cells = " | ".join(f"{found[label]:.2f}" for label in LABELS)
        lines.append(f"| {name} | {cells} | {sum(found.values()) / 3:.2f} |")
    return lines


def main() -> int:
    """Print both tables; 2 when the data is not there."""
    folder = os.environ.get("WATCHFLOOR_TEST_DATA")
    if not folder:
        print("Set WATCHFLOOR_TEST_DATA to the folder of the shared test data.", file=sys.stderr)
        return 2
    print("\n".join([*_table(Path(folder)), "", *_recall_table(Path(folder))]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
