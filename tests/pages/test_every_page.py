"""What holds on every page: it opens, empty or full, with one primary button at most."""

import subprocess
import sys

import pytest
from screens import Visit, texts

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.settings import APP_FOLDER
from codeclm.ui.page import SECTIONS

PAGES = [place.file.removesuffix(".py") for places in SECTIONS.values() for place in places]

#: Pages that belong to no project, and what they say while there is nothing.
WITHOUT_PROJECT = {"start/projects": "No project yet.", "start/jobs": "Nothing is being done."}


def primary(app) -> list[str]:
    buttons = [*app.button, *app.download_button]
    return [button.label for button in buttons if button.proto.type == "primary"]


@pytest.mark.parametrize("page", PAGES)
def test_without_a_project_it_says_where_to_begin(page: str, empty: Studio, visit: Visit) -> None:
    app = visit(page, project=None)
    assert WITHOUT_PROJECT.get(page, "No project is open.") in texts(app)


@pytest.mark.parametrize("page", PAGES)
def test_in_a_new_project_it_opens(page: str, empty: Studio, visit: Visit) -> None:
    empty.create_project("new")
    app = visit(page)
    assert len(primary(app)) <= 1


@pytest.mark.parametrize("page", PAGES)
def test_in_a_full_project_it_opens(page: str, project: Project, visit: Visit) -> None:
    app = visit(page)
    assert len(primary(app)) <= 1
    if page not in WITHOUT_PROJECT:
        assert project.name in texts(app)
        assert app.query_params["project"] == "1"


def test_a_project_that_is_gone_is_not_open(full: Studio, visit: Visit) -> None:
    assert "No project is open." in texts(visit("create/source", project=99))


def test_a_page_opened_without_a_project_offers_those_there_are(full: Studio, visit: Visit) -> None:
    full.create_project("![x](http://127.0.0.1:9/x.png)")
    app = visit("create/rubrics", project=None)
    assert "![x](http://127.0.0.1:9/x.png)" in [item.value for item in app.text]
    app.button("offer-1").click().run()
    assert app.title[0].value == "Rubrics"
    assert app.query_params["project"] == "1"


OPEN_ALL = """
import subprocess
import sys
from streamlit.testing.v1 import AppTest
for page in sys.argv[2:]:
    app = AppTest.from_file(sys.argv[1], default_timeout=90)
    app.query_params["project"] = "1"
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, page
print(*sys.modules)
"""


@pytest.mark.usefixtures("project")
def test_pages_load_no_model_client() -> None:
    # A process of its own: other tests ask models in this one.
    done = subprocess.run(
        [sys.executable, "-c", OPEN_ALL, str(APP_FOLDER / "app.py"), *PAGES],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert "streamlit" in loaded
    assert not {"openai", "google.generativeai"} & loaded
