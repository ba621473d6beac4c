"""Map: regions, marks, and the pairs behind them."""

import html
import json

import pytest
from screens import Visit, press, texts, work_off

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Status


def test_the_worker_draws_it_and_every_region_leads_to_its_queue(
    full: Studio, project: Project, visit: Visit
) -> None:
    app = press(visit("curate/map"), "Draw the map")
    work_off(full)
    app = visit("curate/map")
    regions = project.looks.newest("map").result["regions"]
    links = [link.proto for link in app.get("page_link")]
    named = [link for link in links if "region=" in link.query_string]
    assert len(named) == len(regions)
    assert sum(one["size"] for one in regions) == project.count_pairs()
    assert app.get("plotly_chart")


def test_it_is_coloured_in_four_ways(project: Project, visit: Visit) -> None:
    project.looks.look("map")
    drawn = {
        show: visit("curate/map", show=show).get("plotly_chart")[0].proto.spec
        for show in ("use-case", "gap", "status", "count")
    }
    assert len(set(drawn.values())) == 4
    assert "mean gap" in drawn["gap"]
    assert "pending" in drawn["status"]


def test_a_region_and_a_cell_are_queues_of_review(project: Project, visit: Visit) -> None:
    project.looks.look("map")
    region = project.looks.newest("map").result["regions"][0]
    wanted = project.filter(region=region["number"])
    assert project.count_pairs(wanted) == region["size"]
    app = visit("curate/review", region=str(region["number"]), status="any", view="table")
    assert set(app.dataframe[0].value["pair"]) <= set(project.pair_ids(wanted, -1))
    assert "Only a part of the map" in texts(app)
    press(app, "Show all")
    assert "region" not in app.query_params


def test_a_mark_says_how_its_text_begins_as_it_is_now(project: Project, visit: Visit) -> None:
    project.looks.look("map")
    first, second = (project.pair(project.looks.points()[place][0]) for place in (0, 1))
    project.reviews.edit(first, "Weigh a cloud <b>well</b>.", first.response)
    drawn = visit("curate/map", show="gap").get("plotly_chart")[0].proto.spec
    said = [text for trace in json.loads(drawn)["data"] for text in trace["customdata"]]
    assert any("Weigh a cloud <b>well</b>." in html.unescape(text) for text in said)
    assert not any("<b>" in text for text in said)
    assert any(second.instruction[:40] in text for text in said)


def test_a_cell_s_queue_has_its_pairs(project: Project, visit: Visit) -> None:
    project.looks.look("map")
    pair, x, y, *_ = project.looks.points()[0]
    wanted = project.filter(box=(x, y, x, y))
    assert pair in project.pair_ids(wanted, -1)
    box = f"{x!r},{y!r},{x!r},{y!r}"
    app = visit("curate/review", box=box, status="any", view="table")
    assert list(app.dataframe[0].value["pair"]) == project.pair_ids(wanted, -1)
    assert "Back to the map" in {link.proto.label for link in app.get("page_link")}
    for odd in ("1,2", "a,b,c,d", "nan,0,0,0", "1e999,0,0,0"):
        app = visit("curate/review", box=odd, status="any", view="table")
        assert "Only a part of the map" not in texts(app)


def test_rejected_pairs_leave_it(project: Project, visit: Visit) -> None:
    project.looks.look("map")
    project.reviews.decide_all(project.filter(), Status.REJECTED)
    assert "No pair is on the map" in texts(visit("curate/map"))


@pytest.mark.parametrize("region", ["x", "٣", "9" * 30])
def test_a_region_that_is_none_narrows_nothing(project: Project, visit: Visit, region) -> None:
    project.looks.look("map")
    app = visit("curate/review", status="any", region=region)
    assert "Only a part of the map" not in texts(app)
