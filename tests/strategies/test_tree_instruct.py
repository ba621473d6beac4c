"""Tree-Instruct: how nodes are asked for, and what is dropped at each boundary."""

import pytest
from hops import drive, words

from codeclm.settings import RunSettings
from codeclm.strategies import tree_instruct
from codeclm.strategies.tree_instruct import NODES, fault

SETTINGS = RunSettings(strong="simulated:strong", target="simulated:target")


@pytest.mark.parametrize("nodes", [3, 6, NODES])
def test_the_nodes_are_asked_for_by_number(nodes):
    request = tree_instruct.request("Explain tides.", nodes, SETTINGS)
    assert f"exactly {nodes} meaningful nodes" in request.messages[-1].content
    assert request.fields == {"instruction": "Explain tides.", "nodes": nodes}
    assert (request.step, request.temperature) == ("grow", 0.7)


def test_the_instruction_is_read_and_its_tree_must_be_there():
    good = '{"tree": "- tides", "instruction": "Explain tides twice."}'
    assert drive(tree_instruct.hop("x", NODES, SETTINGS), good)[1] == "Explain tides twice."
    bad = '{"instruction": "Explain tides twice."}'
    asks, text = drive(tree_instruct.hop("x", NODES, SETTINGS), bad, good)
    assert asks[1].because.startswith("tree: field required")
    assert text == "Explain tides twice."


@pytest.mark.parametrize(
    ("parent", "child", "rule"),
    [
        (words(20), words(100), ""),
        (words(20), words(101), "too long"),
        (words(20), words(32), ""),
        (words(20), words(31), "too few new words"),
        (words(20), words(10), "too few new words"),
        (words(95), words(100), "too few new words"),
    ],
)
def test_length_is_bounded_on_both_sides(parent, child, rule):
    assert fault(parent, child) == rule


@pytest.mark.parametrize(
    "leak",
    [
        "semantic tree",
        "Semantic Trees",
        "tree of meaning",
        "new tree",
        "expanded tree",
        "nodes added",
        "added nodes",
        "node was added",
        "new nodes",
    ],
)
def test_a_text_that_betrays_the_procedure_is_dropped(leak):
    assert fault("Explain tides.", f"{words(20)} {leak}.") == "betrays the procedure"


def test_who_asks_about_trees_or_nodes_may_hear_of_them():
    assert fault("When do I plant trees?", f"{words(20)} new tree") == ""
    assert fault("Insert nodes into a list.", f"{words(20)} the new nodes") == ""
    assert fault("Insert nodes into a list.", f"{words(20)} the semantic tree").startswith(
        "betrays"
    )
    assert fault("Draw a parse tree of this.", f"{words(20)} each semantic tree") == ""
