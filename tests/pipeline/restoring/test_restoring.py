"""A bundle brings its project back, into this or another database, as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jobs import job

from codeclm import ingest
from codeclm.errors import SettingsError
from codeclm.ingest import pair_fields, pairs, read_rows
from codeclm.pipeline import run_settings
from codeclm.pipeline.restoring import restore
from codeclm.quality.replacement import Replacement
from codeclm.records import Outcome, RunState, Status
from codeclm.settings import RunSettings

#: Each makes a project with everything in it, and another one of it.
pytestmark = pytest.mark.large


def review(project):
    """Everything that people do to pairs, by two of them."""
    reviews = project.reviews
    first, second, third, fourth, fifth, sixth, *rest = project.pairs()
    reviews.save_reasons(["too easy", "off topic"])
    reviews.decide(first.id, Status.APPROVED, reviewer="ada")
    reviews.decide(second.id, Status.REJECTED, reason="too easy", reviewer="bob")
    reviews.edit(third, "My instruction, with ü, \u2028 and 🏔", "My response", "ada")
    reviews.swap(fourth.id, "bob")
    reviews.decide(fifth.id, Status.APPROVED, swap=True, blind=True, reviewer="ada")
    reviews.tag(sixth.id, "refund", "ada")
    reviews.tag(sixth.id, "flagged", "ada")
    reviews.note(sixth.id, "Ask Bob.", "ada")
    reviews.decide(first.id, Status.REJECTED, reason="off topic", reviewer="bob")
    reviews.decide_all(project.filter(among=tuple(p.id for p in rest[:9])), Status.APPROVED)
    reviews.tag_all(project.filter(among=tuple(p.id for p in rest[4:12])), "many", "ada", on=True)
    reviews.replace_all(project.filter(), Replacement(old="the", new="thy"), "bob")
    reviews.tag(rest[0].id, "gone", "ada")
    assert reviews.undo("ada")
    assert reviews.redo("ada")
    assert reviews.undo("ada")
    assert reviews.undo("bob").pairs > 1


def essence(project):
    """What pages show of the pairs, apart from numbers."""
    found = [project.pair(pair.id) for pair in project.pairs()]
    first = found[0].run
    return [replace(pair, id=0, review=bool(pair.review), run=pair.run - first) for pair in found]


def told(project):
    """The rows of reviews in their order, each with the place of its pair and of its batch."""
    with project._store.reading() as db:
        rows = list(
            db.query(
                "select reviews.*, entry, slot, iteration from reviews join pairs"
                " on pairs.id = pair_id where project_id = ? order by reviews.id",
                (project.id,),
            )
        )
    batches = list(dict.fromkeys(row["batch"] for row in rows))
    left = ("id", "pair_id")
    return [
        {name: value for name, value in row.items() if name not in left}
        | {"batch": batches.index(row["batch"])}
        for row in rows
    ]


def same(there, here):
    assert list(there.lines()) == list(here.lines())
    assert essence(there) == essence(here)
    assert told(there) == told(here)
    assert there.reviews.tags() == here.reviews.tags()
    assert there.reviews.reasons() == here.reviews.reasons()


def add_up(run):
    sums = run.summary()
    return sums["instructions"] == sums["kept"] + sums["exhausted"] + sums["failed"]


# Round trips -----------------------------------------------------------------------------------


def test_a_reviewed_project_comes_back_as_it_was(studio, elsewhere, project, bundle):
    project.configure(name="Outdoor help", system_prompt="Be brief.")
    review(project)
    came = restore(elsewhere.store, bundle(project))
    there = elsewhere.project("Outdoor help")
    assert (came.project, came.name, came.runs) == (there.id, "Outdoor help", 1)
    assert (came.pairs, came.reviews) == (project.count_pairs(), len(told(project)))
    same(project, there)
    kept = ("name", "brief", "system_prompt", "strong", "target", "judge", "created_at")
    assert [there.row[name] for name in kept] == [project.row[name] for name in kept]
    assert studio.doctor() == elsewhere.doctor() == []


def test_what_undo_and_redo_do_next_is_the_same_on_both_sides(elsewhere, project, bundle):
    review(project)
    # Numbers of reviews and batches that are there already are nobody else's.
    other = restore(elsewhere.store, bundle(project, "other"), name="other")
    there = elsewhere.project_of(restore(elsewhere.store, bundle(project)).project)
    before = list(elsewhere.project("other").lines())
    for act, reviewer in [
        *[("redo", "bob"), ("undo", "bob"), ("redo", "ada"), ("undo", ""), ("redo", "")],
        *[("undo", "ada")] * 6,
        *[("undo", "bob")] * 4,
        *[("redo", "ada")] * 3,
    ]:
        ours, theirs = (getattr(home.reviews, act)(reviewer) for home in (project, there))
        assert (ours and ours[1:]) == (theirs and theirs[1:]), (act, reviewer)
        same(project, there)
    assert list(elsewhere.project_of(other.project).lines()) == before
    assert elsewhere.doctor() == []


def test_the_same_database_takes_it_beside_itself(studio, project, bundle):
    review(project)
    before, folder = list(project.lines()), bundle(project)
    names = [restore(studio.store, folder).name for _ in range(2)]
    assert names == [f"{project.name} (2)", f"{project.name} (3)"]
    for name in names:
        same(project, studio.project(name))
    assert restore(studio.store, folder, name="  my  own ").name == "my own"
    assert list(project.lines()) == before
    assert studio.doctor() == []
    studio.project("my own").delete()
    assert studio.doctor() == []
    with studio.store.reading() as db:
        assert db["restored_runs"].count == 2


def test_a_name_that_is_taken_or_none_is_refused(studio, project, bundle):
    folder = bundle(project)
    for name in (project.name, " ", "\ud800"):
        with pytest.raises(SettingsError):
            restore(studio.store, folder, name=name)
    assert len(studio.projects()) == 1


def test_a_selection_comes_back_with_its_own_sums(studio, elsewhere, project, run, bundle):
    chosen = list(project.pairs())[5::3]
    for pair in chosen:
        project.reviews.decide(pair.id, Status.APPROVED)
    folder = bundle(project, status=Status.APPROVED)
    there = elsewhere.project_of(restore(elsewhere.store, folder).project)
    assert b"".join(there.lines()) == (folder / "data" / "train.jsonl").read_bytes()
    assert [pair.chain_id for pair in there.pairs()] == [pair.chain_id for pair in chosen]
    (back,) = there.runs()
    assert back.counts().kept == back.counts().instructions == len(chosen)
    assert add_up(back)
    assert all(step.done == step.known for step in back.steps())
    assert back.settings == replace(run.settings, size=len(chosen))
    # What it counts here is not what the run came to where it was made, and its card says so.
    (told,) = json.loads((bundle(there, "again") / "manifest.json").read_text())["runs"]
    assert (told["restored"], told["kept"]) == (True, len(chosen))
    assert told["settings"]["size"] == run.settings.size
    card = (folder.parent / "again" / "README.md").read_text()
    assert f"{len(chosen)} of its kept pairs were restored from a bundle" in card
    assert "were planned" not in card
    assert (back.state, back.usage().calls) == (RunState.FINISHED, 0)
    assert elsewhere.doctor() == []


def test_it_can_be_exported_and_brought_back_again(elsewhere, project, run, bundle):
    project.reviews.decide_all(project.filter(iteration=1), Status.APPROVED)
    first = restore(elsewhere.store, bundle(project, status=Status.APPROVED))
    second = bundle(elsewhere.project_of(first.project), "second")
    there = elsewhere.project_of(restore(elsewhere.store, second).project)
    same(elsewhere.project_of(first.project), there)
    # What the plan was where the run was made is not forgotten on the way.
    rows = map(json.loads, (second / "project.jsonl").read_text().splitlines())
    (kept,) = [row for row in rows if row.get("table") == "runs"]
    assert RunSettings.from_dict(json.loads(kept["settings"])) == run.settings
    assert elsewhere.doctor() == []


def test_prompts_of_its_own_and_the_seeds_of_an_earlier_run_come_along(
    studio, elsewhere, seeds, serve, bundle
):
    serve()
    home = studio.create_project("outdoor")
    read = read_rows(seeds.read_bytes(), seeds.name)
    home.import_seeds(ingest.seeds(read, "prompt"), name=seeds.name)
    judge = next(prompt for prompt in home.wording.prompts() if prompt.name == "judge")
    home.wording.edit("judge", f"{judge.text}\nBe strict.")
    models = {"strong": "openai:big", "target": "openai:small"}
    home.plan_from_seeds(RunSettings(goal="metadata", **models)).bring()
    home.edit_metadata(*(replace(e, status=Status.APPROVED) for e in home.metadata()))
    home.plan_from_metadata(RunSettings(size=20, **models)).bring()
    there = elsewhere.project_of(restore(elsewhere.store, bundle(home)).project)
    assert there.wording.own == home.wording.own != {}
    goals = [run.settings.goal for run in there.runs()]
    assert goals == ["pairs", "metadata"]
    assert all(run.state is RunState.FINISHED for run in there.runs())
    pair = next(there.pairs())
    behind = there.seeds_behind(pair.use_case, pair.skills)
    assert behind
    assert behind == home.seeds_behind(pair.use_case, pair.skills)
    assert {(seed.file, seed.line) for seed in there.seeds(99)} <= {
        (seed.file, seed.line) for seed in home.seeds(99)
    }
    assert elsewhere.doctor() == []


def test_imported_pairs_come_back_with_their_rows(studio, elsewhere, bundle):
    rows = [
        {
            "prompt": f"Name lake {n}.",
            "chosen": f"Lake {n} is {n} metres deep.",
            "rejected": "A lake.",
            **({"strong_score": 9, "target_score": 2} if n % 2 else {}),
        }
        for n in range(9)
    ]
    read = read_rows("\n".join(map(json.dumps, rows)).encode(), "lakes.jsonl")
    home = studio.create_project("lakes")
    done = home.import_pairs(pairs(read, pair_fields(read, {})), name="lakes.jsonl")
    assert (done.kept, done.unscored) == (9, 5)
    there = elsewhere.project_of(restore(elsewhere.store, bundle(home)).project)
    same(home, there)
    assert {pair.imported_from for pair in there.pairs()} == {
        f"lakes.jsonl:{n}" for n in range(1, 10)
    }
    (run,) = there.runs()
    with pytest.raises(SettingsError, match="restored from a bundle"):
        run.score("simulated:judge")
    assert add_up(run)
    assert elsewhere.doctor() == []


def test_a_run_without_a_filter_comes_back(studio, elsewhere, seeds, serve, bundle):
    serve()
    run = job(studio, seeds, size=20, use_filter=False, target="")
    home = studio.project_of(run.row.project)
    there = elsewhere.project_of(restore(elsewhere.store, bundle(home)).project)
    same(home, there)
    assert add_up(there.runs()[0])
    assert elsewhere.doctor() == []


def test_what_other_judges_said_comes_along(studio, elsewhere, project, bundle):
    again = run_settings.of_rejudge(project, judge="openai:second", samples=2)
    project.plan_rejudge(again, project.filter()).bring()
    there = elsewhere.project_of(restore(elsewhere.store, bundle(project)).project)
    ours, theirs = (
        [[replace(row, run=0) for row in home.trust.opinions(pair.id)] for pair in home.pairs()]
        for home in (project, there)
    )
    assert ours == theirs
    assert any(ours)
    second, _ = there.runs()
    assert second.settings.goal == "rejudge"
    assert there.trust.rejudged(second.id).differing == project.trust.rejudged(2).differing
    assert elsewhere.doctor() == []


# What cannot go on -----------------------------------------------------------------------------


@pytest.fixture
def back(elsewhere, project, bundle):
    """The restored run."""
    there = elsewhere.project_of(restore(elsewhere.store, bundle(project)).project)
    return there.runs()[0]


def test_nothing_is_asked_for_a_restored_run(back):
    size = back.settings.size
    for change in ({"size": size + 1}, {"stop_at_kept": 5}, {"stop_at_approved": 5}):
        with pytest.raises(SettingsError, match="restored from a bundle"):
            back.change(**change)
    with pytest.raises(SettingsError, match="it cannot shrink"):
        back.change(size=size - 1)
    with pytest.raises(SettingsError, match="stayed where"):
        back.retry()
    assert back.bring() is RunState.FINISHED
    back.change(concurrency=3)
    assert back.settings.concurrency == 3
    assert not back.can_retry
    assert back.usage().calls == 0


def test_theta_moves_as_far_as_nobody_has_to_be_asked(elsewhere, back):
    before = back.counts()
    with pytest.raises(SettingsError, match="improved further"):
        back.change(theta=8.5)
    assert (back.counts(), back.settings.theta, back.row.version) == (before, 3.0, 1)
    back.change(theta=1.0)
    assert back.state is RunState.FINISHED
    assert back.counts().kept == before.instructions
    assert add_up(back)
    assert elsewhere.doctor() == []


def test_pairs_that_another_theta_had_dropped_come_back_dropped(elsewhere, project, run, bundle):
    project.reviews.decide_all(project.filter(iteration=1), Status.APPROVED)
    run.change(theta=7.5)
    run.change(iterations=1)
    dropped = project.filter(dropped=True)
    assert project.count_pairs(dropped)
    folder = bundle(project, dropped=True)
    there = elsewhere.project_of(restore(elsewhere.store, folder).project)
    assert list(there.lines()) == list(project.lines(dropped))
    assert there.count_pairs(there.filter(dropped=True)) == there.count_pairs()
    (back,) = there.runs()
    assert (back.counts().exhausted, back.state) == (there.count_pairs(), RunState.FINISHED)
    assert elsewhere.doctor() == []


def test_of_a_chain_that_went_on_only_what_was_chosen_comes(
    studio, elsewhere, project, run, bundle
):
    project.reviews.decide_all(project.filter(iteration=1), Status.APPROVED)
    run.change(theta=7.5)
    run.bring()
    with studio.store.reading() as db:
        later = db.conn.execute(
            "select text from instructions as i where iteration > 1 and exists (select 1 from pairs"
            " where dropped = 1 and entry = i.entry and slot = i.slot)"
        ).fetchall()
    assert later
    folder = bundle(project, dropped=True)
    text = (folder / "project.jsonl").read_text()
    assert not any(json.dumps(row[0], ensure_ascii=False) in text for row in later)
    there = elsewhere.project_of(restore(elsewhere.store, folder).project)
    (back,) = there.runs()
    assert {chain.outcome for chain in back.chains(99)} == {str(Outcome.EXHAUSTED)}
    assert add_up(back)
    assert back.state is RunState.FINISHED
    assert elsewhere.doctor() == []


def test_a_run_that_stops_at_approved_pairs_stays_finished(studio, elsewhere, seeds, serve, bundle):
    serve()
    run = job(studio, seeds, size=40, stop_at_approved=5)
    assert run.state is RunState.PAUSED
    home = studio.project_of(run.row.project)
    there = elsewhere.project_of(restore(elsewhere.store, bundle(home)).project)
    (back,) = there.runs()
    there.reviews.decide_all(there.filter(), Status.REJECTED, "no")
    assert (back.state, back.bring()) == (RunState.FINISHED,) * 2
    assert elsewhere.doctor() == []
