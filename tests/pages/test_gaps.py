"""Gaps: a look at another θ, and the pairs behind a range."""

from screens import Visit, press, sound, texts

from codeclm.pipeline.projects import Project
from codeclm.records import JudgedFilter, Status
from codeclm.ui import judged_list


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_at_the_runs_own_theta_it_keeps_what_the_run_kept(project: Project, visit: Visit) -> None:
    counts = project.runs()[0].counts()
    shown = metrics(visit("curate/gaps"))
    assert shown["strong response"] == str(counts.kept_strong)
    assert shown["target response"] == str(counts.kept_target)
    assert shown["exhausted"] == str(counts.exhausted)
    assert shown["improve further"] == "0"


def test_a_higher_theta_keeps_less_and_changes_nothing(project: Project, visit: Visit) -> None:
    before = project.count_pairs()
    app = visit("curate/gaps")
    app.slider("at").set_value(7.0).run()
    found = metrics(sound(app))
    there = project.distributions.judged().at_theta(7.0)
    assert found["would keep"] == str(there.strong + there.target)
    assert found["improve further"] == str(there.improving)
    assert there.improving > 0
    assert there.strong + there.target + there.improving + there.exhausted == 40
    assert project.count_pairs() == before


def test_theta_zero_keeps_every_gap_at_once(project: Project) -> None:
    there = project.distributions.judged().at_theta(0.0)
    assert max(there.kept) <= 4
    assert there.kept[1] == (
        sum(
            count
            for gap, at, count in project.distributions.judged().gap_counts()
            if at == 1 and gap > 0
        ),
        sum(
            count
            for gap, at, count in project.distributions.judged().gap_counts()
            if at == 1 and gap < 0
        ),
    )


def test_a_bar_lists_what_is_behind_it(project: Project, visit: Visit) -> None:
    judged = project.distributions.judged()
    gap = max(gap for gap, _, _ in judged.gap_counts())
    count = sum(n for at, _, n in judged.gap_counts() if at == gap)
    app = visit("curate/gaps", bar=f"{gap:g}")
    listed = app.dataframe[-1].value
    assert len(listed) == min(25, count)
    assert set(listed["gap"]) == {gap}
    first = project.distributions.judged_rows(JudgedFilter(gaps=(gap,)), 1)[0]
    pair = project.pair(first.pair)
    shown = [item.value for item in app.text]
    assert pair.strong_response in shown
    assert pair.target_response in shown


def test_every_page_of_the_list_goes_on_where_the_one_before_ended(
    project: Project, visit: Visit
) -> None:
    every = project.distributions.judged_rows(JudgedFilter(), 1000)
    wanted = [(row.gap, row.instruction) for row in every]
    app = visit("curate/gaps")
    listed = app.dataframe[-1].value
    assert list(listed["gap"]) == [gap for gap, _ in wanted[:25]]
    falling = project.distributions.judged().falling(JudgedFilter())
    found = []
    for offset in range(0, len(wanted), 25):
        gaps, before = judged_list._gaps_of_page(falling, offset)
        rows = project.distributions.judged_rows(JudgedFilter(gaps=gaps), 25, before)
        found += [(row.gap, row.instruction) for row in rows]
    assert found == wanted


def test_what_was_not_kept_is_listed_with_its_chain(project: Project, visit: Visit) -> None:
    cell = next(cell for cell in project.distributions.judged().scored if abs(cell.gap) <= 3)
    app = visit("curate/gaps", cell=f"{cell.strong:g},{cell.target:g}")
    listed = app.dataframe[-1].value
    assert set(listed["strong"]) == {cell.strong}
    assert not {"kept: strong", "kept: target"} & set(listed["outcome"])
    assert "with" in texts(app)
    press(app, "Show all")
    assert "cell" not in app.query_params


def test_a_slice_narrows_everything(project: Project, visit: Visit) -> None:
    judged = project.distributions.judged()
    use_case, skill, _, count = judged.mean_gaps()[0]
    app = visit("curate/gaps", use_case=use_case, skill=skill)
    assert f"Gaps of {count} judged instructions" in texts(app)
    assert f"{count} judged instructions" in texts(app)
    narrowed = judged.narrowed(use_case=use_case, skill=skill)
    there = narrowed.at_theta(3.0)
    assert metrics(app)["would keep"] == str(there.strong + there.target)


def test_slices_side_by_side_add_up(project: Project, visit: Visit) -> None:
    judged = project.distributions.judged()
    for by in ("use case", "iteration", "strategy"):
        slices = judged.by(by, 3.0)
        assert sum(one.instructions for one in slices) == sum(c.count for c in judged.scored)
        assert sum(one.strong + one.target for one in slices) == project.count_pairs()
    app = visit("curate/gaps", by="iteration")
    assert list(app.dataframe[1].value["iteration"]) == [
        one.name for one in judged.by("iteration", 3)
    ]


def test_a_theta_is_applied_and_taken_back(project: Project, visit: Visit) -> None:
    run = next(run for run in project.runs() if run.settings.goal == "pairs")
    before = project.pair_ids(project.filter(), -1)
    reviewed = project.pair_ids(project.filter(order="gap_up"), 1)[0]
    project.reviews.decide(reviewed, Status.APPROVED)
    there = project.distributions.judged().at_theta(6.0)
    app = visit("curate/gaps", at="6.0")
    assert "1 reviewed pair stay" in texts(app)
    press(app, f"Apply θ = 6 to run {run.id}")
    assert run.settings.theta == 6.0
    kept = project.pair_ids(project.filter(dropped=False), -1)
    assert len(kept) == there.strong + there.target
    assert reviewed in project.pair_ids(project.filter(), -1)
    app.slider("at").set_value(3.0).run()
    press(app, f"Apply θ = 3 to run {run.id}")
    assert len(project.pair_ids(project.filter(), -1)) == len(before)


def test_every_chart_says_itself_in_words(project: Project, visit: Visit) -> None:
    told = texts(visit("curate/gaps"))
    for words in ("judged instructions at θ = 3", "pairs kept:", "use cases by", "on average"):
        assert words in told
