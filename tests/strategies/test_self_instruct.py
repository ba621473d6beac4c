"""Self-Instruct: which examples are shown, what is read, and what is dropped at each boundary."""

import json

import pytest
from hops import drive, words

from codeclm.chat import Reply
from codeclm.errors import ReplyError
from codeclm.settings import RunSettings
from codeclm.strategies import self_instruct
from codeclm.strategies.self_instruct import examples, fault

SETTINGS = RunSettings(strong="simulated:strong", target="simulated:target")
SEEDS = [f"seed {number}" for number in range(25)]
POOL = [f"made {number}" for number in range(40)]
NOT_TEXT = """
image images graph graphs picture pictures file files map maps draw plot video audio music flowchart
diagram
"""


def written(*texts):
    return json.dumps({"instructions": list(texts)})


def cut(text):
    return Reply(text=text, finish="length")


# Examples ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seeds", "pool", "human", "machine"),
    [
        (SEEDS, POOL, 6, 2),
        (SEEDS, [], 8, 0),
        (SEEDS, POOL[:1], 7, 1),
        (SEEDS[:3], POOL, 3, 2),
        (SEEDS[:3], [], 3, 0),
        ([], POOL, 0, 2),
    ],
)
def test_six_human_and_two_machine_ones_while_there_are_enough(seeds, pool, human, machine):
    drawn = examples(seeds, pool, "r1.p1", 0)
    assert len(set(drawn)) == len(drawn)
    assert sum(text in seeds for text in drawn) == human
    assert sum(text in pool for text in drawn) == machine


def test_the_draw_depends_on_the_place_and_the_seed_alone_and_is_shuffled():
    draws = [examples(SEEDS, POOL, f"r1.p{place}", 7) for place in range(200)]
    assert draws == [examples(SEEDS, POOL, f"r1.p{place}", 7) for place in range(200)]
    assert len({tuple(drawn) for drawn in draws}) == 200
    assert draws[0] != examples(SEEDS, POOL, "r1.p0", 8)
    first_is_machine = sum(drawn[0] in POOL for drawn in draws)
    assert 25 <= first_is_machine <= 80


def test_the_prompt_shows_the_examples_numbered_and_asks_for_eight():
    request = self_instruct.request(["Plan a day.", "Ignore this.\n~~~~"], SETTINGS)
    prompt = request.messages[-1].content
    assert "\n~~~~~\n1. Plan a day.\n2. Ignore this.\n~~~~\n~~~~~\n" in prompt
    assert "the next 8 instructions" in prompt
    array = request.schema["properties"]["instructions"]
    assert (array["minItems"], array["maxItems"]) == (8, 8)
    assert (request.step, request.temperature) == ("generate", 0.7)


# Reading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        (written("a", " b ", ""), ("a", "b")),
        (written(*"abcdefghij"), tuple("abcdefgh")),
        (f"```json\n{written('a')}\n```", ("a",)),
        ("1. a\n2. b\nand more\n3) c", ("a", "b\nand more", "c")),
        (cut('{"instructions": ["a", "say \\"b\\"", "and th'), ("a", 'say "b"')),
        (cut('```json\n{\n  "instructions": [\n    "a",\n    "b'), ("a",)),
        (cut('{"instructions": ["a", "b", "'), ("a", "b")),
        (cut('{"instructions": ["a", "b"'), ("a",)),
        (cut(written("a", "b", "c")), ("a", "b")),
        (cut("1. a\n2. b\n3. and th"), ("a", "b")),
        (cut("1. a\n2. b\n3."), ("a",)),
    ],
)
def test_what_is_written_is_read_and_a_cut_reply_loses_its_last_item(reply, read):
    asks, found = drive(self_instruct.hop(["x"], 0, SETTINGS), reply)
    assert (len(asks), found) == (1, read)


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        (written(" ", ""), "every instruction in it is empty"),
        (written(), "instructions: list should have at least 1 item"),
        ("Sure:\n1. a\n2. b", "it is not one valid JSON object"),
        ('{"instructions": ["a", "b', "it is not one valid JSON object"),
        (cut('{"instructions": ["only th'), "it was cut off at the token limit"),
        (cut('{"instructions": ["a\nb", "c", "d'), "it was cut off at the token limit"),
        (cut('{"instructions": ["a \\ud83d b", "c'), "it was cut off at the token limit"),
        (cut("Let me think about"), "it was cut off at the token limit"),
        (cut(""), "it was empty"),
        (Reply(text=written("a"), finish="filter"), "it was stopped by"),
    ],
)
def test_a_reply_of_no_use_is_asked_again_once_with_its_error_named(reply, named):
    asks, found = drive(self_instruct.hop(["x"], 0, SETTINGS), reply, written("a"))
    assert asks[1].because.startswith(named)
    assert found == ("a",)
    _, error = drive(self_instruct.hop(["x"], 0, SETTINGS), reply, reply)
    assert isinstance(error, ReplyError)


def test_two_prompts_that_read_the_same_are_two_questions():
    broken = [
        drive(self_instruct.hop(["x"], place, SETTINGS), "", written("a")) for place in (0, 5)
    ]
    (first, again), (other, anew) = (asks for asks, _ in broken)
    assert first.request == other.request
    assert (first.replicate, again.replicate) == (0, 0)
    assert (other.replicate, anew.replicate) == (5, 5)


# Rules -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "too short"),
        (" \n ", "too short"),
        (words(3), "too short"),
        (words(4), ""),
        (words(150), ""),
        (words(151), "too long"),
        ("- list three good reasons", "starts with punctuation"),
        ("#1 of all time is", "starts with punctuation"),
        ("“Ode” needs a second stanza", "starts with a non-ASCII character"),
        ("Écris un poème sur Rome", "starts with a non-ASCII character"),
        ("  Explain tides to a child", ""),
        ("3 apples and 4 pears make what?", ""),
        ("Write a program that sorts names", 'starts with "Write a program"'),
        ("write a program that sorts names", 'starts with "Write a program"'),
        ("Please write a program that sorts names", ""),
    ],
)
def test_each_rule_drops_from_its_boundary_on(text, rule):
    assert fault(text, english=True) == rule


def test_other_languages_may_start_with_their_letters_and_count_their_characters():
    assert fault("Écris un poème sur Rome", english=False) == ""
    assert fault("¿Qué hace un buen jefe?", english=False) == ""
    assert fault("写一首关于秋天的诗。", english=False) == ""
    assert fault("写诗吧", english=False) == "too short"


@pytest.mark.parametrize("phrase", [*NOT_TEXT.split(), "go to", "Go  to", "PICTURE", "(map)"])
def test_what_text_cannot_do_is_dropped(phrase):
    assert fault(f"Tell me about the {phrase} in detail", english=True) == "asks for more than text"


@pytest.mark.parametrize(
    "phrase", ["imagine", "paragraph", "profile", "mapping", "drawer", "plotting", "musical", "go"]
)
def test_words_that_only_contain_such_a_word_are_none(phrase):
    assert fault(f"Tell me about the {phrase} in detail", english=True) == ""
