"""CRR: the paper's own counts, Wilson's interval, and what is counted apart."""

import pytest

from codeclm.evaluation import Tally, by, paper, recovered, recovered_by_both, tally
from codeclm.records import Assessment, Comparison

SCORES = {"win": ((8, 5), (8, 5)), "tie": ((6, 6), (6, 6)), "loss": ((5, 8), (5, 8))}
SCORES |= {"flip": ((8, 5), (5, 8)), "half": ((8, 5), (5, 5)), "broken": ((8, 5),)}


def compared(kind, instruction="i", **fields):
    assessments = tuple(
        Assessment(order, *both, "Because.") for order, both in enumerate(SCORES[kind])
    )
    texts = {"candidate": "c", "reference": "r", **fields}
    return Comparison(instruction=instruction, assessments=assessments, **texts)


def test_the_counts_of_table_5_give_the_percentages_of_table_1():
    reported = paper.CRR["7B", "Evol-Instruct"]
    assert list(paper.COUNTS) == list(reported)
    for method, (wins, ties, losses) in paper.COUNTS.items():
        found = Tally(wins=wins, ties=ties, losses=losses)
        assert found.compared == 218
        assert found.crr == pytest.approx(reported[method], abs=0.005)
    assert paper.ABLATION["Contrastive Filtering"] == reported["CodecLM"]
    assert paper.ABLATION["none"] == reported["Self-Instruct"]


def test_the_papers_table_is_read_by_target_and_benchmark():
    assert paper.CRR["7B", "Self-Instruct"]["CodecLM"] == 78.17
    assert paper.CRR["13B", "Evol-Instruct"]["Self-Instruct"] == 75.69
    assert paper.CRR["13B", "Vicuna"]["CodecLM"] == 90.0


@pytest.mark.parametrize(
    ("held", "losses", "low", "high"),
    [(5, 5, 23.66, 76.34), (0, 10, 0, 27.75), (10, 0, 72.25, 100), (81, 182, 25.53, 36.62)],
)
def test_the_interval_is_wilsons(held, losses, low, high):
    found = Tally(ties=held, losses=losses).interval
    assert found == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))
    assert 0 <= found[0] <= found[1] <= 100


def test_of_nothing_there_is_no_share():
    found = tally([compared("broken")])
    assert found == Tally(unparsable=1)
    assert (found.compared, found.crr, found.interval) == (0, None, None)
    assert (found.flip_rate, found.longer_share) == (None, None)


def test_every_kind_is_counted_once_and_broken_ones_apart():
    kinds = ["win", "win", "tie", "loss", "flip", "half", "broken"]
    found = tally(compared(kind) for kind in kinds)
    assert (found.wins, found.ties, found.losses, found.unparsable) == (2, 3, 1, 1)
    assert (found.flips, found.half_ties) == (1, 1)
    assert found.crr == pytest.approx(500 / 6)
    assert found.flip_rate == pytest.approx(100 / 6)
    halves = tally(map(compared, kinds[:3])) + tally(map(compared, kinds[3:]))
    assert halves == found


def test_the_longer_response_is_counted_whoever_wins():
    found = tally(
        [
            compared("win", candidate="long", reference="r"),
            compared("win", candidate="c", reference="long"),
            compared("loss", candidate="c", reference="long"),
            compared("loss", candidate="c", reference="long"),
            compared("loss", candidate="long", reference="r"),
            compared("win", candidate="same", reference="long"),
            compared("tie", candidate="long", reference="r"),
        ]
    )
    assert (found.longer_wins, found.shorter_wins) == (3, 2)
    assert found.longer_share == 60.0


def test_groups_come_by_any_key_the_most_compared_first():
    rows = [
        compared("win", use_case="travel", skills=("maps", "prices")),
        compared("loss", use_case="travel", skills=("maps", "maps")),
        compared("tie", use_case="cooking"),
        compared("win", use_case="art"),
        compared("win"),
    ]
    cases = by(rows, lambda row: row.use_case)
    assert list(cases) == ["travel", "art", "cooking"]
    assert cases["travel"] == Tally(wins=1, losses=1)
    skills = by(rows, lambda row: row.skills)
    assert skills == {"maps": Tally(wins=1, losses=1), "prices": Tally(wins=1)}


def test_the_mean_of_what_is_recovered_is_the_crr():
    rows = [compared(kind) for kind in ("win", "loss", "tie", "broken", "flip")]
    assert recovered(rows) == [100, 0, 100, 100]
    assert sum(recovered(rows)) / 4 == tally(rows).crr


def test_two_candidates_meet_on_the_instructions_both_were_compared_on():
    tuned = [compared("win", "a"), compared("tie", "b"), compared("win", "c"), compared("win", "d")]
    base = [compared("loss", "c"), compared("broken", "b"), compared("tie", "a")]
    assert recovered_by_both(tuned, base) == ([100, 100], [100, 0])
