"""What is counted in SQL is what one counts by hand over the rows of a simulated run."""

import shutil
from collections import Counter, defaultdict

import pytest

from codeclm.pipeline.studio import Studio
from codeclm.records import Status
from codeclm.settings import RunSettings
from codeclm.store import judging

MODELS = {"strong": "simulated:strong", "target": "simulated:target"}


@pytest.fixture(scope="module")
def made(finished, tmp_path_factory):
    """A database with a finished run and a preview beside it."""
    path = tmp_path_factory.mktemp("judged") / "made.db"
    shutil.copy(finished, path)
    with Studio(path) as studio:
        project = studio.project("outdoor")
        project.plan_from_metadata(RunSettings(goal="preview", size=5, seed=3, **MODELS)).bring()
    return path


@pytest.fixture
def studio(outdoor):
    return outdoor


@pytest.fixture
def project(studio):
    return studio.project("outdoor")


@pytest.fixture
def rows(studio):
    """Read rows as they are."""

    def read(sql, *values):
        with studio.store.reading() as db:
            return list(db.query(sql, values))

    return read


@pytest.fixture
def counted(studio, project):
    """One of the counts of a run or of all."""

    def count(name, run=None):
        with studio.store.reading() as db:
            return getattr(judging, name)(db, project.id, run)

    return count


def test_orders_are_those_of_every_instruction_judged_in_both(rows, counted):
    both = defaultdict(dict)
    for row in rows("select * from judgements where run_id = 1"):
        at = (row["entry"], row["slot"], row["iteration"])
        both[at][row["position"]] = row["strong"] - row["target"]
    expected = Counter((found[0], found[1]) for found in both.values() if len(found) == 2)
    assert {(a, b): n for a, b, n in counted("order_counts")} == expected
    assert counted("order_counts", 1) == counted("order_counts")
    assert counted("order_counts", 2) == []


def test_imported_judgements_have_no_order(studio, counted):
    before = counted("order_counts")
    with studio.store.writing() as db:
        db.conn.execute(
            "insert into judgements select run_id, entry, slot, iteration, 2, 1, 10, call_id"
            " from judgements where position = 0"
        )
    assert counted("order_counts") == before


def test_an_instruction_judged_in_one_order_alone_is_left_out(studio, counted):
    whole = sum(count for *_, count in counted("order_counts"))
    with studio.store.writing() as db:
        db.conn.execute(
            "delete from judgements where rowid ="
            " (select min(rowid) from judgements where position = 1 and run_id = 1)"
        )
    assert sum(count for *_, count in counted("order_counts")) == whole - 1


def test_lengths_are_in_characters(studio, rows, counted):
    with studio.store.writing() as db:
        # More bytes, fewer characters.
        db.conn.execute("update responses set text = 'ééé' where side = 'strong' and slot = 0")
        db.conn.execute("update responses set text = 'four' where side = 'target' and slot = 0")
    text = {
        (row["entry"], row["slot"], row["iteration"], row["side"]): row["text"]
        for row in rows("select * from responses where run_id = 1")
    }
    expected = Counter()
    for row in rows("select * from verdicts where run_id = 1 and gap is not null"):
        at = (row["entry"], row["slot"], row["iteration"])
        more = len(text[(*at, "strong")]) - len(text[(*at, "target")])
        expected[_sign(row["gap"]), _sign(more)] += 1
    assert {(a, b): n for a, b, n in counted("length_counts")} == expected


def test_unreadable_replies_are_counted_though_they_were_pruned(studio, rows, counted):
    bad = len(rows("select * from calls where run_id = 1 and role = 'judge' and usable = 0"))
    asked = len(rows("select * from calls where run_id = 1 and role = 'judge'"))
    assert counted("unreadable") == (bad, asked)
    studio.prune()
    assert counted("unreadable") == (bad, asked)


def test_decisions_are_the_newest_standing_ones(studio, project, counted):
    one, two, three, four = project.pair_ids(project.filter(), 4)
    project.reviews.decide(one, Status.APPROVED, reviewer="ada")
    project.reviews.decide(one, Status.REJECTED, expected=Status.APPROVED, reviewer="ada")
    project.reviews.decide(two, Status.APPROVED, reviewer="bob")
    project.reviews.decide(three, Status.APPROVED, reviewer="eve")
    project.reviews.undo("eve")
    project.reviews.edit(project.pair(four), "Mine", "Mine too", "ada")
    expected = Counter(
        (abs(project.pair(pair).gap), good) for pair, good in ((one, False), (two, True))
    )
    assert {(gap, good): n for gap, good, n in counted("decided_counts")} == expected
    # Other kinds of decisions are none.
    with studio.store.writing() as db:
        db.conn.execute(
            "insert into reviews (pair_id, decision, before, created_at)"
            " values (?, 'flagged', 'approved', '2026')",
            (two,),
        )
    assert {(gap, good): n for gap, good, n in counted("decided_counts")} == expected
    assert project.trust.agreement().approved == 1


def test_the_curve_begins_at_the_runs_theta(project):
    assert project.trust.agreement().curve == ()
    (pair,) = project.pair_ids(project.filter(), 1)
    project.reviews.decide(pair, Status.APPROVED)
    assert project.trust.agreement().curve[0].theta == 3.0
    project.runs()[1].change(theta=4.5)
    assert project.trust.agreement().curve[0].theta == 4.5


def test_reviewers_are_compared_by_their_own_newest_decisions(project, counted):
    one, two, three = project.pair_ids(project.filter(), 3)
    for pair, first, second in (
        (one, Status.APPROVED, Status.REJECTED),
        (two, Status.REJECTED, Status.APPROVED),
    ):
        project.reviews.decide(pair, first, reviewer="bob")
        project.reviews.decide(pair, second, expected=first, reviewer="ada")
    # Bob thinks better of one of them; who gives no name cannot be told from others.
    project.reviews.decide(two, Status.REJECTED, expected=Status.APPROVED, reviewer="bob")
    project.reviews.decide(two, Status.APPROVED, expected=Status.REJECTED, reviewer="bob")
    project.reviews.decide(three, Status.APPROVED)
    project.reviews.decide(three, Status.REJECTED, expected=Status.APPROVED, reviewer="bob")
    assert sorted(counted("reviewer_counts")) == [
        ("ada", "bob", False, True, 1),
        ("ada", "bob", True, True, 1),
    ]


def test_a_mark_changes_with_every_decision_and_with_taking_it_back(project):
    marks = [project.trust.reviews_mark()]
    (pair,) = project.pair_ids(project.filter(), 1)
    project.reviews.decide(pair, Status.APPROVED, reviewer="ada")
    marks.append(project.trust.reviews_mark())
    project.reviews.undo("ada")
    marks.append(project.trust.reviews_mark())
    assert len(set(marks)) == 3


def test_another_projects_judge_is_not_this_ones(studio, project):
    other = studio.create_project("other")
    assert other.trust.orders().flips.n == 0
    assert other.trust.unreadable().value is None
    assert project.trust.orders().flips.n > 0


def _sign(value):
    return (value > 0) - (value < 0)


def test_a_pair_approved_with_the_other_response_speaks_against_the_judge(project, counted):
    one, two = project.pair_ids(project.filter(), 2)
    project.reviews.decide(one, Status.APPROVED, swap=True)
    project.reviews.decide(two, Status.APPROVED)
    found = {(gap, followed) for gap, followed, _ in counted("decided_counts")}
    assert found == {(abs(project.pair(one).gap), False), (abs(project.pair(two).gap), True)}
