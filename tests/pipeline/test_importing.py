"""Pairs from elsewhere are one run: given scores decide, the judge scores what has none."""

from __future__ import annotations

import json
import sqlite3
import subprocess

import pytest
from jobs import ROOT, command, pool
from test_resume import wait_for_calls

from codeclm.errors import SettingsError
from codeclm.ingest import pair_fields, pairs, read_rows
from codeclm.pipeline.studio import Studio
from codeclm.records import RunState, Status
from codeclm.settings import RunSettings
from codeclm.store import calls
from codeclm.store.observed import observed


def rows(count, scores=None, **more):
    """Rows with an answer that says much and one that says little; ``scores`` of the n-th row."""
    found = []
    for n in range(count):
        given = scores(n) if scores else None
        found.append(
            {
                "prompt": f"Name lake {n} and say how deep it is.",
                "chosen": f"Lake {n} is {n + 30} metres deep, deeper than all those around it.",
                "rejected": "A lake.",
                **({"strong_score": given[0], "target_score": given[1]} if given else {}),
                **more,
            }
        )
    return found


def file_of(found):
    read = read_rows("\n".join(map(json.dumps, found)).encode(), "lakes.jsonl")
    return pairs(read, pair_fields(read, {}))


@pytest.fixture
def project(studio):
    return studio.create_project("lakes")


@pytest.fixture
def bring(studio, project):
    def imported(found, **settings):
        done = project.import_pairs(file_of(found), name="lakes.jsonl", **settings)
        return studio.run(done.run), done

    return imported


def mixed(n):
    return None if n % 2 else (2 + n, 2)


def test_given_scores_keep_by_theta_and_another_theta_can_be_applied(studio, project, bring):
    run, done = bring(rows(8, lambda n: (1 + n, 4)))
    # Gaps from -3 to 4: only 4 is above 3.
    assert (done.kept, done.exhausted, done.unscored) == (1, 7, 0)
    assert run.state is RunState.FINISHED
    (pair,) = project.pairs()
    assert (pair.strong_score, pair.target_score, pair.gap) == (8.0, 4.0, 4.0)
    assert (pair.strong_model, pair.judge_model) == ("imported:strong", "imported:judge")
    assert pair.imported_from == "lakes.jsonl:8"
    run.change(theta=1.5)
    assert [pair.response_from for pair in project.pairs()] == ["target"] * 2 + ["strong"] * 3
    assert run.counts().exhausted == 3
    run.change(theta=3.0)
    assert [pair.gap for pair in project.pairs()] == [4.0]
    assert studio.doctor() == []
    assert run.usage().calls == 0


def test_a_decimal_gap_of_just_theta_does_not_keep(project, bring):
    _, done = bring(rows(1, lambda n: (8.1, 5.1)))
    assert done.exhausted == 1
    _, done = bring(rows(1, lambda n: (8.2, 5.1)))
    assert done.kept == 1
    assert [pair.gap for pair in project.pairs()] == [3.1]


def test_without_scores_all_are_kept_with_the_strong_response(studio, project, bring):
    run, done = bring(rows(3), strong="a person", target="small")
    assert (done.kept, done.unscored) == (3, 3)
    assert {(pair.response_from, pair.gap) for pair in project.pairs()} == {("strong", None)}
    assert {(pair.strong_model, pair.target_model) for pair in project.pairs()} == {
        ("a person", "small")
    }
    assert run.settings.asked_roles == ()
    assert run.bring() is RunState.FINISHED
    assert studio.doctor() == []


def test_the_judge_alone_is_asked_about_what_has_no_scores(studio, project, bring, serve):
    server = serve()
    run, done = bring(rows(6, mixed), judge="openai:big")
    assert (done.imported, done.unscored, run.state) == (6, 3, RunState.QUEUED)
    assert run.bring() is RunState.FINISHED
    assert server.stats()["requests"] == 6
    with studio.store.reading() as db:
        assert calls.usage_by_role(db, run.id).keys() == {"judge"}
    assert run.unscored == 0
    counts = run.counts()
    assert counts.kept + counts.exhausted == 6
    models = {pair.instruction: pair.judge_model for pair in project.pairs()}
    assert models["Name lake 4 and say how deep it is."] == "imported:judge"
    assert {len(project.pair(pair.id).judgements) for pair in project.pairs()} <= {1, 2}
    assert studio.doctor() == []


def test_a_mixed_import_is_scored_later_and_keeps_given_scores(studio, project, bring, serve):
    serve()
    run, done = bring(rows(8, mixed))
    assert (done.kept, done.exhausted, done.unscored) == (6, 2, 4)
    run.change(theta=3.5)
    assert (run.counts().kept, project.count_pairs()) == (6, 6)
    given = {pair.id: pair.gap for pair in project.pairs() if pair.gap is not None}
    (first, *_) = [pair for pair in project.pairs() if pair.gap is None]
    project.reviews.decide(first.id, Status.APPROVED)
    assert run.score("openai:big", theta=0.0) == 4
    assert run.state is RunState.STOPPED
    assert project.pair(first.id).status is Status.APPROVED
    assert run.bring() is RunState.FINISHED
    found = {pair.id: pair for pair in project.pairs()}
    assert {number: found[number].gap for number in given} == given
    assert found[first.id].status is Status.APPROVED
    assert (found[first.id].gap is None) == bool(found[first.id].flags)
    assert studio.doctor() == []
    with pytest.raises(SettingsError, match="no pairs without scores"):
        run.score("openai:big")


