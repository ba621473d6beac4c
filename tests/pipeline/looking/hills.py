"""A project of a few texts for looks by vectors, and what was kept of what they were paid."""

from __future__ import annotations

import json

from codeclm.pipeline.synthesis import import_pairs, read_pairs

MODEL = "openai:vectors"
SNOW = "Which stove melts snow fastest at four thousand metres?"
TEXTS = {
    "tent": "How do I put up a tent in strong wind?",
    "shelter": "What is the way to pitch a shelter during a gale?",
    "louder": "HOW DO I PUT UP A TENT IN STRONG WIND",
    "stove": SNOW,
    "longer": f"{SNOW} Say why.",
}
BY = {"embedding": MODEL, "keep": "first"}


def bring(studio, tmp_path, texts, name="hills"):
    path = tmp_path / f"{name}.jsonl"
    rows = [
        {"prompt": text, "chosen": f"An answer to {key}.", "rejected": "No."}
        for key, text in texts.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    import_pairs(studio, path, read_pairs(path, {}), project=name)
    return studio.project(name)


def kept(project):
    """How many vectors the project's database has."""
    with project._store.reading() as db:
        return db.conn.execute("select count(*) from embeddings").fetchone()[0]
