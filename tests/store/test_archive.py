"""An archive holds what stands behind some pairs, all of it and nothing else."""

from __future__ import annotations

import json

import pytest

from codeclm.errors import ImportFileError, StoreError
from codeclm.pipeline.studio import Studio
from codeclm.records import Status, Terms
from codeclm.settings import Endpoint
from codeclm.store import archive
from codeclm.store.kept import TABLES

CANARY = "canary-77aa01"
#: What is never in an archive: the journal, work in hand, what is the database's own, and what a
#: restored run is given anew. An evaluation compares models on a set of its own: it is nothing that
#: stands behind a pair.
NEVER = {
    "exports",
    "exported_pairs",
    *("_sqlite_migrations", "workers", "jobs", "endpoints", "rubric_library", "deleted_projects"),
    *("calls", "failures", "run_answers", "run_unbilled", "run_reserved", "uploads", "claims"),
    *("batches", "run_sizes", "restored_runs"),
    # What a pool did not accept is behind no pair.
    *("generated", "neighbours"),
    *("benchmarks", "benchmark_items", "recorded_responses"),
    *("evaluations", "evaluation_responses", "assessments"),
    # What a look has found is found again.
    *("looks", "findings", "map_points"),
    # Vectors are the database's own, whatever project their texts are in.
    "embeddings",
}


@pytest.fixture
def project(outdoor):
    return outdoor.project("outdoor")


@pytest.fixture
def elsewhere(tmp_path):
    with Studio(tmp_path / "elsewhere.db") as opened:
        yield opened


def rows(project, **narrowing):
    ids = project.pair_ids(project.filter(**narrowing), -1)
    with project._store.reading() as db:
        return parsed(archive.lines(db, ids))


def parsed(lines):
    return [json.loads(line) for line in lines]


def put(studio, found, name=""):
    with studio.store.writing() as db:
        return archive.restore(db, iter(found), name=name, sha256="0" * 64, file="project.jsonl")


def of(found, table):
    return [row for row in found if row.get("table") == table]


def test_every_table_is_in_an_archive_or_is_meant_not_to_be(outdoor):
    with outdoor.store.reading() as db:
        assert set(db.table_names()) == set(TABLES) | NEVER


def test_a_header_comes_first_and_the_count_last_and_parents_before_their_children(project):
    found = rows(project)
    assert (found[0]["codeclm_archive"], found[0]["schema"][-1]) == (1, "embedded")
    assert found[-1] == {"codeclm_archive_rows": len(found) - 2}
    tables = list(dict.fromkeys(row["table"] for row in found[1:-1]))
    assert tables == [table for table in TABLES if table in tables]
    assert not any("call" in column for row in found[1:-1] for column in row)


def test_nothing_of_what_was_not_chosen_is_in_it(outdoor, project):
    kept, *others = project.pairs()
    project.reviews.decide(kept.id, Status.APPROVED, reviewer="ada")
    for pair in others:
        project.reviews.edit(pair, f"Secret {pair.id}", f"Hidden {pair.id}", "bob")
        project.reviews.note(pair.id, f"Note {pair.id}")
    outdoor.save_endpoint(
        Endpoint(name="mine", base_url="http://127.0.0.1:1/v1", headers={"X-Team": CANARY})
    )
    found = rows(project, status=Status.APPROVED)
    text = json.dumps(found, ensure_ascii=False)
    own = {kept.strong_response, kept.target_response, *(link.instruction for link in kept.chain)}
    assert kept.instruction in text
    for pair in others:
        texts = {pair.instruction, pair.strong_response, pair.target_response} - own
        assert not any(json.dumps(words, ensure_ascii=False)[1:-1] in text for words in texts)
    assert not any(word in text for word in ("Secret", "Hidden", "Note ", "bob", CANARY))
    (entry,) = of(found, "metadata")
    assert entry["use_case"] == kept.use_case
    assert {row["use_case"] for row in of(found, "run_seeds")} == {kept.use_case}
    assert {row["text"] for row in of(found, "seeds")} == set(
        project.seeds_behind(kept.use_case, kept.skills, limit=99)
    )
    assert len(of(found, "rubric_sets")) == 1


