"""Reading and pressing what a page shows."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from codeclm.pipeline.studio import Studio
from codeclm.pipeline.worker import work

Visit = Callable[..., AppTest]


def sound(app: AppTest) -> AppTest:
    """The app, unless the script failed."""
    assert not app.exception, app.exception[0].value
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press the one button of this label."""
    found = [button for button in app.button if button.label == label]
    assert len(found) == 1, [button.label for button in app.button]
    found[0].click().run()
    return sound(app)


def texts(app: AppTest) -> str:
    """Everything that is shown as text, one after the other."""
    return "\n".join(str(item.value) for item in [*app.text, *app.markdown, *app.caption])


def work_off(studio: Studio) -> None:
    """Do what waits for the worker."""
    work(studio.store, idle=0.0)
