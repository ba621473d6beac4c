"""Export: what is chosen is counted, checked, previewed and written as it is."""

import json
from dataclasses import replace
from pathlib import Path

from screens import Visit, press, sound, texts, work_off
from streamlit.testing.v1 import AppTest

from codeclm.pipeline.projects import Project
from codeclm.pipeline.studio import Studio
from codeclm.records import Status


def approve(project: Project, count: int) -> list[int]:
    numbers = project.pair_ids(project.filter(), count)
    for number in numbers:
        project.reviews.decide(number, Status.APPROVED)
    return numbers


def primary(app: AppTest) -> str:
    return next(button.label for button in app.button if button.key == "export")


def test_without_approved_pairs_it_says_what_to_do(project: Project, visit: Visit) -> None:
    told = texts(visit("ship/export"))
    assert "No pair is approved yet." in told
    assert "wait on Review" in told


def test_three_rows_are_shown_as_they_are_written(project: Project, visit: Visit) -> None:
    approve(project, 4)
    app = visit("ship/export")
    assert primary(app) == "Export 4 rows"
    lines = [line.decode() for line in project.lines(project.filter(status=Status.APPROVED))]
    assert [block.value for block in app.code] == [line.rstrip("\n") for line in lines[:3]]
    assert "Simulated models: card and manifest say" in texts(app)


def test_every_format_shows_its_rows(project: Project, visit: Visit) -> None:
    from codeclm.export import FORMATS

    for format in FORMATS:
        app = visit("ship/export", format=format, which="any")
        shown = [block.value for block in app.code]
        assert shown, format
        if format != "csv":
            assert len(shown) == 3, format
            for row in shown:
                assert set(FORMATS[format].fixed) <= json.loads(row).keys(), format


def test_the_bundle_is_the_whole_choice_and_can_be_got_again(
    full: Studio, project: Project, visit: Visit
) -> None:
    approve(project, 5)
    app = press(visit("ship/export", format="alpaca"), "Export 5 rows")
    work_off(full)
    (export,) = project.exports.history(10)
    assert (export.pairs, export.rows) == (5, 5)
    folder = project.exports.place(export)
    assert folder.parent == full.path.parent / "exports"
    rows = (folder / "data" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(set(json.loads(row)) == {"instruction", "input", "output"} for row in rows)
    app.run()
    told = texts(sound(app))
    assert "Nothing has changed since." in told
    assert export.digest[:12] in told
    assert next(iter(app.download_button)).label == "Download"
    name, chunks = project.exports.download(export)
    assert name == f"{folder.name}.zip"
    assert b"".join(chunks).startswith(b"PK")


def test_what_changes_later_is_told(full: Studio, project: Project, visit: Visit) -> None:
    first, second, _ = approve(project, 3)
    press(visit("ship/export"), "Export 3 rows")
    work_off(full)
    project.reviews.decide_all(project.filter(among=(first,)), Status.REJECTED)
    pair = project.pair(second)
    project.reviews.edit(pair, pair.instruction, pair.response + " More.")
    (fourth,) = [id for id in project.pair_ids(project.filter(), 4) if id not in (first, second, _)]
    project.reviews.decide(fourth, Status.APPROVED)
    assert "Changed since: 1 new, 1 gone, 1 reviewed anew." in texts(visit("ship/export"))


def test_what_was_found_can_be_left_out(full: Studio, project: Project, visit: Visit) -> None:
    number, *_ = approve(project, 4)
    pair = project.pair(number)
    project.reviews.edit(pair, pair.instruction, "Write to jane.roe@lakeside-inn.com please.")
    app = visit("ship/export")
    assert any("an e-mail address" in item.label for item in app.expander)
    told = texts(app)
    assert "jan…om in the response" in told
    assert "jane.roe@lakeside-inn.com" not in told
    next(item for item in app.toggle if "an e-mail address" in item.label).set_value(True).run()
    assert "e-mail" in app.query_params["without"]
    press(sound(app), "Export 3 rows")
    work_off(full)
    (export,) = project.exports.history(1)
    assert (export.rows, export.left_out) == (3, {"e-mail": 1})


def test_splits_are_counted_before_and_written_so(
    full: Studio, project: Project, visit: Visit
) -> None:
    approve(project, 10)
    app = visit("ship/export", split_train="80", split_test="20")
    assert "train 8 · test 2" in texts(app)
    press(app, "Export 10 rows")
    work_off(full)
    (export,) = project.exports.history(1)
    assert {file.split: file.rows for file in export.files} == {"train": 8, "test": 2}


def test_the_filter_is_in_the_url(project: Project, visit: Visit) -> None:
    app = visit("ship/export", which="any")
    assert primary(app) == f"Export {project.count_pairs()} rows"
    app.selectbox("pick-which").set_value("rejected").run()
    assert "No pair matches." in texts(sound(app))


def test_many_pairs_are_looked_at_when_somebody_asks(
    full: Studio, project: Project, visit: Visit, monkeypatch
) -> None:
    monkeypatch.setattr("codeclm.ui.export_check.AT_ONCE", 2)
    approve(project, 5)
    app = visit("ship/export")
    assert "are not looked at yet" in texts(app)
    press(app, "Check them all")
    work_off(full)
    app.run()
    assert "are not looked at yet" not in texts(sound(app))
    assert "Nothing to say about 5 pairs." in texts(app)
    project.reviews.decide(project.pair_ids(project.filter(), 6)[-1], Status.APPROVED)
    app.run()
    assert "are not looked at yet" in texts(sound(app))


def test_files_that_are_gone_are_told(full: Studio, project: Project, visit: Visit) -> None:
    approve(project, 2)
    press(visit("ship/export"), "Export 2 rows")
    work_off(full)
    (export,) = project.exports.history(1)
    place: Path = project.exports.place(export)
    place.rename(place.with_name("elsewhere"))
    assert "Its files are not there as they were written" in texts(visit("ship/export"))


def test_what_a_card_lacks_is_said_until_it_is(project: Project, visit: Visit) -> None:
    approve(project, 2)
    before = texts(visit("ship/export"))
    terms = project.exports.terms
    assert terms.licence == ""
    project.exports.say(
        replace(
            terms, licence="cc0-1.0", seeds_licence="own work", strong_terms="allowed", title="T",
            summary="S", language="en",
        )
    )  # fmt: skip
    assert texts(visit("ship/export")) != before