def test_an_entry_comes_with_what_it_was_made_of_but_not_with_what_it_became(project):
    from dataclasses import replace

    pair = next(project.pairs())
    entry = next(entry for entry in project.metadata() if entry.use_case == pair.use_case)
    project.edit_metadata(replace(entry, use_case="Something else entirely"))
    found = rows(project, among=(pair.id,))
    (old,) = of(found, "metadata")
    assert (old["status"], old["replaces"], old["merged_into"]) == ("replaced", None, None)
    assert [row["metadata_id"] for row in of(found, "rubric_sets")] == [old["id"]]
    assert "Something else" not in json.dumps(found)


def test_pairs_that_are_gone_are_left_out_and_none_is_refused(outdoor, project):
    with outdoor.store.reading() as db:
        kept = project.pair_ids(project.filter(), 1)
        assert len(of(parsed(archive.lines(db, [*kept, 99_999])), "pairs")) == 1
        with pytest.raises(StoreError, match="no such pairs"):
            next(archive.lines(db, [99_999]))
        # The connection is as it was.
        assert not db.conn.in_transaction
        assert len(of(parsed(archive.lines(db, kept)), "pairs")) == 1


def test_every_text_and_number_is_written_as_it_is(outdoor, project):
    texts = [
        "ü \u2028 🏔 \x7f \x00 end",
        'a "quoted" \\ line\n\tand \x01\x08\x0c\r',
        "</script>",
        "",
    ]
    with outdoor.store.writing() as db:
        places = [row[0] for row in db.conn.execute("select rowid from instructions limit 4")]
        for place, text in zip(places, texts, strict=True):
            db.conn.execute("update instructions set text = ? where rowid = ?", (text, place))
        db.conn.execute("update verdicts set gap = ? where iteration = 1", (0.1 + 0.2,))
    found = rows(project)
    assert set(texts) <= {row["text"] for row in of(found, "instructions")}
    assert 0.1 + 0.2 in {row["gap"] for row in of(found, "verdicts")}


def planless(found):
    """Rows without the shares of entries, which tell how much has come, and as they may be read."""
    return [
        {
            name: json.loads(value) if name == "settings" else value
            for name, value in row.items()
            if name not in ("share", "state", "ended_at")
        }
        for row in found
    ]


def test_two_archives_lie_side_by_side_and_the_same_comes_out_again(elsewhere, project):
    project.reviews.tag_all(project.filter(), "seen", on=True)
    found = rows(project)
    first, second = put(elsewhere, rows(project)), put(elsewhere, rows(project))
    assert (first.name, second.name) == ("outdoor", "outdoor (2)")
    assert first.pairs == second.pairs == len(of(found, "pairs")) == first.reviews
    assert elsewhere.doctor() == []
    # Where nothing was before, numbers are as they were, and the plan is told as it was.
    assert planless(rows(elsewhere.project("outdoor"))) == planless(found)
    again = put(elsewhere, rows(elsewhere.project("outdoor (2)")), name="third")
    lines = [list(elsewhere.project_of(n).lines()) for n in (1, 2, again.project)]
    assert lines[0] == lines[1] == lines[2] == list(project.lines())


def test_of_a_batch_some_of_whose_pairs_were_chosen_the_rest_is_still_one(elsewhere, project):
    project.reviews.decide_all(project.filter(), Status.APPROVED, reviewer="ada")
    chosen = tuple(project.pair_ids(project.filter(), -1)[5:9])
    put(elsewhere, rows(project, among=chosen))
    there = elsewhere.project("outdoor")
    assert there.reviews.undo("ada").pairs == len(chosen)
    assert there.count_pairs(there.filter(status=Status.PENDING)) == len(chosen)


