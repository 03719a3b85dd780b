"""One module per format, each of which writes rows of cells as they come."""