def test_a_judge_that_cannot_be_asked_changes_nothing(studio, project, bring):
    run, _ = bring(rows(2))
    with pytest.raises(SettingsError, match="no endpoint"):
        run.score("nowhere:big")
    assert (run.state, project.count_pairs()) == (RunState.FINISHED, 2)
    with pytest.raises(SettingsError, match="no endpoint"):
        bring(rows(3), judge="nowhere:big")
    assert len(project.runs()) == 1
    run.score("simulated:strong")
    run.bring()
    with pytest.raises(SettingsError, match="no size"):
        run.change(size=9)


def test_two_judges_do_not_share_a_run(studio, bring, serve):
    serve()
    run, _ = bring(rows(3), judge="openai:big", budget_calls=2)
    assert run.bring() is RunState.PAUSED
    with pytest.raises(SettingsError, match="scored by openai:big already"):
        run.score("openai:small")
    run.score("openai:big", budget_calls=None)
    assert run.bring() is RunState.FINISHED
    assert studio.doctor() == []


def test_what_the_judge_could_not_score_is_a_failure_and_is_asked_again(studio, bring, serve):
    state = {"bad": True}
    serve(lambda request: "rubbish" if state["bad"] else None)
    run, _ = bring(rows(2), judge="openai:big")
    assert run.bring() is RunState.FINISHED
    counts = run.counts()
    assert (counts.failed, counts.kept, run.unscored) == (2, 0, 2)
    assert {failure.raw for failure in run.failures()} == {"rubbish"}
    with pytest.raises(SettingsError, match="could not be judged"):
        run.score("openai:big")
    state["bad"] = False
    assert run.retry() == 2
    assert run.bring() is RunState.FINISHED
    assert (run.unscored, run.counts().failed) == (0, 0)
    assert studio.doctor() == []


def test_the_judge_is_asked_in_the_words_the_project_has_then(project, bring):
    run, _ = bring(rows(1))
    judge = next(one for one in project.wording.prompts() if one.name == "judge")
    project.wording.edit("judge", f"{judge.text}\nBe strict.")
    run.score("simulated:strong")
    assert "Be strict." in run.settings.prompts["judge"]


def test_killed_scoring_resumes_and_pays_nothing_twice(tmp_path, studio, project, bring, serve):
    server = serve(latency=0.03)
    db = tmp_path / "killed.db"
    path = tmp_path / "lakes.jsonl"
    path.write_text("\n".join(map(json.dumps, rows(60, lambda n: None if n % 3 else (9, 2)))))
    words = ["pairs", "import", path, "--score", "--judge", "openai:big", "--db", db]
    process = subprocess.Popen(
        command(*words), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    wait_for_calls(db, 20)
    process.kill()
    process.wait()
    with Studio(db) as killed:
        run = killed.newest_unfinished()
        assert run.bring() is RunState.FINISHED
        assert server.stats()["billed"] - run.usage().calls <= 64
        assert run.usage().calls == 80
        assert killed.doctor() == []
        undisturbed, _ = bring(rows(60, lambda n: None if n % 3 else (9, 2)), judge="openai:big")
        undisturbed.bring()
        assert pool(killed, run) == pool(studio, undisturbed)


def test_use_cases_become_entries_and_the_others_are_nowhere_listed(studio, project, bring):
    named = rows(2, use_case="lake facts", skills=["depth finding"])
    bring([*named, *rows(4)[2:], *rows(5, use_case="only a name")[4:]])
    (entry,) = project.metadata()
    assert (entry.use_case, entry.origin, entry.status) == ("lake facts", "import", Status.PENDING)
    assert [pair.use_case for pair in project.pairs()] == [
        *["lake facts"] * 2,
        *["imported pairs"] * 2,
        "only a name",
    ]
    assert project.holdings().metadata == 1
    assert project.mixed(5) == []
    assert project.coverage.counts("use case")["kept"] == {"lake facts": 2}
    bring(rows(2, use_case="Lake facts", skills="depth finding"))
    assert project.metadata() == [entry]
    assert studio.doctor() == []


def test_other_runs_learn_nothing_from_an_import(studio, project, bring, serve):
    serve()
    names = {"strong": "openai:big", "target": "openai:small"}
    run, _ = bring(rows(4), judge="openai:big", theta=0.0, **names)
    run.bring()
    for pair in list(project.pairs()):
        project.reviews.decide(pair.id, Status.APPROVED)
    with studio.store.reading() as db:
        elsewhere, own = observed(db, RunSettings(judge="openai:big", **names), project.id)
    assert (own.runs, own.calls, own.decided) == ((), {}, 0)
    assert elsewhere == type(elsewhere)()


def test_nothing_of_an_import_outlives_its_project(studio, project, bring):
    bring(rows(5, mixed))
    project.delete()
    with sqlite3.connect(studio.path) as db:
        for table in ("imported", "imports", "runs", "responses", "judgements", "metadata"):
            assert db.execute(f"select count(*) from {table}").fetchone() == (0,)
    assert studio.doctor() == []


def test_a_text_without_a_call_and_without_a_row_is_found(studio, bring):
    bring(rows(2))
    with studio.store.writing() as db:
        db.conn.execute("delete from imported where slot = 1")
    assert [(finding.what, finding.rows) for finding in studio.doctor()] == [
        ("a text came from no call and no import", 3)
    ]