def forged(found, table, **columns):
    """The archive with the last row of a table changed."""
    last = max(place for place, row in enumerate(found) if row.get("table") == table)
    return [{**row, **columns} if place == last else row for place, row in enumerate(found)], last


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("reviews", {"pair_id": 1}),
        ("reviews", {"batch": 1}),
        ("instructions", {"run_id": 1}),
        ("pairs", {"metadata_id": 10**6}),
        ("pairs", {"project_id": "1"}),
        ("pairs", {"id": 2**60}),
        ("pairs", {"status": "maybe"}),
        ("pairs", {"response_from": "judge"}),
        ("pairs", {"iteration": 9}),
        ("instructions", {"iteration": 7}),
        ("instructions", {"text": None}),
        ("instructions", {"text": ["a"]}),
        ("instructions", {"entry": 77}),
        ("verdicts", {"outcome": "lost"}),
        ("responses", {"cut": 2**70}),
        ("runs", {"settings": "{"}),
        ("runs", {"settings": '{"strong": "a:b", "size": 0}'}),
        ("metadata", {"skills": "3"}),
        ("metadata", {"skills": "[3]"}),
        ("pairs", {"gap": float("inf")}),
        ("judgements", {"strong": 1e9}),
        ("project_terms", {"terms": "{"}),
        ("project_terms", {"terms": '{"colour": ""}'}),
        ("project_terms", {"terms": '{"title": 1}'}),
        ("projects", {"brief": '{"colour": 1}'}),
        ("projects", {"name": " "}),
        ("instructions", {"call_id": 1}),
        ("runs", {"estimate": "{}"}),
    ],
)
def test_an_archive_that_was_changed_adds_nothing(elsewhere, project, table, columns):
    # Smaller numbers than its own are those of the project that is there already.
    project.exports.say(Terms(title="Hills"))
    put(elsewhere, rows(project))
    project.reviews.tag_all(project.filter(), "seen", on=True)
    project.reviews.undo()
    project.reviews.tag_all(project.filter(), "seen", on=True)
    theirs = rows(elsewhere.project("outdoor"))
    shifted = [
        {
            name: value + 1000
            if isinstance(value, int) and (name == "id" or name.endswith("_id") or name == "batch")
            else value
            for name, value in row.items()
        }
        for row in rows(project)
    ]
    found, place = forged(shifted, table, **columns)
    with pytest.raises(ImportFileError, match=r"^project\.jsonl, line \d+: ") as caught:
        put(elsewhere, found)
    assert caught.value.hint
    if "there is no" not in caught.value.message and "up to here" not in caught.value.message:
        assert caught.value.line == place + 1
    assert rows(elsewhere.project("outdoor")) == theirs
    assert [card.name for card in elsewhere.projects()] == ["outdoor"]
    assert elsewhere.doctor() == []


def test_a_row_with_nothing_in_it_is_refused(elsewhere, project):
    found = rows(project)
    with pytest.raises(ImportFileError, match="line 4: there is nothing in this row of reasons"):
        put(elsewhere, [*found[:3], {"table": "reasons"}, *found[3:]])


def test_a_table_that_no_archive_has_is_refused(elsewhere, project):
    found = rows(project)
    for table in ("calls", "endpoints", "jobs", "secrets", 7):
        with pytest.raises(ImportFileError, match="no table") as caught:
            put(elsewhere, [*found[:5], {"table": table, "id": 1}, *found[5:]])
        assert caught.value.line == 6
    assert elsewhere.projects() == []


def test_one_that_was_cut_off_or_goes_on_is_refused(elsewhere, project):
    found = rows(project)
    for wrong in (found[:-1], found[:1], [*found, found[5]], [*found[:5], *found[6:]]):
        with pytest.raises(ImportFileError, match="line"):
            put(elsewhere, wrong)
    with pytest.raises(ImportFileError, match="holds no project"):
        put(elsewhere, [found[0], {"codeclm_archive_rows": 0}])
    with pytest.raises(ImportFileError, match="one project"):
        put(elsewhere, [*found[:2], *found[1:]])
    assert elsewhere.projects() == []


def test_one_of_a_newer_version_is_refused(elsewhere, project):
    found = rows(project)
    for change in ({"codeclm_archive": 2}, {"schema": [*found[0]["schema"], "thoughts"]}):
        with pytest.raises(ImportFileError, match="newer version"):
            put(elsewhere, [{**found[0], **change}, *found[1:]])
    with pytest.raises(ImportFileError, match="not the archive"):
        put(elsewhere, found[1:])


def test_one_of_an_older_version_is_taken_with_what_columns_hold_by_themselves(elsewhere, project):
    found = rows(project)
    schema = [name for name in found[0]["schema"] if name != "curation"]
    older = [
        {name: value for name, value in row.items() if name not in ("note", "swapped")}
        for row in found
    ]
    put(elsewhere, [{**older[0], "schema": schema}, *older[1:]])
    assert list(elsewhere.project("outdoor").lines()) == list(project.lines())


def test_what_is_killed_in_the_middle_leaves_nothing(elsewhere, project):
    found = rows(project)

    def dying():
        yield from found[: len(found) // 2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), elsewhere.store.writing() as db:
        archive.restore(db, dying(), sha256="0" * 64, file="project.jsonl")
    with elsewhere.store.reading() as db:
        assert not any(db[table].count for table in TABLES)
    assert put(elsewhere, found).project == 1
