"""One measurement of many texts in a process of its own: ``python -m bench.mapped draw 10000``.

Prints ``{"seconds": s, "peak": MiB, "base": MiB}``: the base is what the process held before, texts
and libraries included.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from collections.abc import Iterator

import click

#: What ``ru_maxrss`` counts in.
_RSS_BYTES = 1 if sys.platform == "darwin" else 1024

#: Different words there are, topics they belong to, and words of a text.
VOCABULARY, TOPICS, SHORTEST, LONGEST = 30_000, 40, 8, 60


def texts(count: int) -> Iterator[str]:
    """Texts of made-up words: half of them of a topic, some words far more frequent than others."""
    chance = random.Random(0)
    known = [f"w{number:x}" for number in range(VOCABULARY)]
    for _ in range(count):
        topic = chance.randrange(TOPICS)
        length = chance.randint(SHORTEST, LONGEST)
        yield " ".join(
            known[_rare(chance, VOCABULARY)]
            if chance.random() < 0.5
            else known[topic + TOPICS * _rare(chance, VOCABULARY // TOPICS)]
            for _ in range(length)
        )


def _rare(chance: random.Random, size: int) -> int:
    """A rank that is small far more often than large, about as words are (Zipf)."""
    return int(size ** chance.random()) - 1


@click.command()
@click.argument("what", type=click.Choice(["draw", "describe"]))
@click.argument("count", type=int)
def main(what: str, count: int) -> None:
    import sklearn.cluster
    import sklearn.decomposition
    import sklearn.feature_extraction.text  # noqa: F401

    from codeclm.quality import diversity, skill_map

    work = {"draw": skill_map.draw, "describe": diversity.describe}[what]
    given = list(texts(count))
    base = _peak()
    began = time.perf_counter()
    work(given)
    took = time.perf_counter() - began
    click.echo(json.dumps({"seconds": took, "peak": _peak(), "base": base}))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_BYTES / 2**20


if __name__ == "__main__":
    main()
