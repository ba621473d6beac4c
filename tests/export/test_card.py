"""A data set card tells what a bundle is, and what is not known, whatever people have written."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from cards import hostile_card, matter
from facts import card_facts, run_facts

from codeclm.export.card import SIMULATED, card, missing
from codeclm.export.trainers import trainer_files
from codeclm.records import ReviewFacts, Terms
from codeclm.settings import RunSettings

PICTURES = {"pictures/use_cases.svg": "80 pairs over 2 use cases."}


def section(text: str, title: str) -> str:
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


class Page(HTMLParser):
    """What a rendered card shows: its tags with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        markdown = pytest.importorskip("markdown_it")
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        body = text.split("---\n", 2)[2]
        self.feed(markdown.MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(body))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


# What people wrote is shown and does nothing ------------------------------------------------------


def test_a_hostile_name_is_only_ever_text():
    page = Page(hostile_card())
    assert {tag for tag, _ in page.tags} <= {
        "h1", "h2", "h3", "p", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "code",
        "pre", "ul", "li", "strong", "em", "a", "img",
    }  # fmt: skip
    images = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert images == ["pictures/a.svg"]
    assert links == ["https://arxiv.org/abs/2404.05875"]
    assert "<img src=x onerror=alert(1)> ![i](https://evil.invalid/i.png)" in page.text
    assert not any(key.startswith("on") for _, attributes in page.tags for key in attributes)


def test_a_hostile_name_adds_no_structure():
    plain, hostile = Page(hostile_card("plain")), Page(hostile_card())
    for tag in ("h1", "h2", "h3", "table", "tr", "td", "th", "ul", "li", "code", "em", "strong"):
        count = [sum(1 for name, _ in page.tags if name == tag) for page in (plain, hostile)]
        # A name of more than one line is a quotation instead of a line: no more than that differs.
        assert count[0] == count[1], tag


@pytest.mark.parametrize(
    "text",
    ["# x", "- x", "+ x", "* x", "1. x", "2) x", "---", "===", "```\nx", "~~~", "    x", "> x",
     "| a |\n|---|\n| b |", "<!-- x", "[x]: y", "$$x$$", "\\(x\\)", "x  \ny", "&lt;b&gt;"],
)  # fmt: skip
def test_the_brief_is_a_quotation_of_paragraphs(text):
    page = Page(card(card_facts(brief=text), {}))
    plain = Page(card(card_facts(brief="x"), {}))
    kinds = [{tag for tag, _ in one.tags} for one in (page, plain)]
    assert kinds[0] == kinds[1]
    for part in text.split():
        assert part in page.text


def test_what_nobody_sees_is_made_visible():
    assert not re.search("[\u202a-\u202e\u200b\x00-\x09\x0b-\x1f\ud800-\udfff]", hostile_card())
    hostile_card().encode()


# What it tells ------------------------------------------------------------------------------------


def test_a_simulated_data_set_says_so_before_all_else():
    facts = card_facts(runs=(run_facts(simulated=True), run_facts(id=4)))
    body = card(facts, {}).split("---\n", 2)[2]
    assert body.lstrip().startswith(f"> **{SIMULATED}**")
    assert "SIMULATED" in SIMULATED
    assert "not real data" in SIMULATED
    assert SIMULATED not in card(card_facts(), {})


FIELDS = ("title", "summary", "language", "licence", "seeds_licence", "strong_terms")


@pytest.mark.parametrize("name", FIELDS)
def test_each_thing_that_nobody_said_is_a_warning(name):
    facts = card_facts()
    assert missing(facts.terms) == []
    terms = replace(facts.terms, **{name: "  "})
    (sentence,) = missing(terms)
    assert f"**Warning:** {sentence}" in card(replace(facts, terms=terms), {})
    assert "Warning:" not in card(facts, {})


def test_nothing_said_is_six_warnings_and_three_of_them_under_licence():
    assert len(missing(Terms())) == len(FIELDS)
    text = card(card_facts(terms=Terms()), {})
    assert section(text, "Licence and terms").count("WARNING") == 3
    assert "# Shop help\n" in text
    assert "Licence of this data set: cc-by-4.0" in card(card_facts(), {})


def test_it_cites_the_method_and_tells_settings_beside_the_paper_s():
    settings = RunSettings(strong="a:b", target="c:d", judge="e:f", theta=2.5, use_filter=True)
    run = run_facts(settings={**settings.to_dict(), "prompts": {"judge": "mine"}})
    made = section(card(card_facts(runs=(run,)), {}), "How it was made")
    assert "arXiv:2404.05875" in made
    for row in (
        "| θ | 2.5 | 3 |",
        "| basic instructions | 2000 | 2000 |",
        "| Contrastive Filtering | yes | yes |",
        "| strong | <code>a:b</code> | encodes, decodes, writes rubrics, improves, answers |",
        "| judge | <code>e:f</code> | scores |",
        f"| judge | <code>{'b' * 64}</code> | changed for this run |",
    ):
        assert row in made.replace("&#46;", ".")
    assert "100 instructions were planned: 80 kept, 15 exhausted, 5 failed." in made


