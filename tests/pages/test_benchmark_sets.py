"""Sets on the Evaluate page: mapped, looked at, kept or put away, and what is held out of them."""

from brought import bring, kept, rows
from screens import Visit, press, texts

from codeclm.pipeline.projects import Project


def test_a_set_is_mapped_looked_at_and_kept(project: Project, visit: Visit) -> None:
    app = bring(visit, rows() + "\n" + rows(1))
    boxes = {box.label: box.value for box in app.selectbox}
    assert boxes["Field of the instruction"] == "prompt"
    assert boxes["Use case (optional)"] == "category"
    told = texts(app)
    assert "**12 items** · 12 with a use case or skills · 1 exact duplicate" in told
    app = press(app, "Keep 12 items as a set")
    (benchmark,) = project.evaluations.benchmarks()
    assert (benchmark.items, benchmark.held_out, benchmark.sliced) == (12, 2, 12)
    assert project.evaluations.uploads.kept() is None
    assert "of which 2 are held out" in texts(app)
    # What is brought here is not what Source is about to import.
    assert project.uploads.kept() is None
    press(bring(visit, rows(3)), "Keep 3 items as a set")
    (box,) = [box for box in visit("ship/evaluate").selectbox if box.label == "Set"]
    assert [box.value, *sorted(box.options)] == [
        2,
        "pasted text · 12 items",
        "pasted text · 3 items",
    ]


def test_what_is_brought_stays_until_it_is_put_away(project: Project, visit: Visit) -> None:
    bring(visit, rows())
    app = visit("ship/evaluate")
    assert "Keep 12 items as a set" in [button.label for button in app.button]
    app = press(app, "Put it away")
    assert "No set yet." in texts(app)
    assert project.evaluations.benchmarks() == []


def test_a_broken_file_is_told_with_its_line(project: Project, visit: Visit) -> None:
    app = bring(visit, '{"prompt": "a"}\n{"prompt": 3}')
    assert "line 2: 'prompt' holds a number" in texts(app)
    press(app, "Put it away")


def test_the_seed_draws_what_is_held_out(project: Project, visit: Visit) -> None:
    kept(visit, rows())
    app = bring(visit, rows())
    (box,) = [box for box in app.number_input if box.label == "Seed of the held-out fifth"]
    box.set_value(5).run()
    app = press(app, "Keep 12 items as a set")
    assert "drawn by the seed 5" in texts(app)
    other, first = project.evaluations.benchmarks()
    assert (first.seed, other.seed) == (0, 5)
    (choice,) = [box for box in app.selectbox if box.label == "Set"]
    assert set(choice.options) == {
        "pasted text · 12 items",
        "pasted text · 12 items · seed 5",
    }
    assert project.evaluations.seeds(first) != project.evaluations.seeds(other)


def test_what_is_held_out_becomes_seeds(project: Project, visit: Visit) -> None:
    app = kept(visit, rows())
    before = project.card().seeds
    press(app, "Import 2 seeds")
    assert project.card().seeds == before + 2
    (benchmark,) = project.evaluations.benchmarks()
    held = {seed.text for seed in project.evaluations.seeds(benchmark).seeds}
    assert held <= {seed.text for seed in project.seeds(1000)}
