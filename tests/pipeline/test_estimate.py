"""What a run may take, as arithmetic: each setting that has a say, and what observations change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codeclm.pipeline.estimate import Estimate, Model, Scope, estimate, wording
from codeclm.pipeline.estimate import assumptions as assumed
from codeclm.pipeline.estimate.beliefs import kept_shares
from codeclm.settings import Endpoint, Price, RunSettings
from codeclm.store.observed import Kind, Observed, Seen

HOME = Endpoint(name="home", base_url="http://127.0.0.1:1/v1")
MODELS = {
    "strong": Model("home:big", HOME, Price(2.0, 8.0)),
    "target": Model("home:small", HOME, Price(0.1, 0.4)),
    "judge": Model("home:big", HOME, Price(2.0, 8.0)),
}
SCOPE = Scope(entries=20, bare=20)


def settings(**changes):
    return RunSettings(**{"strong": "home:big", "target": "home:small", "size": 200, **changes})


def expected(scope=SCOPE, models=MODELS, seen=(), **changes):
    return estimate(settings(**changes), scope, models, seen)


def ranges(found):
    return {role: (figures.fewest, figures.most) for role, figures in found.roles.items()}


def seen_keeping(kept, judged, **more):
    return Observed(
        runs=(3,),
        instructions=judged,
        judged={1: judged, 2: judged},
        kept={1: kept, 2: kept},
        **more,
    )


# Calls ------------------------------------------------------------------------------------------


def test_fewest_keeps_all_at_once_and_most_keeps_nothing_ever():
    # 20 entries: their rubrics, one decode of 10 each; 200 × 2 answers, judged twice.
    assert ranges(expected()) == {
        "strong": (40 + 200, 40 + 200 * 4 + 200 * 3),
        "target": (200, 800),
        "judge": (400, 1600),
    }


def test_the_expected_calls_lie_between_and_follow_the_assumed_shares():
    found = expected()
    judged = 1 + 0.45 + 0.45 * 0.8 + 0.45 * 0.64
    assert found.roles["target"].calls == round(200 * judged / (1 - assumed.UNUSABLE))
    assert found.total.fewest < found.total.calls < found.total.most
    assert found.kept == round(200 * (1 - 0.45 * 0.8**3))


def test_over_70_percent_of_what_is_kept_is_assumed_to_come_from_iteration_1():
    kept = 1 - (1 - assumed.KEPT_FIRST) * (1 - assumed.KEPT_LATER) ** 3
    assert 0.7 < assumed.KEPT_FIRST / kept < 0.75


def test_seeds_are_encoded_first_and_become_entries():
    found = expected(Scope(seeds=100, seed_length=400))
    assert found.roles["strong"].fewest == 100 + 90 + 90 + 200
    mixed = expected(Scope(seeds=100), metadata=150)
    assert mixed.roles["strong"].fewest == 100 + 150 + 150 + 200


def test_longer_seeds_take_more_tokens():
    short, long = (expected(Scope(seeds=50, seed_length=length)) for length in (100, 4100))
    assert long.total.prompt_tokens - short.total.prompt_tokens == pytest.approx(
        50 * 1000 / (1 - assumed.UNUSABLE), rel=0.01
    )


def test_rubrics_that_are_there_are_not_written_again():
    assert (
        expected().roles["strong"].fewest - expected(replace(SCOPE, bare=5)).roles["strong"].fewest
        == 15
    )


def test_entries_without_a_share_need_no_rubrics():
    found = expected(Scope(entries=500, bare=500))
    assert found.roles["strong"].fewest == 200 + 200 + 200


def test_without_self_rubrics_nothing_is_improved():
    found = expected(use_rubrics=False)
    assert ranges(found) == {"strong": (220, 220), "target": (200, 200), "judge": (400, 400)}


def test_without_the_filter_all_is_improved_and_only_the_strong_model_answers():
    found = expected(use_filter=False)
    assert ranges(found) == {"strong": (40 + 800, 40 + 800)}
    assert found.kept == 200


@pytest.mark.parametrize(("goal", "calls"), [("metadata", 30), ("rubrics", 20)])
def test_a_run_that_goes_less_far_takes_less(goal, calls):
    scope = Scope(seeds=30) if goal == "metadata" else SCOPE
    found = expected(scope, goal=goal)
    assert ranges(found) == {"strong": (calls, calls)}
    assert (found.instructions, found.kept) == (0, 0)


def test_smaller_batches_are_more_decode_calls_and_know_more_to_avoid():
    ten, one = expected(batch=10), expected(batch=1)
    assert one.roles["strong"].fewest - ten.roles["strong"].fewest == 180
    assert one.roles["strong"].prompt_tokens > ten.roles["strong"].prompt_tokens + 180 * 200


def test_a_lower_theta_keeps_more():
    assert (
        expected(theta=1.0).total.calls < expected().total.calls < expected(theta=6.0).total.calls
    )
    assert expected(theta=0.0).kept == 200


# Stopping at so many ----------------------------------------------------------------------------


def test_stopping_at_so_many_kept_takes_the_size_that_is_likely_to_give_them():
    found = expected(size=5000, stop_at_kept=100)
    # 77 of 100 are kept: 30 more give the rest.
    assert 125 <= found.instructions <= 135
    assert found.kept == pytest.approx(100, abs=4)
    assert found.roles["target"].fewest == 100
    assert found.roles["target"].most == 5000 * 4


def test_stopping_at_so_many_approved_reckons_with_rejected_ones():
    kept = expected(size=5000, stop_at_kept=100).instructions
    approved = expected(size=5000, stop_at_approved=100).instructions
    assert approved == pytest.approx(kept / assumed.APPROVED, rel=0.05)
    strict = Observed(decided=400, approved=100)
    assert expected(size=5000, stop_at_approved=100, seen=[strict]).instructions > 2 * approved


def test_the_size_is_the_most_a_run_grows_to():
    assert expected(size=50, stop_at_kept=400).instructions == 50


# Money and time ---------------------------------------------------------------------------------


def test_money_follows_from_tokens_and_prices():
    found = expected()
    target = found.roles["target"]
    assert target.usd == pytest.approx(
        (target.prompt_tokens * 0.1 + target.completion_tokens * 0.4) / 1e6
    )
    assert found.total.usd == pytest.approx(sum(role.usd or 0 for role in found.roles.values()))
    assert found.unpriced == ()


def test_a_price_that_is_not_known_is_said_and_makes_the_total_unknown():
    found = expected(models={**MODELS, "target": Model("home:small", HOME, None)})
    assert found.unpriced == ("home:small",)
    assert (found.roles["target"].usd, found.total.usd) == (None, None)
    assert found.roles["strong"].usd


def test_twice_the_concurrency_is_nearly_half_the_time():
    one, two = (expected(concurrency=width, size=2000) for width in (8, 16))
    assert 0.45 < two.total.minutes / one.total.minutes < 0.65


def test_roles_with_the_same_model_share_its_line():
    apart = {**MODELS, "judge": Model("home:judge", HOME, None)}
    assert expected(models=apart, size=2000, judge="home:judge").total.minutes < (
        expected(size=2000).total.minutes
    )


@pytest.mark.parametrize("caps", [{"rpm": 60}, {"tpm": 20_000}, {"concurrency": 1}])
def test_caps_of_an_endpoint_make_a_run_longer(caps):
    slow = replace(HOME, **caps)
    models = {role: replace(model, endpoint=slow) for role, model in MODELS.items()}
    assert expected(models=models).total.minutes > 3 * expected().total.minutes


def test_requests_a_minute_are_kept_to():
    models = {
        role: replace(model, endpoint=replace(HOME, rpm=60)) for role, model in MODELS.items()
    }
    found = expected(models=models)
    busiest = found.roles["strong"].calls + found.roles["judge"].calls
    assert found.total.minutes == pytest.approx(busiest / 60, rel=0.1)


def test_one_chain_takes_as_long_as_its_calls_after_each_other():
    found = expected(Scope(entries=1, bare=1), size=1, use_rubrics=False)
    # Decode (0.6 + 10), the slower answer, one judgement: no concurrency makes it shorter.
    assert found.total.minutes * 60 > 0.6 + 10 + 0.6 + 450 / 60 + 0.6


# What was observed ------------------------------------------------------------------------------


@pytest.mark.parametrize(("judged", "low", "high"), [(5, 0.25, 0.35), (200, 0.0, 0.02)])
def test_a_preview_moves_the_share_that_is_kept_and_a_whole_run_decides_it(judged, low, high):
    (share, *_) = kept_shares(settings(), 4, [seen_keeping(0, judged)])
    assert low <= share <= high


def test_what_this_project_saw_goes_before_what_others_saw():
    others, own = seen_keeping(0, 500), seen_keeping(500, 500)
    (share, *_) = kept_shares(settings(), 1, [others, own])
    assert share > 0.98
    assert "run 3 (500 instructions)" in expected(seen=[others, own]).rests_on


def test_one_observed_call_nearly_decides_a_length():
    seen = Seen(calls=1, with_tokens=1, prompt=50, completion=5000, latency=1.0, unusable=0.0)
    known = Observed(calls={Kind("respond", "target"): seen}, calls_of=(2,))
    target = expected(seen=[known]).roles["target"]
    assert 2500 < target.completion_tokens / target.calls < 5000


def test_replies_without_token_counts_say_nothing_of_lengths():
    seen = Seen(calls=90, with_tokens=0, prompt=0, completion=0, latency=9.0, unusable=0.0)
    known = Observed(calls={Kind("respond", "target"): seen}, calls_of=(2,))
    before, after = expected().roles["target"], expected(seen=[known]).roles["target"]
    assert after.tokens == pytest.approx(before.tokens, rel=0.02)
    assert after.minutes > before.minutes


def test_bad_replies_are_asked_again():
    seen = Seen(calls=900, with_tokens=900, prompt=50, completion=50, latency=1.0, unusable=0.2)
    known = Observed(calls={Kind("respond", "target"): seen}, calls_of=(2,))
    assert expected(seen=[known]).roles["target"].calls == pytest.approx(
        expected().roles["target"].calls * 0.99 / 0.82, rel=0.01
    )


def test_it_says_what_it_rests_on():
    assert expected().rests_on == "assumed"
    known = Observed(runs=(3,), instructions=5, judged={1: 5}, kept={1: 2})
    assert expected(seen=[Observed(), known]).rests_on == "observed in run 3 (5 instructions)"
    seen = Seen(calls=9, with_tokens=9, prompt=9, completion=9, latency=1.0, unusable=0.0)
    calls = Observed(calls={Kind("encode", "strong"): seen}, calls_of=(1, 2))
    assert expected(seen=[calls]).rests_on == (
        "assumed; only the calls of encode were observed, in runs 1 and 2"
    )


def test_it_is_stored_whole():
    found = expected()
    assert Estimate.from_dict(found.to_dict()) == found


# In words ---------------------------------------------------------------------------------------


def test_amounts_are_told_to_three_digits():
    counts = (7, 999, 18_437)
    assert [wording.count(count) for count in counts] == ["7", "999", "18\u202f400"]
    tokens = (950, 1_000, 99_960, 21_340_000, 1.5e9)
    told = ["950", "1.00 k", "100 k", "21.3 M", "1.50 G"]
    assert [wording.amount(count) for count in tokens] == told
    assert [wording.money(usd) for usd in (0.0, 0.0123, 14.2, None)] == [
        "$0.00",
        "$0.0123",
        "$14.20",
        "cost unknown",
    ]
    assert [wording.duration(minutes) for minutes in (0.0, 0.5, 26.2, 150)] == [
        "1 s",
        "30 s",
        "26 min",
        "2.5 h",
    ]
