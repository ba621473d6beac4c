"""Metadata entries and rubrics: merged by what they say, replaced and never lost."""

from dataclasses import replace

import pytest

from codeclm.errors import SettingsError, StoreError
from codeclm.records import Metadata, Rubric, Status
from codeclm.settings import RunSettings

SETTINGS = RunSettings(strong="simulated:strong", target="simulated:target", size=4)


@pytest.fixture
def project(studio):
    made = studio.create_project("garden")
    made.add_metadata(
        [Metadata("pruning advice", ("plant care",)), Metadata("planting", ("timing",))]
    )
    return made


def test_the_same_entry_is_one_entry(project):
    project.add_metadata([Metadata("Pruning Advice", ("Plant Care",), weight=7)])
    first, _ = project.metadata()
    assert (first.use_case, first.weight) == ("pruning advice", 7)


def test_an_edit_replaces_the_entry_and_takes_its_rubrics_along(project):
    first, second = project.metadata()
    project.rubric_sets.save(first.id, [Rubric("has limits", "add a limit")])
    project.edit_metadata(Metadata("tree pruning", ("plant care",), id=first.id))
    assert {entry.use_case for entry in project.metadata()} == {"planting", "tree pruning"}
    new = next(entry for entry in project.metadata() if entry.use_case == "tree pruning")
    assert project.rubric_sets.current(new.id) == [Rubric("has limits", "add a limit")]
    with pytest.raises(StoreError, match="already an entry"):
        project.edit_metadata(Metadata("Planting", ("Timing",), id=new.id))
    assert second in project.metadata()


def test_rubrics_keep_their_versions(project):
    first, _ = project.metadata()
    project.rubric_sets.save(first.id, [Rubric("a", "b")])
    project.rubric_sets.save(first.id, [Rubric("a", "b"), Rubric("c", "d", enabled=False)])
    assert project.rubric_sets.current(first.id)[1] == Rubric("c", "d", enabled=False)
    assert [row["version"] for row in project.rubric_sets.versions(first.id)] == [2, 1]


def test_a_run_over_metadata_takes_the_approved_entries_and_their_rubrics(studio, project):
    first, second = project.metadata()
    project.edit_metadata(replace(second, status=Status.REJECTED))
    project.rubric_sets.save(
        first.id, [Rubric("a", "Name three limits."), Rubric("b", "Unused.", enabled=False)]
    )
    run = project.plan_from_metadata(SETTINGS)
    project.rubric_sets.save(first.id, [Rubric("a", "Came too late.")])
    run.bring()
    pairs = list(project.pairs())
    assert {pair.use_case for pair in pairs} == {"pruning advice"}
    actions = {link.action for pair in pairs for link in pair.chain[1:]}
    assert actions <= {"Name three limits."}
    assert run.summary()["instructions"] == 4
    assert studio.doctor() == []


def test_nothing_approved_is_nothing_to_run_over(project):
    rejected = [replace(entry, status=Status.REJECTED) for entry in project.metadata()]
    project.edit_metadata(*rejected)
    with pytest.raises(SettingsError, match="No metadata entry is approved"):
        project.plan_from_metadata(SETTINGS)
    assert project.runs() == []


def test_mixing_skips_what_was_rejected(project):
    drawn = project.mixed(4, seed=0)
    assert len(drawn) == 2
    project.add_metadata([Metadata(drawn[0].use_case, drawn[0].skills, status=Status.REJECTED)])
    again = project.mixed(4, seed=0)
    assert drawn[0].key not in {entry.key for entry in again}


def test_an_entry_rejected_by_a_person_stays_out_of_an_unattended_run(studio, seeds, serve):
    from jobs import job

    serve()
    job(studio, seeds, size=12)
    project = studio.project("outdoor")
    rejected = project.metadata()[0]
    project.edit_metadata(replace(rejected, status=Status.REJECTED))
    run = job(studio, seeds, size=12)
    pairs = list(project.pairs(project.filter(run=run.id)))
    assert pairs
    assert rejected.key not in {Metadata(pair.use_case, pair.skills).key for pair in pairs}


