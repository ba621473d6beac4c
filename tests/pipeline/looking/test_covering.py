"""Coverage: counts from seeds to approved pairs, targets, and a run for just what is missing."""

from dataclasses import replace

import pytest

from codeclm.errors import SettingsError
from codeclm.pipeline.coverage import STAGES, Target
from codeclm.records import Metadata, RunState, Status
from codeclm.settings import RunSettings

SIMULATED = {"strong": "simulated:strong", "target": "simulated:target"}
ENTRIES = (
    Metadata("trip planning", ("route choice", "budget control")),
    Metadata("trip planning", ("weather reading",)),
    Metadata("cooking", ("budget control",)),
)


@pytest.fixture
def project(studio):
    """A project without seeds: three approved entries, and a run of nine instructions."""
    made = studio.create_project("outdoor")
    made.configure(**SIMULATED)
    made.add_metadata(
        [Metadata(one.use_case, one.skills, status=Status.APPROVED) for one in ENTRIES]
    )
    made.plan_from_metadata(RunSettings(size=9, **SIMULATED)).bring()
    return made


def by_name(project, field):
    """What pairs say themselves, that nobody has rejected."""
    found = {}
    for pair in project.pairs(project.filter(status_not=Status.REJECTED)):
        for name in (pair.use_case,) if field == "use case" else pair.skills:
            found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize("field", ["use case", "skill"])
def test_counts_are_those_of_the_pairs(project, field):
    counts = project.coverage.counts(field)
    assert tuple(counts) == STAGES
    assert counts["kept"] == by_name(project, field)
    assert counts["approved"] == {}
    first = project.pair_ids(project.filter(), 1)[0]
    project.reviews.decide(first, Status.APPROVED)
    assert sum(project.coverage.counts("use case")["approved"].values()) == 1


def test_rejected_pairs_and_entries_do_not_count(project):
    project.reviews.decide_all(project.filter(use_case="cooking"), Status.REJECTED)
    assert "cooking" not in project.coverage.counts("use case")["kept"]
    entry = next(entry for entry in project.metadata() if entry.use_case == "cooking")
    project.edit_metadata(
        Metadata(entry.use_case, entry.skills, id=entry.id, status=Status.REJECTED)
    )
    assert "cooking" not in project.coverage.counts("use case")["seeds"]


def test_without_seeds_approved_entries_stand_for_the_task(project):
    assert not project.coverage.has_seeds()
    assert project.coverage.counts("use case")["seeds"] == {"trip planning": 2, "cooking": 1}


def test_seeds_count_as_what_they_were_encoded_as(studio, seeds):
    from codeclm.pipeline.synthesis import synthesize

    synthesize(studio, seeds, field="prompt", size=4, **SIMULATED)
    found = studio.project("outdoor").coverage
    assert found.has_seeds()
    behind = studio.project("outdoor").distributions.seeds_per_entry()
    assert sum(found.counts("use case")["seeds"].values()) == sum(behind.values()) > 8


def test_pairs_count_as_what_became_of_their_entry(project):
    before = project.coverage.counts("use case")
    cooking = next(entry for entry in project.metadata() if entry.use_case == "cooking")
    project.edit_metadata(replace(cooking, use_case="camp kitchen"))
    renamed = project.coverage.counts("use case")
    for stage in STAGES:
        assert renamed[stage].get("camp kitchen") == before[stage].get("cooking")
        assert "cooking" not in renamed[stage]
    project.merge_names("use case", "trip planning", ["camp kitchen"])
    merged = project.coverage.counts("use case")
    assert merged["kept"] == {"trip planning": sum(before["kept"].values())}
    assert sum(n for _, _, n in project.coverage.crossed()) == sum(
        len(pair.skills) for pair in project.pairs()
    )


def test_the_same_skills_in_another_order_are_the_same_entry_to_seeds(studio, seeds):
    from codeclm.pipeline.synthesis import synthesize

    synthesize(studio, seeds, field="prompt", size=4, **SIMULATED)
    project = studio.project("outdoor")
    before = project.distributions.seeds_per_entry()
    with studio.store.writing() as db:
        db.conn.execute(
            "update run_seeds set use_case = upper(use_case), skills = (select"
            " json_group_array(value) from (select value from json_each(skills) order by key desc))"
        )
    assert project.distributions.seeds_per_entry() == before


def test_seeds_that_were_removed_are_not_the_task_any_more(studio, seeds):
    from codeclm.pipeline.synthesis import synthesize

    synthesize(studio, seeds, field="prompt", size=4, **SIMULATED)
    project = studio.project("outdoor")
    approved = len(project.metadata(Status.APPROVED))
    project.clear_seeds()
    assert not project.coverage.has_seeds()
    assert sum(project.coverage.counts("use case")["seeds"].values()) == approved


def test_targets_are_kept_and_say_what_is_missing(project):
    has = by_name(project, "use case")
    project.coverage.save_targets("use case", [Target("cooking", has.get("cooking", 0) + 4)])
    assert project.coverage.missing("use case") == {"cooking": 4}
    assert project.coverage.targets("use case") == [Target("cooking", has.get("cooking", 0) + 4)]
    assert project.coverage.targets("skill") == []
    project.coverage.save_targets("use case", [])
    assert project.coverage.targets("use case") == []


