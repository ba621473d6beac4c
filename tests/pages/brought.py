"""A set as a person brings it to the Evaluate page: pasted, looked at, kept."""

import json

from screens import Visit, press


def rows(count: int = 12, **more: object) -> str:
    topics = ["lakes", "hills"]
    return "\n".join(
        json.dumps(
            {
                "prompt": f"Explain how {topics[n % 2]} number {n} came to be; list three facts.",
                "category": topics[n % 2],
                **more,
            }
        )
        for n in range(count)
    )


def bring(visit: Visit, given: str):
    """Paste a set and keep it."""
    app = visit("ship/evaluate")
    app.text_area("set-pasted").set_value(given)
    return press(app, "Read what is pasted")


def kept(visit: Visit, given: str, count: int = 12):
    return press(bring(visit, given), f"Keep {count} items as a set")
