"""Points on a grid: none is lost, and a cell knows its first."""

import math
import random

import pytest

from codeclm.quality.binning import bins, grid

CORNERS = [(0.0, 0.0), (10.0, 4.0)]


def test_cells_are_counted_with_the_mean_and_the_majority():
    points = [*CORNERS, (0.5, 0.5), (9.5, 3.9), (0.1, 0.1)]
    first, last = bins(
        points,
        [1.0, None, 2.0, None, None],
        categories=["b", "a", "b", None, "a"],
        across=5,
        down=2,
    )
    assert (first.column, first.row, first.count, first.mean) == (0, 0, 3, 1.5)
    assert (first.x0, first.x1, first.y0, first.y1) == (0, 2, 0, 2)
    assert (first.top, first.share) == ("b", pytest.approx(2 / 3))
    assert (last.column, last.row, last.count, last.mean) == (4, 1, 2, None)
    assert (last.top, last.share) == ("a", 1.0)


def test_equals_are_told_by_name():
    (cell,) = bins([(0, 0), (0, 0)], categories=["z", "y"])
    assert (cell.top, cell.share, cell.mean) == ("y", 0.5, None)


def test_every_point_is_in_the_cell_of_its_place():
    chance = random.Random(2)
    points = [(chance.gauss(0, 1), chance.gauss(5, 9)) for _ in range(2000)]
    drawn = grid(points, across=13, down=7)
    members: dict[tuple[int, int], list[int]] = {}
    for place, point in enumerate(points):
        members.setdefault(drawn.cell_of(point), []).append(place)
    found = {(cell.column, cell.row): cell for cell in bins(points, across=13, down=7)}
    assert found.keys() == members.keys()
    for place, cell in found.items():
        places = members[place]
        assert (cell.count, cell.first) == (len(places), places[0])
        assert all(cell.x0 - 1e-9 <= points[at][0] <= cell.x1 + 1e-9 for at in places)
        assert all(cell.y0 - 1e-9 <= points[at][1] <= cell.y1 + 1e-9 for at in places)


def test_a_place_clicked_outside_has_the_nearest_cell():
    drawn = grid(CORNERS, across=5, down=2)
    assert drawn.cell_of((-3, 99)) == (0, 1)


def test_points_in_one_place_or_nowhere_are_no_matter():
    assert bins([]) == []
    (cell,) = bins([(3.0, 3.0)] * 1000)
    assert cell.count == 1000
    assert cell.x0 <= 3 < cell.x1
    (only,) = bins([(1.0, 1.0), (math.nan, 0.0), (math.inf, 2.0)])
    assert only.count == 1
