"""Pictures for a data set card: plain SVG that says the same in words, whatever the names are."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from codeclm.figures import bar_svg, gap_svg, iteration_svg, palette

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = {
    "<script>alert(1)</script>": 5,
    '"/><image href="https://evil.invalid/x.png"/>': 4,
    "&lt;b&amp;": 3,
    "\u202egnp.exe\u200b\x00\x1b[31m": 2,
    "]]><!-- " + "very " * 5000: 2,
    "電子商務" * 40: 1,
    "\ud800\ufffe": 1,
    "": 1,
}


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture.encode())


def texts(picture: str) -> list[str]:
    return [item.text or "" for item in parsed(picture).iter(f"{SVG}text")]


def described(picture: str) -> str:
    return parsed(picture).findtext(f"{SVG}desc") or ""


PICTURES = {
    "bars": bar_svg(HOSTILE, title="Pairs <by> use case\x00", unit="pairs"),
    "no bars": bar_svg({}, title="Pairs", unit="pairs"),
    "gaps": gap_svg({3.5: 4, -4.25: 1, 9.0: 2}, 3.0, title="Pairs by gap"),
    "gaps of many θ": gap_svg({3.5: 4}, None, title="Pairs by gap"),
    "no gaps": gap_svg({}, 3.0, title="Pairs by gap"),
    "iterations": iteration_svg({1: (7, 2), 3: (1, 0)}, title="Pairs by iteration"),
    "no iterations": iteration_svg({}, title="Pairs by iteration"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_xml_with_a_title_and_a_description_on_white(name):
    root = parsed(PICTURES[name])
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert (root.findtext(f"{SVG}title") or "").startswith("Pairs")
    assert root.findtext(f"{SVG}desc")
    ground = root.find(f"{SVG}rect")
    assert ground is not None
    assert ground.get("fill") == "#FFFFFF"
    assert ground.get("width") == root.get("width")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_needs_no_other_file_and_runs_nothing(name):
    tags = {item.tag.removeprefix(SVG) for item in parsed(PICTURES[name]).iter()}
    assert tags <= {"svg", "title", "desc", "rect", "text", "line", "defs", "pattern"}
    for item in parsed(PICTURES[name]).iter():
        for attribute, value in item.attrib.items():
            assert "href" not in attribute
            assert not attribute.startswith("on")
            assert "url(" not in value or value == "url(#target)"


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_drawn_stays_inside(name):
    root = parsed(PICTURES[name])
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    for item in root.findall(f"{SVG}rect"):
        x, y = float(item.get("x", 0)), float(item.get("y", 0))
        assert 0 <= x <= x + float(item.get("width", 0)) <= width
        assert 0 <= y <= y + float(item.get("height", 0)) <= height
    for item in root.findall(f"{SVG}text"):
        assert 0 <= float(item.get("x", 0)) <= width
        assert 0 <= float(item.get("y", 0)) <= height


def test_the_same_numbers_give_the_same_bytes_in_whatever_order():
    one = bar_svg({"a": 1, "b": 2}, title="t", unit="pairs")
    assert one == bar_svg({"b": 2, "a": 1}, title="t", unit="pairs")
    assert gap_svg({1.0: 1, 4.0: 2}, 3, title="t") == gap_svg({4.0: 2, 1.0: 1}, 3, title="t")


def test_bars_show_each_name_with_its_number_and_fold_the_rest():
    picture = bar_svg({f"use {at}": 20 - at for at in range(20)}, title="t", unit="pairs", top=3)
    assert texts(picture)[1:] == [
        "use 0", "20 · 10\u202f%", "use 1", "19 · 9\u202f%", "use 2", "18 · 9\u202f%",
        "other (17)", "153 · 73\u202f%",
    ]  # fmt: skip
    bars = list(parsed(picture).iter(f"{SVG}rect"))[1:]
    lengths = [float(item.get("width", 0)) for item in bars]
    assert lengths[0] / lengths[3] == pytest.approx(20 / 153, abs=0.01)
    assert [item.get("fill") for item in bars] == [palette.KEPT] * 3 + [palette.NEUTRAL]
    assert "use 2: 18" in described(picture)


def test_hostile_names_are_only_text():
    shown = texts(PICTURES["bars"])
    assert "<script>alert(1)</script>" in shown
    assert any(name.startswith("]]><!-- very") and len(name) <= 32 for name in shown)
    assert not re.search("[\u202a-\u202e\u200b\x00-\x09\x0b-\x1f]", PICTURES["bars"])


def test_wide_names_are_squeezed_into_their_room():
    wide = next(
        item for item in parsed(PICTURES["bars"]).iter(f"{SVG}text") if "電子" in (item.text or "")
    )
    assert float(wide.get("textLength", 0)) < float(wide.get("x", 0))


def test_the_regions_of_a_gap_picture_are_named_and_coloured():
    shown = texts(PICTURES["gaps"])
    assert {"keep target", "improve", "keep strong", "θ = 3", "−θ = −3", "−9", "9"} <= set(shown)
    fills = {item.get("fill") for item in parsed(PICTURES["gaps"]).iter(f"{SVG}rect")}
    assert {palette.STRONG, palette.TARGET} <= fills
    assert described(PICTURES["gaps"]) == (
        "Gaps of 7 pairs at θ = 3: 6 above θ, 1 below −θ, 0 between."
    )
    assert "improve" not in texts(PICTURES["gaps of many θ"])


@pytest.mark.parametrize("theta", [0.0, 0.25, 7.0, 9.0])
def test_any_theta_has_its_lines_inside_the_picture(theta):
    root = parsed(gap_svg({1.0: 3}, theta, title="t"))
    lines = [line for line in root.iter(f"{SVG}line") if line.get("stroke-dasharray")]
    assert len(lines) == (2 if theta else 1)
    for label in root.iter(f"{SVG}text"):
        if "θ = " in (label.text or ""):
            x, ends = float(label.get("x", 0)), label.get("text-anchor") == "end"
            assert (x > 60) if ends else (x < 660)


def test_iterations_are_stacked_with_a_pattern_for_the_target():
    picture = PICTURES["iterations"]
    root = parsed(picture)
    assert root.find(f"{SVG}defs/{SVG}pattern") is not None
    hatched = [item for item in root.findall(f"{SVG}rect") if item.get("fill") == "url(#target)"]
    strong = [item for item in root.findall(f"{SVG}rect") if item.get("fill") == palette.STRONG]
    # The legend comes first; iteration 2 is drawn though it has nothing.
    assert len(hatched) == len(strong) == 4
    assert float(hatched[1].get("y", 0)) + float(hatched[1].get("height", 0)) == pytest.approx(
        float(strong[1].get("y", 0)), abs=0.2
    )
    assert {"9", "90\u202f%", "strong response", "target response"} <= set(texts(picture))
    assert described(picture) == (
        "10 pairs. iteration 1: 7 strong, 2 target; iteration 3: 1 strong, 0 target."
    )


def test_pictures_are_drawn_without_plotly():
    code = (
        "import sys; from codeclm.figures import gap_svg; gap_svg({1.0: 1}, 3, title='t');"
        "sys.exit('plotly' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
