"""What is done: treatments and knockdowns, which may only add to and scale columns."""
