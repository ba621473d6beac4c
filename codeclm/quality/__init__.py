"""What is told of a data set by looking at its texts: pure functions, nothing dropped by them."""
