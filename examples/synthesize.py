"""From a file of instructions to approved pairs, in one script and without a key.

python examples/synthesize.py [DATABASE]
"""

import sys
from pathlib import Path

import codeclm

SEEDS = Path(__file__).parent.parent / "data" / "samples" / "python_coding.jsonl"


def main(database: str = "example.db") -> None:
    with codeclm.open(database) as studio:
        run = codeclm.synthesize(
            studio,
            SEEDS,
            field="instruction",
            strong="simulated:strong",
            target="simulated:target",
            size=20,
        )
        summary = run.summary()
        print(f"{summary['kept']} of {summary['instructions']} kept, {summary['calls']} calls")

        project = studio.project("python_coding")
        for pair in project.pairs(project.filter(gap_from=5.0)):
            project.reviews.decide(pair.id, codeclm.Status.APPROVED, reviewer="example")
        approved = project.filter(status=codeclm.Status.APPROVED)
        out = Path(database).with_suffix(".jsonl")
        print(
            f"{project.export(out, approved).pairs} pairs with a gap of 5 or more are in {out.name}"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
