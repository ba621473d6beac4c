"""The wizard's steps: done or not, and which comes next."""

from dataclasses import fields

from codeclm.store.views import ProjectCard
from codeclm.ui import steps

MODELS = {"strong": "simulated:strong", "target": "simulated:target"}


def card(**counts: int) -> ProjectCard:
    zero = {
        field.name: 0 for field in fields(ProjectCard) if field.name not in {"name", "run_state"}
    }
    return ProjectCard(name="p", run_state=None, **(zero | counts))


def following(row: dict[str, str], **counts: int) -> str:
    return steps.next_of(steps.of(card(**counts), row)).name


def test_each_step_leads_to_the_next() -> None:
    assert following({"strong": "", "target": ""}) == "Models"
    assert following(MODELS) == "Source"
    assert following(MODELS, seeds=5) == "Metadata"
    assert following(MODELS, seeds=5, encoded=5, metadata=3) == "Rubrics"
    assert following(MODELS, seeds=5, encoded=5, metadata=3, rubrics=2) == "Rubrics"
    assert following(MODELS, seeds=5, encoded=5, metadata=3, rubrics=3) == "Run"
    assert (
        following(MODELS, seeds=5, encoded=5, metadata=3, rubrics=3, pairs=9, pending=4) == "Review"
    )
    assert following(MODELS, seeds=5, encoded=5, metadata=3, rubrics=3, pairs=9) == "Export"


def test_what_was_exported_once_is_done() -> None:
    (*_, before), (*_, after) = (steps.of(card(pairs=9, exports=n), MODELS) for n in (0, 1))
    assert not before.done
    assert after.done


def test_a_run_that_goes_on_is_what_comes_next() -> None:
    ready = {"seeds": 5, "encoded": 5, "metadata": 3, "rubrics": 3}
    assert following(MODELS, **ready, pairs=9, pending=4, goes_on=1) == "Run"


def test_hand_written_metadata_needs_no_seeds() -> None:
    assert following(MODELS, metadata=3, rubrics=3) == "Run"


def test_where_all_pairs_were_imported_review_is_next() -> None:
    assert following({"strong": "", "target": ""}, pairs=9, pending=4) == "Review"
    assert following({"strong": "", "target": ""}, pairs=9) == "Export"


def test_seeds_beside_hand_written_metadata_are_still_to_be_extracted() -> None:
    assert following(MODELS, seeds=5, metadata=3, rubrics=3) == "Metadata"
