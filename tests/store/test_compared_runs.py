"""What a comparison counts: what a run rests on, the part a budget buys, and what is in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeclm.pipeline.ladders import ladder
from codeclm.records import Cut, Spend, Status
from codeclm.settings import RunSettings
from codeclm.store import compared

NOTHING = Cut(-1, -1)


@pytest.fixture
def db(outdoor):
    with outdoor.store.reading() as opened:
        yield opened


def amount(db, sql, *values):
    return db.conn.execute(sql, values).fetchone()[0]


def behind(db, run, slot, entry):
    """The calls that the chains of a run up to a place rest on, without its seeds and rubrics."""
    found = set()
    for table in ("instructions", "responses", "judgements"):
        found |= {
            row[0]
            for row in db.conn.execute(
                f"select call_id from {table} where run_id = ? and (slot, entry) <= (?, ?)"
                " and call_id is not null",
                (run, slot, entry),
            )
        }
    return found


def first(db, run):
    """The calls a run needs before any chain."""
    return amount(
        db,
        "select (select count(call_id) from run_seeds where run_id = ?1) + (select"
        " count(distinct call_id) from rubric_sets join run_metadata on"
        " rubric_set_id = rubric_sets.id where run_id = ?1)",
        run,
    )


def wasted(db, run):
    """Calls a run has paid for that no row of it rests on."""
    return amount(
        db,
        "select count(*) from calls where run_id = ?1 and id not in (select call_id from run_seeds"
        " where run_id = ?1 and call_id is not null union select call_id from rubric_sets where"
        " call_id is not null union select call_id from instructions where run_id = ?1 union"
        " select call_id from responses where run_id = ?1 union select call_id from judgements"
        " where run_id = ?1)",
        run,
    )


def ladder_of(db, whole):
    return ladder(whole, compared.entries(db, 1), compared.steps(db, 1))


def again(studio):
    """A second run over the same seeds, without the filter: it begins with replays."""
    settings = RunSettings(
        strong="simulated:strong", target="simulated:target", size=30, use_filter=False, seed=4
    )
    run = studio.project("outdoor").plan_from_seeds(settings)
    run.bring()
    return run


def test_a_run_that_replayed_nothing_rests_on_what_it_paid(outdoor, db):
    usage = outdoor.run(1).usage()
    assert compared.spend(db, 1) == Spend(usage.calls, usage.tokens, 0.0)


def test_replayed_replies_count_as_if_they_were_paid(outdoor):
    run = again(outdoor)
    usage = run.usage()
    assert usage.replayed > 0
    with outdoor.store.reading() as db:
        whole = compared.spend(db, run.id)
        last = amount(db, "select max(slot) from instructions where run_id = ?", run.id)
        assert whole.calls == first(db, run.id) + len(behind(db, run.id, last, 10**6)) + wasted(
            db, run.id
        )
    assert whole.calls > usage.calls


def test_a_run_without_an_instruction_has_spent_nothing_on_any(outdoor):
    settings = RunSettings(strong="simulated:strong", target="simulated:target")
    run = outdoor.project("outdoor").plan_from_metadata(settings)
    with outdoor.store.reading() as db:
        assert first(db, run.id) > 0
        assert compared.spend(db, run.id) == Spend()


def test_a_chain_is_bought_by_exactly_what_it_comes_to(db):
    whole = compared.spend(db, 1)
    place, cost = ladder_of(db, whole).bought("calls", whole.calls / 2)
    assert cost.calls <= whole.calls / 2
    assert ladder_of(db, whole).bought("calls", cost.calls) == (place, cost)
    before, less = ladder_of(db, whole).bought("calls", cost.calls - 0.01)
    assert (before.slot, before.entry) < (place.slot, place.entry)
    assert less.calls < cost.calls
    assert ladder_of(db, whole).spent(place) == cost


def test_the_spend_up_to_a_chain_is_its_replies_those_before_all_and_a_share_of_the_rest(db):
    whole = compared.spend(db, 1)
    place, cost = ladder_of(db, whole).bought("calls", whole.calls / 2)
    replies = behind(db, 1, place.slot, place.entry)
    chains = amount(db, "select count(*) from instructions where run_id = 1 and iteration = 1")
    upto = amount(
        db,
        "select count(*) from instructions where run_id = 1 and iteration = 1"
        " and (slot, entry) <= (?, ?)",
        place.slot,
        place.entry,
    )
    assert cost.calls == pytest.approx(first(db, 1) + len(replies) + wasted(db, 1) * upto / chains)
    tokens = "select sum(prompt_tokens + completion_tokens) from calls where id = ?"
    assert cost.tokens >= sum(amount(db, tokens, call) for call in replies)


@pytest.mark.parametrize("unit", ["calls", "tokens", "usd"])
def test_all_of_the_budget_buys_all_of_the_run(db, unit):
    whole = compared.spend(db, 1)
    _, cost = ladder_of(db, whole).bought(unit, whole.of(unit))
    assert cost == pytest.approx(whole) if unit == "usd" else cost == whole


def test_a_budget_that_ends_before_the_first_chain_buys_nothing(db):
    whole = compared.spend(db, 1)
    assert ladder_of(db, whole).bought("calls", first(db, 1)) is None
    assert compared.kept(db, 1, NOTHING) == {}
    assert compared.ended(db, 1, NOTHING) == (0, 0)
    assert compared.sample(db, 1, range(5), NOTHING) == []


def test_a_part_in_dollars_is_unknown_where_the_whole_is(db):
    whole = Spend(compared.spend(db, 1).calls, 0, None)
    assert ladder_of(db, whole).bought("calls", 100)[1].usd is None


def test_the_place_of_so_many_pairs_holds_so_many(outdoor, db):
    kept = sum(compared.kept(db, 1).values())
    assert kept == outdoor.run(1).counts().kept
    for wanted in (1, 7, kept):
        assert sum(compared.kept(db, 1, compared.place_of(db, 1, wanted)).values()) == wanted
    assert compared.place_of(db, 1, kept + 1) is None


def test_parts_and_the_whole_add_up(outdoor, db):
    counts = outdoor.run(1).counts()
    assert compared.ended(db, 1) == (counts.exhausted, counts.failed)
    last = compared.place_of(db, 1, 5)
    assert sum(count for _, count in compared.gaps(db, 1, last)) < sum(
        count for _, count in compared.gaps(db, 1)
    )
    assert sum(compared.pairs_per_entry(db, 1, 1).values()) == counts.kept
    assert sum(compared.pairs_per_entry(db, 1, 1, last).values()) == 5


def test_a_sample_is_in_plan_order_and_as_the_models_wrote_it(outdoor, db):
    project = outdoor.project("outdoor")
    pair = project.pair(project.pair_ids(project.filter(), 1)[0])
    project.reviews.edit(pair, "Something else.", pair.response)
    every = compared.sample(db, 1, range(1000))
    assert len(every) == sum(compared.kept(db, 1).values())
    assert pair.instruction in [text for text, _, _ in every]
    assert compared.sample(db, 1, [2, 5]) == [every[2], every[5]]


def test_pairs_a_new_theta_drops_are_in_no_pool(outdoor, db):
    project = outdoor.project("outdoor")
    project.reviews.decide_all(project.filter(), Status.APPROVED)
    outdoor.run(1).change(theta=6.0)
    assert sum(compared.kept(db, 1).values()) == outdoor.run(1).counts().kept
    assert sum(compared.kept(db, 1).values()) < project.count_pairs()


def test_edits_and_merges_are_followed(outdoor, db):
    project = outdoor.project("outdoor")
    before = compared.pairs_per_entry(db, 1, 1)
    old = next(entry for entry in project.metadata() if entry.id in before)
    project.edit_metadata(replace(old, use_case="Another name"))
    (new,) = [entry.id for entry in project.metadata() if entry.use_case == "Another name"]
    after = compared.pairs_per_entry(db, 1, 1)
    assert after[new] == before[old.id]
    assert old.id not in after
    assert compared.heirs(db, 1)[old.id] == new
