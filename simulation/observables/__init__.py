"""What is recorded: pure functions of a read-only world."""
