"""Answers as files: the rows of an operation's lists, whole, as CSV, XLSX, NDJSON, Parquet or JSON-LD."""
