"""Where the instructions of a project lie to each other."""

from __future__ import annotations

from dataclasses import asdict

from codeclm.pipeline.looks.embedding import Vectors
from codeclm.pipeline.looks.reading import Found, Material, Told
from codeclm.quality import skill_map


def look(material: Material, told: Told, vectors: Vectors | None = None) -> Found:
    """A place on the map and a region for each pair, by words or by ``vectors``."""
    told("laying out the map")
    drawn = skill_map.draw(material.instructions, vectors=vectors.rows if vectors else None)
    return Found(
        result={
            "texts": len(material.texts),
            "explained": drawn.explained,
            "regions": [asdict(region) for region in drawn.regions],
            **(vectors.told if vectors else {}),
        },
        points=[
            (text.pair, x, y, region)
            for text, (x, y), region in zip(material.texts, drawn.points, drawn.region, strict=True)
        ],
    )