def test_the_paper_s_values_are_the_defaults_of_a_run():
    made = section(card(card_facts(), {}), "How it was made")
    # Only the size of mixed metadata differs: nothing is mixed unless somebody asks.
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", made, re.MULTILINE)
    told = {row[0]: row[1:] for row in rows if row[2] not in ("paper", "—", "--:")}
    for name in ("θ", "rubrics and actions an entry", "iterations at most", "Self-Rubrics"):
        assert told[name][0] == told[name][1]


def test_an_imported_run_has_models_but_no_settings_of_the_method():
    run = run_facts(settings={**run_facts().settings, "imported": True}, source="mine.jsonl")
    made = section(card(card_facts(runs=(run,)), {}), "How it was made")
    assert "were imported" in made
    assert "| setting |" not in made


def test_it_tells_files_fields_filter_and_layout():
    facts = card_facts(
        "csv",
        layout={"format": "csv", "fields": ("instruction", "response"), "system": "Be kind."},
        values={"instruction": "", "response": "", "gap": None},
    )
    told = section(card(facts, {}), "What is in it")
    for row in (
        "| <code>data/train.csv</code> | train | 72 | 7.2 kB |",
        "| <code>instruction</code> | what is asked for |",
        "| <code>gap</code> | strong score − target score, −9 to 9 |",
        "| filter: status | approved |",
        "| layout: system | Be kind. |",
        "| splits | train 90%, validation 10% |",
    ):
        assert row in told


def test_without_keys_it_tells_those_that_the_format_always_writes():
    assert "<code>rejected</code>" in card(card_facts("dpo"), {})
    picked = {"format": "messages", "fields": ["use_case"]}
    told = section(card(card_facts(layout=picked), {}), "What is in it")
    assert "<code>messages</code>" in told
    assert "use&#95;case" in told
    assert "<code>response</code>" in card(card_facts("jsonl"), {})


def test_distributions_are_pictures_and_numbers():
    told = section(card(card_facts(), PICTURES), "Distribution")
    for said in (
        "![80 pairs over 2 use cases.](pictures/use&#95;cases.svg)".replace("&#95;", "_"),
        "| repair advice | 50 | 62 % |",
        "| above 3, to 4 | 40 | 50 % |",
        "| above 4, to 5 | 37 | 46 % |",
        "| below −3, to −4 | 3 | 4 % |",
        "| 1 | 60 | 2 | 78 % |",
    ):
        assert said in told


def test_gaps_of_whole_points_stand_where_they_belong():
    told = section(card(card_facts(gaps={0.0: 1, 3.0: 2, -9.0: 3, -0.25: 4}), {}), "Distribution")
    for row in (
        "| 0 | 1 |",
        "| above 2, to 3 | 2 |",
        "| below −8, to −9 | 3 |",
        "| below 0, to −1 | 4 |",
    ):
        assert row in told


def test_many_names_are_folded():
    told = section(
        card(card_facts(use_cases={f"u{at}": 1 for at in range(40)}), {}), "Distribution"
    )
    assert "| other (25) | 25 | 62 % |" in told


def test_reviews_and_problems_are_told():
    text = card(card_facts(problems={"very short": 2}, left_out={"no response": 1}), {})
    assert "| edited by a person | 4 |" in section(text, "Review")
    assert "| wrong | 3 |" in section(text, "Review")
    limits = section(text, "Limits and known problems")
    assert "| very short | 2 |" in limits
    assert "| no response | 1 |" in limits
    assert "can be wrong" in limits
    assert "found no problem" in section(card(card_facts(), {}), "Limits and known problems")
    unseen = card_facts(reviews=ReviewFacts(statuses={"pending": 80}))
    assert "Nobody has looked at these pairs." in section(card(unseen, {}), "Review")


@pytest.mark.parametrize("format", ["alpaca", "dpo", "kto", "csv", "parquet", "gemini"])
def test_it_shows_how_to_load_and_where_the_trainers_are(format):
    facts = card_facts(format)
    use = section(card(facts, {}), "How to use it")
    code = re.search(r"```python\n(.*?)```", use, re.DOTALL)
    assert code
    compile(code[1], "card", "exec")
    assert f'"train": "{facts.files[0].path}"' in code[1]
    for path in trainer_files(facts, ""):
        assert f"- `{path}`" in use
    assert ("- `trainers/" in use) is (format != "gemini")


def test_an_empty_export_has_a_card_too():
    facts = card_facts(
        files=(), runs=(), pairs=0, use_cases={}, skills={}, gaps={}, iterations={}, brief=""
    )
    text = card(facts, {})
    assert "0 synthetic instructions" in text
    assert "configs" not in matter(text)
