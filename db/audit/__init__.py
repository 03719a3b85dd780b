"""The audit: entries that are kept in a chain, brought there from a journal, checked, and removed when they are old."""
