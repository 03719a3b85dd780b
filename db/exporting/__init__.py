"""Facts go out: the state of a dataset as a file from which an import makes the same state."""
