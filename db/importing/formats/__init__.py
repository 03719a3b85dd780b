"""One module per format: each opens a file of its kind and gives its columns and its rows, as they are asked for."""
