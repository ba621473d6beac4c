"""What is told of a data set by looking at its texts: pure functions, nothing dropped by them."""

from codeclm.quality.sensitive import Sensitive, find, masked

__all__ = ["Sensitive", "find", "masked"]