def test_targets_that_contradict_are_refused_and_the_old_ones_stay(project):
    project.coverage.save_targets("use case", [Target("cooking", 5)])
    with pytest.raises(SettingsError, match="120 %"):
        project.coverage.save_targets(
            "use case", [Target("cooking", None, 0.7), Target("trip planning", None, 0.5)]
        )
    assert project.coverage.targets("use case") == [Target("cooking", 5)]


def test_a_run_makes_what_is_missing_and_nothing_else(project):
    found = project.coverage.filling("use case", {"cooking": 5, "juggling": 2})
    assert found.unreachable == ("juggling",)
    assert found.pairs == {"cooking": 5}
    assert len(found.entries) == 1
    assert found.settings.size == sum(found.settings.weights) >= 5
    run = project.plan_from_metadata(found.settings, found.entries)
    assert run.bring() is RunState.FINISHED
    pairs = list(project.pairs(project.filter(run=run.id)))
    assert {pair.use_case for pair in pairs} == {"cooking"}
    assert run.summary()["instructions"] == found.settings.size


def test_it_gives_no_instruction_again(project):
    before = {pair.instruction for pair in project.pairs(project.filter(use_case="cooking"))}
    found = project.coverage.filling("use case", {"cooking": 3})
    run = project.plan_from_metadata(found.settings, found.entries)
    run.bring()
    assert run.usage().replayed == 0
    assert before.isdisjoint(pair.instruction for pair in project.pairs(project.filter(run=run.id)))


def test_an_entry_of_two_missing_skills_counts_for_both(project):
    found = project.coverage.filling("skill", {"route choice": 4, "budget control": 4})
    entries = {entry.id: entry for entry in project.metadata()}
    given = dict(zip(found.entries, found.settings.weights, strict=True))
    for skill in ("route choice", "budget control"):
        assert sum(n for one, n in given.items() if skill in entries[one].skills) >= 4
    # What route choice gets is enough for budget control: the cooking entry needs nothing.
    assert {entries[one].use_case for one in given} == {"trip planning"}


def test_nothing_missing_is_no_run(project):
    assert project.coverage.filling("use case", {}) is None
    assert project.coverage.filling("use case", {"juggling": 3}) is None


def test_weights_that_do_not_fit_the_entries_are_refused(project):
    found = project.coverage.filling("use case", {"trip planning": 4})
    with pytest.raises(SettingsError, match="2 weights for 3"):
        project.plan_from_metadata(found.settings)


def test_without_models_it_says_so(studio):
    made = studio.create_project("bare")
    made.add_metadata([Metadata("cooking", ("timing",), status=Status.APPROVED)])
    with pytest.raises(SettingsError, match="no strong model"):
        made.coverage.filling("use case", {"cooking": 1})


def test_weighted_runs_come_out_the_same_after_a_stop(project, studio):
    found = project.coverage.filling("use case", {"cooking": 6, "trip planning": 3})
    first = project.plan_from_metadata(found.settings, found.entries)
    first.bring()
    again = project.plan_from_metadata(found.settings, found.entries)
    again.bring()
    texts = [
        sorted(pair.instruction for pair in project.pairs(project.filter(run=run.id)))
        for run in (first, again)
    ]
    assert texts[0] == texts[1]
    assert studio.doctor() == []


def test_where_all_seeds_are_of_rejected_entries_it_says_that_metadata_stands_for_them(
    studio, seeds
):
    from codeclm.pipeline.synthesis import synthesize

    synthesize(studio, seeds, field="prompt", size=4, **SIMULATED)
    project = studio.project("outdoor")
    for entry in project.metadata():
        project.edit_metadata(
            Metadata(entry.use_case, entry.skills, id=entry.id, status=Status.REJECTED)
        )
    project.add_metadata([Metadata("juggling", ("catching",), status=Status.APPROVED)])
    assert project.coverage.counts("use case")["seeds"] == {"juggling": 1}
    assert not project.coverage.has_seeds()


def test_a_name_that_cannot_be_stored_is_refused(project):
    with pytest.raises(SettingsError, match="name"):
        project.coverage.save_targets("use case", [Target("\ud800", 3)])


def test_what_no_number_of_pairs_brings_about_is_no_hole_that_is_filled(project):
    # All pairs are of a use case that is none of the task any more: whatever is added, they stay.
    project.reviews.decide_all(project.filter(use_case="cooking"), Status.REJECTED)
    for entry in project.metadata():
        if entry.use_case == "trip planning":
            project.edit_metadata(replace(entry, status=Status.REJECTED))
    project.add_metadata([Metadata("travel", ("packing light",), status=Status.APPROVED)])
    match = project.coverage.match("use case")
    assert {hole.name: hole.missing for hole in match.holes} == {"travel": None, "cooking": None}
    assert project.coverage.missing("use case") == {}


def test_a_weighted_run_can_be_extended_and_stays_sound(project, studio):
    found = project.coverage.filling("use case", {"cooking": 6, "trip planning": 3})
    run = project.plan_from_metadata(found.settings, found.entries)
    run.bring()
    before = {pair.instruction for pair in project.pairs(project.filter(run=run.id))}
    run.change(size=found.settings.size + 5)
    assert run.bring() is RunState.FINISHED
    assert run.summary()["instructions"] == found.settings.size + 5
    assert before <= {pair.instruction for pair in project.pairs(project.filter(run=run.id))}
    assert studio.doctor() == []