def test_metadata_and_rubrics_can_be_had_before_any_pair(studio, seeds, serve):
    serve()
    from codeclm.pipeline.synthesis import plan

    settings = RunSettings(strong="openai:big", goal="metadata")
    run, _ = plan(studio, seeds, settings, field="prompt")
    run.bring()
    project = studio.project("outdoor")
    entries = project.metadata(Status.APPROVED)
    assert sum(entry.weight for entry in entries) == 12
    assert run.summary()["instructions"] == 0
    written = project.plan_from_metadata(RunSettings(strong="openai:big", goal="rubrics"))
    written.bring()
    assert all(len(project.rubric_sets.current(entry.id)) == 4 for entry in entries)
    before = project.rubric_sets.current(entries[0].id)
    again = RunSettings(strong="openai:big", goal="rubrics", generation=project.next_generation())
    project.plan_from_metadata(again, [entries[0].id]).bring()
    assert [row["version"] for row in project.rubric_sets.versions(entries[0].id)] == [2, 1]
    # The fake endpoint answers by the prompt alone.
    assert project.rubric_sets.current(entries[0].id) == before


def test_an_edited_entry_keeps_its_place(project):
    first, second = project.metadata()
    project.edit_metadata(Metadata("tree pruning", ("plant care",), id=first.id))
    assert [entry.use_case for entry in project.metadata()] == ["tree pruning", second.use_case]


@pytest.mark.parametrize(
    "wrong", [[], [Rubric("a", "")], [Rubric(" ", "b")], [Rubric("a", "b", enabled=False)]]
)
def test_rubrics_without_a_rubric_or_an_action_are_not_saved(project, wrong):
    first, _ = project.metadata()
    with pytest.raises(SettingsError):
        project.rubric_sets.save(first.id, wrong)
    assert project.rubric_sets.versions(first.id) == []


def test_edits_of_several_entries_are_stored_together_or_not_at_all(project):
    first, second = project.metadata()
    clash = replace(second, use_case=first.use_case, skills=first.skills)
    with pytest.raises(StoreError, match="already an entry"):
        project.edit_metadata(replace(first, weight=5), clash)
    assert project.metadata() == [first, second]


# Merging names ----------------------------------------------------------------------------------


@pytest.fixture
def letters(studio):
    made = studio.create_project("letters")
    made.add_metadata(
        [
            Metadata("email drafting", ("plain language",), weight=3),
            Metadata("e-mail writing", ("plain language",), weight=2, status=Status.PENDING),
            Metadata("e-mail writing", ("empathy", "plain languages"), weight=1),
        ]
    )
    return made


def said(project):
    return {(entry.use_case, entry.skills): entry.weight for entry in project.metadata()}


def test_names_of_one_meaning_are_offered_and_merged_with_their_weights(studio, letters):
    (use_cases,) = letters.merge_offers("use case")
    assert (use_cases.keep, use_cases.others) == ("e-mail writing", ("email drafting",))
    (skills,) = letters.merge_offers("skill")
    assert skills.others == ("plain languages",)
    second = letters.metadata()[1]
    letters.rubric_sets.save(second.id, [Rubric("a", "b")])
    assert letters.merge_names("use case", "email drafting", ["e-mail writing"]) == 2
    assert said(letters) == {
        ("email drafting", ("plain language",)): 5,
        ("email drafting", ("empathy", "plain languages")): 1,
    }
    whole = letters.metadata()[0]
    assert whole.status is Status.APPROVED
    assert letters.rubric_sets.current(whole.id) == [Rubric("a", "b")]
    assert letters.merge_names("skill", "plain language", ["plain languages"]) == 1
    assert ("email drafting", ("empathy", "plain language")) in said(letters)
    assert letters.merge_offers("use case") == letters.merge_offers("skill") == []
    assert studio.doctor() == []


def test_what_was_merged_or_edited_does_not_come_back_with_the_next_extraction(studio):
    from codeclm.pipeline import sources

    project = sources.try_it(studio)
    settings = RunSettings(strong="simulated:strong", goal="metadata")
    project.plan_from_seeds(settings).bring()
    first, second, third, *_ = project.metadata()
    project.merge_names("use case", "all of it", [first.use_case])
    project.edit_metadata(
        *(
            replace(entry, skills=("own skill",))
            for entry in project.metadata()
            if entry.id == third.id
        )
    )
    before = said(project)
    run = project.plan_from_seeds(settings)
    run.bring()
    assert said(project) == before
    assert run.usage().calls == 0
    assert second
    assert studio.doctor() == []


def test_a_run_whose_entry_was_edited_since_still_resumes(project):
    run = project.plan_from_metadata(SETTINGS)
    first, _ = project.metadata()
    project.edit_metadata(replace(first, use_case="tree pruning"))
    assert project.twin_of(SETTINGS) is None
    run.bring()
    assert run.counts().settled == SETTINGS.size
    assert {pair.use_case for pair in project.pairs()} == {"pruning advice", "planting"}
