"""What documents say of facts: which of several values is preferred, and how the fact comes to hold it."""
