"""Gaps: a look at another θ, and the pairs behind a range."""

from screens import Visit, sound, texts

from codeclm.pipeline.projects import Project


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
    there = project.distributions.at_theta(project.distributions.judged_chains(), 7.0)
    assert found["would keep"] == str(there.strong + there.target)
    assert found["improve further"] == str(there.improving)
    assert there.improving > 0
    assert there.strong + there.target + there.improving + there.exhausted == 40
    assert project.count_pairs() == before


def test_theta_zero_keeps_every_gap_at_once(project: Project) -> None:
    there = project.distributions.at_theta(project.distributions.judged_chains(), 0.0)
    assert max(there.kept) <= 4
    assert there.kept[1] == (
        sum(count for gap, at, count in project.distributions.gap_counts() if at == 1 and gap > 0),
        sum(count for gap, at, count in project.distributions.gap_counts() if at == 1 and gap < 0),
    )


def test_pairs_of_a_range_with_both_responses(project: Project, visit: Visit) -> None:
    app = visit("curate/gaps")
    app.slider("range").set_value((5.0, 9.0)).run()
    wanted = project.filter(gap_from=5.0, gap_to=9.0, order="gap_down")
    table = sound(app).dataframe[0].value
    assert len(table) == project.count_pairs(wanted)
    first = project.pair(project.pair_ids(wanted, 1)[0])
    shown = [item.value for item in app.text]
    assert first.strong_response in shown
    assert first.target_response in shown


def test_every_chart_says_itself_in_words(project: Project, visit: Visit) -> None:
    told = texts(visit("curate/gaps"))
    for words in ("judged instructions at θ = 3", "pairs kept:", "use cases by", "on average"):
        assert words in told
