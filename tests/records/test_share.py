"""A share and its interval, with numbers computed by hand."""

import pytest

from codeclm.records import Share


def test_a_share_of_nothing_is_none_and_never_zero():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None
    assert Share(1, 4).value == 0.25


def test_wilsons_interval_stays_inside_and_is_not_symmetric():
    # 5 of 10: (0.5 ± …) is symmetric; 0 of 10 reaches from 0 to z² / (n + z²).
    low, high = Share(5, 10).interval or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.2366, 0.7634)
    assert Share(0, 10).interval == (0.0, pytest.approx(0.2775, abs=1e-4))
    assert Share(10, 10).interval == (pytest.approx(0.7225, abs=1e-4), pytest.approx(1.0))
