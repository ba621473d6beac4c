"""Export: what is chosen is counted, previewed and downloaded as it is."""

import json

from screens import Visit, sound, texts

from codeclm.pipeline.projects import Project
from codeclm.records import Status
from codeclm.ui import download


def test_without_approved_pairs_it_says_what_to_do(project: Project, visit: Visit) -> None:
    told = texts(visit("ship/export"))
    assert "No pair is approved yet." in told
    assert "wait on Review" in told


def test_three_rows_are_shown_as_they_are_written(project: Project, visit: Visit) -> None:
    for number in project.pair_ids(project.filter(), 4):
        project.reviews.decide(number, Status.APPROVED)
    app = visit("ship/export")
    assert app.download_button[0].label == "Download 4 pairs"
    wanted = project.filter(status=Status.APPROVED)
    lines = [line.decode() for line in project.lines(wanted)]
    assert [block.value for block in app.code] == [line.rstrip("\n") for line in lines[:3]]
    assert any("simulated" in item.value for item in app.warning)


def test_the_download_is_the_whole_choice(project: Project) -> None:
    for number in project.pair_ids(project.filter(), 3):
        project.reviews.decide(number, Status.APPROVED)
    wanted = project.filter(status=Status.APPROVED)
    rows = download.whole(project, wanted, "native").decode().splitlines()
    assert len(rows) == 3
    assert {json.loads(row)["review"]["status"] for row in rows} == {"approved"}
    assert download.file_name(project, "approved") == "sample-customer-support-approved.jsonl"


def test_the_filter_is_in_the_url(project: Project, visit: Visit) -> None:
    app = visit("ship/export", which="any")
    assert app.download_button[0].label == f"Download {project.count_pairs()} pairs"
    app.selectbox("pick-which").set_value("rejected").run()
    assert "No pair matches." in texts(sound(app))
